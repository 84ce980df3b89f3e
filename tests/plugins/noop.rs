//! A plugin that does nothing.

use hookspec::{Hooks, Host, Plugin, Result};

struct Noop;

impl Plugin for Noop {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(_: &mut Hooks<Self>) {}
}

hookspec::export_plugin!(Noop, name = "noop");
