//! The bakery's program of today.

use fixture_interfaces::{
    host,
    today::{Cake, CakeSource, Finish, Order, Oven, OvenCold, OvenReady, OvenSource, Timer, TimerSource},
};

struct Hot;

impl OvenSource for Hot {
    fn temperature(&self) -> u32 {
        180
    }

    fn cake(&self) -> Cake {
        Cake::new(Sacher)
    }

    fn shelves(&self) -> Vec<&str> {
        vec!["upper", "lower"]
    }

    fn timer(&self) -> Option<Timer> {
        Some(Timer::new(Clock))
    }

    fn orders(&self) -> Vec<Order> {
        vec![
            Order { cake: "Sachertorte".to_owned(), finish: Finish::Glazed { with: "chocolate".to_owned() } },
            Order { cake: "Guglhupf".to_owned(), finish: Finish::Plain },
        ]
    }
}

struct Clock;

impl TimerSource for Clock {
    fn set(&self, minutes: u32) -> Result<u32, hookspec::Error> {
        Ok(minutes + 1)
    }
}

struct Sacher;

impl CakeSource for Sacher {
    fn name(&self) -> &str {
        "Sachertorte"
    }

    fn weight(&self) -> Option<u32> {
        Some(900)
    }
}

fn main() -> hookspec::Result<()> {
    let (_plugins, (ready, cold)) =
        host::load(|manager| Ok((manager.declare(OvenReady)?, manager.declare(OvenCold)?)))?;
    for recipe in ready.call(&Oven::new(Hot))? {
        println!("title: {}", recipe.title());
        println!("minutes: {}", recipe.minutes(Cake::new(Sacher))?);
        println!("ingredients: {:?}", recipe.ingredients());
        for layer in recipe.layers() {
            println!("layer: {} under {:?}", layer.filling(), layer.above().map(|above| above.filling()));
        }
        for order in recipe.confirmed() {
            println!("confirmed: {} {:?}", order.cake, order.finish);
        }
    }
    println!("cleans: {:?}", cold.call(&Oven::new(Hot))?);
    Ok(())
}
