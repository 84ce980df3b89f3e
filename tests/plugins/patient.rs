//! A plugin that waits until it is needed, and says when it has been loaded. It fails to start where
//! the variable `FIXTURE` says so.

use std::env;

use hookspec::{
    Failed, Hooks, Host, Plugin, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource, PluginCommands},
    specs::AfterCatalogCreated,
};

struct Patient(Host);

impl Plugin for Patient {
    const HOOKS: Option<&'static [&'static str]> = hookspec::hooks![AfterCatalogCreated, PluginCommands];
    const COMMANDS: &'static [&'static str] = &["wait"];

    fn new(host: Host) -> Result<Self> {
        host.notify("loaded");
        if env::var_os("FIXTURE").is_some_and(|told| told == "fail") {
            return Err(Failed::new("it was told to fail"));
        }
        Ok(Self(host))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(AfterCatalogCreated, |patient: &Self, _| {
            patient.0.notify("told of a catalog");
            Ok(())
        });
        hooks.on(PluginCommands, |_, _| Ok(vec![PluginCommand::new(Wait)]));
    }
}

struct Wait;

impl PluginCommandSource for Wait {
    fn name(&self) -> &str {
        "wait"
    }

    fn about(&self) -> &str {
        "Wait"
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        call.print("waited\n")?;
        Ok(0)
    }
}

hookspec::export_plugin!(Patient, name = "patient");
