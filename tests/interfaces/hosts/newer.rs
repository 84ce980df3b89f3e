//! The bakery's program as it will be.

use std::sync::{Mutex, PoisonError};

use fixture_interfaces::{
    host,
    newer::{
        Cake, CakeSold, CakeSource, Finish, Guest, GuestSource, Order, Oven, OvenCold, OvenReady, OvenSource, Timer,
        TimerSource,
    },
};

#[derive(Default)]
struct Hot {
    notes: Mutex<Vec<String>>,
}

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
        let order = |cake: &str, finish| Order {
            cake: cake.to_owned(),
            finish,
            ribbon: Some("red".to_owned()),
            photo: vec![7; 3].into(),
        };
        vec![
            order("Sachertorte", Finish::Glazed { with: "chocolate".to_owned() }),
            order("Guglhupf", Finish::Dusted(20)),
        ]
    }

    fn note(&self, text: &str) -> Result<u32, hookspec::Error> {
        println!("note: {text}");
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.push(text.to_owned());
        Ok(u32::try_from(notes.len())?)
    }
}

struct Clock;

impl TimerSource for Clock {
    fn set(&self, minutes: u32) -> Result<u32, hookspec::Error> {
        Ok(minutes + 1)
    }

    fn sound(&self) -> String {
        "ping".to_owned()
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

    fn guests(&self) -> Vec<Guest> {
        vec![Guest::new(Emperor)]
    }
}

struct Emperor;

impl GuestSource for Emperor {
    fn name(&self) -> &str {
        "Franz"
    }
}

fn main() -> hookspec::Result<()> {
    let (_plugins, (ready, cold, sold)) = host::load(|manager| {
        Ok((manager.declare(OvenReady)?, manager.declare(OvenCold)?, manager.declare(CakeSold)?))
    })?;
    for recipe in ready.call(&Oven::new(Hot::default()))? {
        println!("title: {}", recipe.title());
        println!("minutes: {}", recipe.minutes(Cake::new(Sacher))?);
        println!("ingredients: {:?}", recipe.ingredients());
        for layer in recipe.layers() {
            let above = layer.above().map(|above| above.filling());
            println!("layer: {} of {} mm under {above:?}", layer.filling(), layer.thickness());
        }
        for Order { cake, finish, ribbon, photo } in recipe.confirmed() {
            println!("confirmed: {cake} {finish:?}, {ribbon:?}, {photo:?}");
        }
        match recipe.serve(Guest::new(Emperor)) {
            Ok(words) => println!("serve: {words}"),
            Err(error) => println!("serve: error: {error}"),
        }
    }
    println!("cleans: {:?}", cold.call(&Oven::new(Hot::default()))?);
    println!("sold: {} answers", sold.call(&Cake::new(Sacher))?.len());
    Ok(())
}
