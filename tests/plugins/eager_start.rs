//! A plugin whose making leaves a trace: a file where `FIXTURE_TRACE` says. Who lists plugins
//! without loading them leaves none.

use std::{env, fs};

use hookspec::{Failed, Hooks, Host, Plugin, Result};

struct EagerStart;

impl Plugin for EagerStart {
    fn new(_: Host) -> Result<Self> {
        let path = env::var_os("FIXTURE_TRACE").ok_or_else(|| Failed::new("set FIXTURE_TRACE"))?;
        fs::write(path, "loaded")?;
        Ok(Self)
    }

    fn register(_: &mut Hooks<Self>) {}
}

hookspec::export_plugin!(EagerStart, name = "eager-start");
