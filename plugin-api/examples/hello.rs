//! A complete plugin: greets before each command and adds a command of its own.

use hookspec::specs::{BeforeCommandRun, CommandCall, CommandRun, PluginCommand, PluginCommandSource, PluginCommands};
use hookspec::{Hooks, Host, Plugin, Result};

struct Hello(Host);

impl Plugin for Hello {
    fn new(host: Host) -> Result<Self> {
        Ok(Self(host))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, Self::greet).try_first();
        hooks.on(PluginCommands, |_, _| Ok(vec![PluginCommand::new(Wave)]));
    }
}

impl Hello {
    fn greet(&self, run: &CommandRun) -> Result<()> {
        self.0.notify(&format!("hello, about to run {:?}", run.args()));
        Ok(())
    }
}

struct Wave;

#[rustfmt::skip]
impl PluginCommandSource for Wave {
    fn name(&self) -> &str { "wave" }
    fn about(&self) -> &str { "Wave to the user" }
    fn run(&self, call: CommandCall) -> Result<i32> {
        call.print("o/\n")?;
        Ok(0)
    }
}

hookspec::export_plugin!(Hello, name = "hello");
