//! A plugin that panics when it is dropped.
#![allow(clippy::panic, reason = "panicking is what it is for")]

use hookspec::{Hooks, Host, Plugin, Result, specs::BeforeCommandRun};

struct PanickingDrop;

impl Plugin for PanickingDrop {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, |_, _| Ok(()));
    }
}

impl Drop for PanickingDrop {
    fn drop(&mut self) {
        panic!("no way to go");
    }
}

hookspec::export_plugin!(PanickingDrop, name = "panicking-drop");
