//! The bakery's program, as first published.

use fixture_interfaces::{
    host,
    older::{Cake, CakeSource, Oven, OvenReady, OvenSource},
};

struct Hot;

impl OvenSource for Hot {
    fn temperature(&self) -> u32 {
        180
    }

    fn cake(&self) -> Cake {
        Cake::new(Sacher)
    }
}

struct Sacher;

impl CakeSource for Sacher {
    fn name(&self) -> &str {
        "Sachertorte"
    }
}

fn main() -> hookspec::Result<()> {
    let (_plugins, ready) = host::load(|manager| Ok(manager.declare(OvenReady)?))?;
    for recipe in ready.call(&Oven::new(Hot))? {
        println!("title: {}", recipe.title());
        println!("minutes: {}", recipe.minutes(Cake::new(Sacher))?);
        println!("ingredients: {:?}", recipe.ingredients());
    }
    Ok(())
}
