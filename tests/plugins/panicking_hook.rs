//! A plugin that panics in a hook.
#![allow(clippy::panic, reason = "panicking is what it is for")]

use hookspec::{Hooks, Host, Plugin, Result, specs::BeforeCommandRun};

struct PanickingHook;

impl Plugin for PanickingHook {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, |_, _| panic!("the fixture fell over"));
    }
}

hookspec::export_plugin!(PanickingHook, name = "panicking-hook");
