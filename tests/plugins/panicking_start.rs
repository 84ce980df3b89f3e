//! A plugin that panics while it names its hookimpls.
#![allow(clippy::panic, reason = "panicking is what it is for")]

use hookspec::{Hooks, Host, Plugin, Result};

struct PanickingStart;

impl Plugin for PanickingStart {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(_: &mut Hooks<Self>) {
        panic!("no hooks today");
    }
}

hookspec::export_plugin!(PanickingStart, name = "panicking-start");
