//! A plugin that does nothing.

use plugin_api::{Hooks, Host, Plugin, Result};

struct Noop;

impl Plugin for Noop {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(_: &mut Hooks<Self>) {}
}

plugin_api::export_plugin!(Noop, name = "noop");
