//! A plugin built against the interface as it will be.

use fixture_interfaces::newer::{
    Cake, CakeSold, Finish, Guest, Host, Layer, LayerSource, Order, Oven, OvenCold, OvenReady, Recipe, RecipeSource,
};
use hookspec::{Error, Hooks, Plugin, Result, View};

struct Baker {
    host: Host,
}

impl Plugin for Baker {
    fn new(host: hookspec::Host) -> Result<Self> {
        Ok(Self { host: Host::from_object(host.into_object()) })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(OvenReady, Self::bake);
        hooks.on(OvenCold, |baker, _| Ok(Some(format!("the baker of {}", baker.host.name()))));
        hooks.on(CakeSold, |_, _| Ok(()));
    }
}

impl Baker {
    fn bake(&self, oven: &Oven) -> Result<Recipe> {
        let (temperature, cake, shelves) = (oven.temperature(), oven.cake(), oven.shelves());
        let rings = oven.timer().map(|timer| timer.set(40)).transpose()?;
        let sound = oven.timer().map(|timer| timer.sound());
        let guests: Vec<String> = cake.guests().iter().map(|guest| guest.name().to_owned()).collect();
        let note = oven.note("hot").map_err(|error| error.to_string());
        let title = format!(
            "{} {} in {} (asked: {}): {temperature} degrees, {}, {:?} g, {shelves:?}, {rings:?} min, {sound:?}, {guests:?}, {note:?}",
            self.host.name(),
            self.host.version(),
            self.host.language(),
            self.host.ask("now?").is_ok(),
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
        let own = Order {
            cake: "Linzer".to_owned(),
            finish: Finish::Dusted(5),
            ribbon: Some("gold".to_owned()),
            photo: vec![1, 2].into(),
        };
        self.orders.iter().cloned().chain([own]).collect()
    }

    fn layers(&self) -> Vec<Layer> {
        vec![Layer::new(Glaze)]
    }

    fn serve(&self, guest: Guest) -> Result<String, Error> {
        Ok(format!("your cake, {}", guest.name()))
    }
}

struct Glaze;

impl LayerSource for Glaze {
    fn filling(&self) -> String {
        "glaze".to_owned()
    }

    fn above(&self) -> Option<Layer> {
        None
    }

    fn thickness(&self) -> f64 {
        2.5
    }
}

hookspec::export_plugin!(Baker, name = "newer-baker");
