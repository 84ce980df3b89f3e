//! A plugin that prints half a line, and that ends the program where `FIXTURE` says.

use std::{env, process};

use hookspec::{Hooks, Host, Plugin, Result, specs::BeforeCommandRun};

struct Leaving;

impl Plugin for Leaving {
    fn new(_: Host) -> Result<Self> {
        leave("start");
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, |_, _| {
            print!("half a line");
            leave("hook");
            Ok(())
        });
    }
}

fn leave(place: &str) {
    if env::var("FIXTURE").as_deref() == Ok(place) {
        process::exit(7);
    }
}

hookspec::export_plugin!(Leaving, name = "leaving");
