//! A plugin built against the interface of today.

use fixture_interfaces::today::{Cake, Layer, LayerSource, Order, Oven, OvenCold, OvenReady, Recipe, RecipeSource};
use hookspec::{Error, Hooks, Host, Plugin, Result};

struct Baker {
    host: Host,
}

impl Plugin for Baker {
    fn new(host: Host) -> Result<Self> {
        Ok(Self { host })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(OvenReady, Self::bake);
        hooks.on(OvenCold, |baker, _| Ok(Some(format!("the baker of {}", baker.host.name()))));
    }
}

impl Baker {
    fn bake(&self, oven: &Oven) -> Result<Recipe> {
        let (temperature, cake, shelves) = (oven.temperature(), oven.cake(), oven.shelves());
        let rings = oven.timer().map(|timer| timer.set(40)).transpose()?;
        let title = format!(
            "{} {}: {temperature} degrees, {}, {:?} g, {shelves:?}, {rings:?} min",
            self.host.name(),
            self.host.version(),
            cake.name(),
            cake.weight()
        );
        Ok(Recipe::new(Card { title, orders: oven.orders() }))
    }
}

struct Card {
    title: String,
    orders: Vec<Order>,
}

impl RecipeSource for Card {
    fn title(&self) -> &str {
        &self.title
    }

    fn minutes(&self, cake: Cake) -> Result<u32, Error> {
        Ok(cake.weight().unwrap_or(600) / 15)
    }

    fn ingredients(&self) -> Vec<(&str, Option<u32>)> {
        vec![("flour", Some(150)), ("salt", None)]
    }

    fn confirmed(&self) -> Vec<Order> {
        self.orders.clone()
    }

    fn layers(&self) -> Vec<Layer> {
        vec![Layer::new(Filling { name: "jam", above: true }), Layer::new(Filling { name: "glaze", above: false })]
    }
}

struct Filling {
    name: &'static str,
    above: bool,
}

impl LayerSource for Filling {
    fn filling(&self) -> String {
        self.name.to_owned()
    }

    fn above(&self) -> Option<Layer> {
        self.above.then(|| Layer::new(Filling { name: "glaze", above: false }))
    }
}

hookspec::export_plugin!(Baker, name = "today-baker", interfaces = [fixture_interfaces::INTERFACE]);
