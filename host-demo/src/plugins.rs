//! The plugins of this host: found, loaded, and called at each hook.

pub mod check;
pub mod directories;
pub mod disabled;
pub mod install;
pub mod names;
pub mod relaunch;
pub mod scaffold;
pub mod services;
pub mod settings;
pub mod views;

use std::sync::Arc;

use hookspec::{
    manager::{ErrorPolicy, Found, HookCaller, PluginManager, RegisterError, discover},
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, BeforeCommandRun, Catalog, CommandRun, CommandSet,
        CommandSetSource, Context, PluginCommand, PluginCommands, UsageEvent,
    },
};

use self::{
    disabled::Disabled,
    names::{did_you_mean, name_of},
    relaunch::Relaunch,
    services::{Services, UsageEvents, warn},
    settings::Settings,
};
use crate::cli::GlobalArgs;

/// The plugins that are loaded, ready to be called.
pub struct Plugins {
    before_command_run: HookCaller<BeforeCommandRun>,
    after_command_run: HookCaller<AfterCommandRun>,
    after_context_created: HookCaller<AfterContextCreated>,
    after_catalog_created: HookCaller<AfterCatalogCreated>,
    plugin_commands: HookCaller<PluginCommands>,
    usage_event: Arc<HookCaller<UsageEvent>>,
    usage_events: UsageEvents,
}

impl Plugins {
    /// Loads the plugins. One that cannot be loaded costs one line of warning.
    ///
    /// With `only`, no other plugin than that is loaded, and it cannot start this program again.
    pub fn load(args: &GlobalArgs, only: Option<&str>, settings: Settings) -> Result<Self, RegisterError> {
        let relaunch = Relaunch { plugin_dirs: args.plugin_dir.clone(), config: args.config.clone() };
        let usage_events = UsageEvents::default();
        let services = Services {
            settings,
            relaunch: only.is_none().then_some(relaunch),
            verbose: args.verbose,
            usage_events: Arc::clone(&usage_events),
        };
        let manager = PluginManager::new(services, ErrorPolicy::Isolate);
        let plugins = Self { usage_events, ..Self::declare(&manager)? };
        if !args.no_plugins {
            load_all(&manager, args, only);
        }
        Ok(plugins)
    }

    /// Declares the hooks of this host.
    pub fn declare(manager: &PluginManager) -> Result<Self, RegisterError> {
        Ok(Self {
            before_command_run: manager.declare(BeforeCommandRun)?,
            after_command_run: manager.declare(AfterCommandRun)?,
            after_context_created: manager.declare(AfterContextCreated)?,
            after_catalog_created: manager.declare(AfterCatalogCreated)?,
            plugin_commands: manager.declare(PluginCommands)?,
            usage_event: Arc::new(manager.declare(UsageEvent)?),
            usage_events: UsageEvents::default(),
        })
    }

    /// From now on, usage events that plugins raise reach those who record them.
    ///
    /// Not before it is known that plugins may be told of the command: who records events must not miss what its project says of that.
    pub fn hear_usage_events(&self) {
        // A second time changes nothing.
        let _ = self.usage_events.set(Arc::downgrade(&self.usage_event));
    }

    /// A command is about to run.
    pub fn before_command_run(&self, run: &CommandRun) {
        isolated(self.before_command_run.call(run));
    }

    /// A command has run.
    pub fn after_command_run(&self, run: &CommandRun) {
        isolated(self.after_command_run.call(run));
    }

    /// A project has been loaded.
    pub fn after_context_created(&self, context: &Context) {
        isolated(self.after_context_created.call(context));
    }

    /// A catalog has been read.
    pub fn after_catalog_created(&self, catalog: &Catalog) {
        isolated(self.after_catalog_created.call(catalog));
    }

    /// The commands that plugins add, those left out whose names are taken.
    pub fn commands(&self, own: Vec<String>) -> Vec<PluginCommand> {
        let mut taken = own.clone();
        let lists = self.plugin_commands.call(&CommandSet::new(OwnCommands(own)));
        let mut commands = Vec::new();
        for command in lists.unwrap_or_default().into_iter().flatten() {
            let name = command.name();
            if name.is_empty() || name.starts_with('-') || taken.iter().any(|taken| taken == name) {
                warn(&format!("a plugin's command `{name}` is left out: the name is taken or cannot be typed"));
                continue;
            }
            taken.push(name.to_owned());
            commands.push(command);
        }
        commands
    }
}

/// The names of this host's own commands.
struct OwnCommands(Vec<String>);

impl CommandSetSource for OwnCommands {
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// Under [`ErrorPolicy::Isolate`] a call does not fail: what went wrong has been shown already.
fn isolated<T, E>(_: Result<T, E>) {}

/// The libraries in the plugin directories, none of them loaded.
pub fn found(args: &GlobalArgs) -> Vec<Found> {
    for missing in args.plugin_dir.iter().filter(|dir| !dir.exists()) {
        warn(&format!("the plugin directory {} does not exist", missing.display()));
    }
    discover(&directories::all(&args.plugin_dir), directories::trust())
}

fn load_all(manager: &PluginManager, args: &GlobalArgs, only: Option<&str>) {
    let disabled = match Disabled::load() {
        Ok(disabled) => disabled,
        // A plugin that the user may have refused is not loaded on a guess.
        Err(error) => return warn(&format!("no plugins are loaded: {error}")),
    };
    let blocked = |name: &str| disabled.contains(name) || args.no_plugin.iter().any(|blocked| blocked == name);
    let found = found(args);
    for name in args.no_plugin.iter().map(String::as_str).chain(disabled.names()) {
        manager.block(name);
    }
    warn_of_misspelt(args, &found);
    for found in found {
        if name_of(&found).is_some_and(|name| blocked(name) || only.is_some_and(|only| only != name)) {
            continue;
        }
        match &found.shadowed_by {
            Some(first) => {
                let (path, first) = (found.path.display(), first.display());
                warn(&format!("{path} is left out: {first} holds a plugin of the same name"));
            }
            None => drop(manager.load(&found).inspect_err(|error| warn(&error.to_string()))),
        }
    }
    for pending in manager.pending().iter().filter(|_| args.verbose) {
        let (plugin, hook) = (&pending.plugin, &pending.hook);
        warn(&format!("plugin `{plugin}` implements hook `{hook}`, which this program does not have"));
    }
}

/// Somebody who leaves out a plugin may not notice that a letter was wrong. A name that resembles none is no mistake.
fn warn_of_misspelt(args: &GlobalArgs, found: &[Found]) {
    let known = || found.iter().filter_map(name_of);
    for name in args.no_plugin.iter().filter(|name| known().all(|known| known != name.as_str())) {
        let hint = did_you_mean(name, known());
        if !hint.is_empty() {
            warn(&format!("--no-plugin {name}: there is no such plugin{hint}"));
        }
    }
}
