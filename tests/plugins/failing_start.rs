//! A plugin that cannot be made.

use hookspec::{Failed, Hooks, Host, Plugin, Result};

struct FailingStart;

impl Plugin for FailingStart {
    fn new(_: Host) -> Result<Self> {
        Err(Failed::new("the fixture has no licence"))
    }

    fn register(_: &mut Hooks<Self>) {}
}

hookspec::export_plugin!(FailingStart, name = "failing-start");
