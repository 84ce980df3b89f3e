//! A plugin built against the interface as first published.

use fixture_interfaces::older::{Cake, Host, Oven, OvenReady, Recipe, RecipeSource};
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
    }
}

impl Baker {
    fn bake(&self, oven: &Oven) -> Result<Recipe> {
        let (temperature, cake) = (oven.temperature(), oven.cake());
        let title = format!("{} {}: {temperature} degrees, {}", self.host.name(), self.host.version(), cake.name());
        Ok(Recipe::new(Card { title }))
    }
}

struct Card {
    title: String,
}

impl RecipeSource for Card {
    fn title(&self) -> &str {
        &self.title
    }

    fn minutes(&self, cake: Cake) -> Result<u32, Error> {
        Ok(u32::try_from(cake.name().len())?)
    }

    fn ingredients(&self) -> Vec<(&str, Option<u32>)> {
        vec![("flour", Some(150)), ("salt", None)]
    }
}

hookspec::export_plugin!(Baker, name = "older-baker");
