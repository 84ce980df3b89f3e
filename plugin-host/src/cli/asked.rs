//! When plugins are asked which commands they add: not before it may matter.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use hookspec::command::PluginCommands;

use crate::{
    cli::{added::AddedCommand, command_line::offered_commands},
    manager::HookCaller,
    message::warn,
};

/// The commands that plugins add. Cheap to keep and to clone.
///
/// Plugins that are not loaded before they are needed are loaded as far as a command line needs
/// them: for one of the program's own commands none is.
#[derive(Clone)]
pub struct AddedCommands(Arc<Asking>);

struct Asking {
    hook: HookCaller<PluginCommands>,
    /// The names of the program's own commands.
    own: Vec<String>,
    all: OnceLock<Vec<AddedCommand>>,
    /// Those of the plugins that the command line has needed.
    needed: OnceLock<Vec<AddedCommand>>,
    /// What has been said of what is left out.
    said: Mutex<BTreeSet<String>>,
}

impl fmt::Debug for AddedCommands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AddedCommands").field(&self.0.all.get()).finish()
    }
}

impl AddedCommands {
    pub(crate) fn new(hook: HookCaller<PluginCommands>, own: Vec<String>) -> Self {
        let (all, needed, said) = (OnceLock::new(), OnceLock::new(), Mutex::default());
        Self(Arc::new(Asking { hook, own, all, needed, said }))
    }

    /// All of them, which has every plugin loaded that adds one.
    pub fn all(&self) -> &[AddedCommand] {
        if let Some(all) = self.0.all.get() {
            return all;
        }
        self.0.hook.load_waiting(&|_| true);
        // Asked outside of the cell: a plugin that is asked may ask in turn.
        let all = self.ask();
        self.0.all.get_or_init(|| all)
    }

    /// Those that matter to a command line whose command is `first`: all, where they are known or
    /// none of the plugins that are not loaded adds any.
    pub fn needed_for(&self, first: Option<&str>) -> &[AddedCommand] {
        let is_among = |commands: &[AddedCommand]| commands.iter().any(|added| Some(&*added.name) == first);
        if let Some(needed) = self.0.needed.get().filter(|needed| is_among(needed)) {
            return needed;
        }
        let Some(first) = first.filter(|_| self.0.all.get().is_none() && self.0.hook.is_waiting()) else {
            return self.all();
        };
        if self.0.own.iter().any(|own| own == first) {
            return &[];
        }
        self.0.hook.load_waiting(&|listed| listed.is_empty() || listed.iter().any(|command| command == first));
        let needed = self.ask();
        if !is_among(&needed) {
            return self.all();
        }
        self.0.needed.get_or_init(|| needed)
    }

    /// Asks the plugins that are loaded. What of them is left out costs one line of warning for each
    /// plugin.
    fn ask(&self) -> Vec<AddedCommand> {
        let mut commands = Vec::new();
        for (plugin, added) in offered_commands(&self.0.hook, &self.0.own) {
            if let Some(left_out) = added.told() {
                let plugin = plugin.map_or_else(|| "a plugin".to_owned(), |plugin| format!("plugin `{plugin}`"));
                self.warn_once(format!("{plugin}: {left_out}"));
            }
            commands.extend(added.commands);
        }
        commands
    }

    fn warn_once(&self, warning: String) {
        let mut said = self.0.said.lock().unwrap_or_else(PoisonError::into_inner);
        if !said.contains(&warning) {
            warn(&warning);
            said.insert(warning);
        }
    }
}
