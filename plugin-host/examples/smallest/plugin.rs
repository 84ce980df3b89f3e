//! A plugin of the smallest host.

mod greeting;

use hookspec::{Hooks, Host, Plugin, Result};

struct Polite;

impl Plugin for Polite {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(greeting::Greet, |_, guest| Ok(format!("Good evening, {}.", guest.name())));
    }
}

hookspec::export_plugin!(Polite, name = "polite");
