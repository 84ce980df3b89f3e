//! A plugin of notes: keeps notes tidy, and adds a command.

mod hooks;

use hookspec::{
    Hooks, Host, Plugin, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource, PluginCommands},
};

struct Tidy;

impl Plugin for Tidy {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(hooks::BeforeSave, |_, note| {
            let tidy = note.text().split_whitespace().collect::<Vec<_>>().join(" ");
            Ok(Some(tidy).filter(|tidy| tidy != note.text()))
        });
        hooks.on(PluginCommands, |_, _| Ok(vec![PluginCommand::new(Count)]));
    }
}

/// `notes count`.
struct Count;

impl PluginCommandSource for Count {
    fn name(&self) -> &str {
        "count"
    }

    fn about(&self) -> &str {
        "Count the notes"
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        let notes = std::fs::read_to_string("notes.txt").unwrap_or_default();
        call.print(&format!("{} notes\n", notes.lines().count()))?;
        Ok(0)
    }
}

hookspec::export_plugin!(Tidy, name = "tidy");
