//! Finds the plugins of a program, and loads those that its user has not left out.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use crate::{
    cli::{
        directories,
        disabled::{Disabled, DisabledError},
        locked::{Locks, Standing},
        misspelt::misspelt,
        names::{did_you_mean, name_of},
        options::PluginOptions,
        settings::{Settings, Unlocked},
    },
    discover::{PluginDirectory, PluginFile, discover, discover_unknown},
    error::LoadError,
    manager::{PluginInfo, PluginManager, Timings},
    message::{shown, warn},
    program::Program,
};

/// The libraries in the plugin directories, none of them loaded.
pub(crate) fn found(program: &Program, options: &PluginOptions) -> Vec<PluginFile> {
    warn_of_missing(options, &mut warn);
    discover(directories::all(program, &options.plugin_dir))
}

/// Which plugins to load.
pub(crate) struct Wanted<'a> {
    /// Where they are.
    pub(crate) directories: Vec<PluginDirectory>,
    /// Those that the user has swapped out.
    pub(crate) disabled: &'a Result<Disabled, DisabledError>,
    /// Settings of the plugins.
    pub(crate) settings: &'a Settings,
    /// What the command line says of plugins.
    pub(crate) options: &'a PluginOptions,
    /// The only one to be loaded, if not all.
    pub(crate) only: Option<&'a str>,
    /// Where it is noted what each costs, if somebody asks.
    pub(crate) timings: Option<&'a Arc<Timings>>,
    /// Says why a plugin is not loaded when it is needed; `None` where none waits for that.
    pub(crate) warn_later: Option<fn(&str)>,
}

/// Loads the plugins that are wanted. One that cannot be loaded costs one line of warning; what is
/// misspelt in their settings, one.
pub(crate) fn load_all(manager: &PluginManager, wanted: Wanted<'_>, warn: &mut dyn FnMut(&str)) {
    let Wanted { directories, disabled, settings, options, only, timings, warn_later } = wanted;
    let disabled = match disabled {
        Ok(disabled) => disabled,
        // A plugin that the user may have refused is not loaded on a guess.
        Err(error) => return warn(&format!("no plugins are loaded: {error}")),
    };
    let is_blocked = |name: &str| disabled.contains(name) || options.no_plugin.iter().any(|blocked| blocked == name);
    warn_of_missing(options, warn);
    let mut locks = Locks::default();
    let found = discover_unknown(directories, &mut |path, judge| locks.known(path, judge));
    for name in options.no_plugin.iter().map(String::as_str).chain(disabled.names()) {
        manager.block(name);
    }
    warn_of_misspelt(options, &found, warn);
    for file in &found {
        if name_of(file).is_some_and(|name| is_blocked(name) || only.is_some_and(|only| only != name)) {
            continue;
        }
        if let Some(first) = file.shadowed_by() {
            let (path, first) = (file.path().display(), first.display());
            warn(&format!("{path} is left out: {first} holds a plugin of the same name"));
            continue;
        }
        let start = Instant::now();
        let is_allowed = is_allowed(file, &mut locks, settings.unlocked(), warn);
        if let Some((timings, name)) = timings.zip(name_of(file)) {
            timings.add(name, "(look)", file.looked_for() + start.elapsed());
        }
        if is_allowed {
            let loaded = load(manager, file, timings, warn_later);
            drop(loaded.inspect_err(|error| warn(&format!("{error:#}"))));
        }
    }
    let loaded = if settings.plugins().next().is_some() { manager.plugins() } else { Vec::new() };
    let loaded: Vec<_> = loaded.into_iter().filter_map(|plugin| plugin.manifest).collect();
    if let Some(misspelt) = misspelt(settings, found.iter().filter_map(name_of), &loaded) {
        warn(&misspelt);
    }
    warn_of_pending(manager, warn);
}

/// Loads a plugin, or has it wait until it is needed.
fn load(
    manager: &PluginManager,
    file: &PluginFile,
    timings: Option<&Arc<Timings>>,
    warn_later: Option<fn(&str)>,
) -> Result<PluginInfo, LoadError> {
    match (timings, warn_later) {
        (None, None) => manager.load(file),
        (Some(timings), None) => manager.load_timed(file, timings),
        (None, Some(warn)) => manager.load_when_called(file, move |error| warn(&format!("{error:#}"))),
        (Some(timings), Some(warn)) => {
            manager.load_timed_when_called(file, timings, move |error| warn(&format!("{error:#}")))
        }
    }
}

/// Whether a library may be loaded, as far as it is what was installed. One that cannot be used is
/// left to whoever says why.
fn is_allowed(file: &PluginFile, locks: &mut Locks, unlocked: Unlocked, warn: &mut dyn FnMut(&str)) -> bool {
    if file.manifest().is_err() {
        return true;
    }
    match (locks.judge(file), unlocked) {
        (Ok(Standing::Locked), _) | (Ok(Standing::Unlocked), Unlocked::Allow) => true,
        (Ok(Standing::Unlocked), Unlocked::Warn) => {
            warn(&format!("{} was put there by hand: nobody has said what is in it", shown(file.path())));
            true
        }
        (Ok(Standing::Unlocked), Unlocked::Refuse) => {
            warn(&format!(
                "{} is not loaded: it was put there by hand, and `trust.unlocked` is \"refuse\"",
                shown(file.path())
            ));
            false
        }
        (Err(damage), _) => {
            warn(&format!("{} is not loaded: {damage}", shown(file.path())));
            false
        }
    }
}

/// What a plugin does in a hook that the program does not have, or no longer, it does not do at
/// all: a veto among them. One that can do without says so.
fn warn_of_pending(manager: &PluginManager, warn: &mut dyn FnMut(&str)) {
    let pending = manager.pending();
    if pending.is_empty() {
        return;
    }
    for plugin in manager.plugins() {
        let hooks: BTreeSet<_> = pending.iter().filter(|one| one.plugin == plugin.name).map(|one| &*one.hook).collect();
        let Some(first) = hooks.first() else { continue };
        let others = match hooks.len() {
            1 => String::new(),
            count => format!(" (and {} more that it does not have either)", count - 1),
        };
        warn(&format!("plugin `{}` implements hook `{first}`, which this program does not have{others}", plugin.name));
    }
}

fn warn_of_missing(options: &PluginOptions, warn: &mut dyn FnMut(&str)) {
    for missing in options.plugin_dir.iter().filter(|dir| !dir.exists()) {
        warn(&format!("the plugin directory {} does not exist", missing.display()));
    }
}

/// Somebody who leaves out a plugin may not notice that a letter was wrong. A name that resembles
/// none is not a mistake.
fn warn_of_misspelt(options: &PluginOptions, found: &[PluginFile], warn: &mut dyn FnMut(&str)) {
    let known = || found.iter().filter_map(name_of);
    for name in options.no_plugin.iter().filter(|name| known().all(|known| known != name.as_str())) {
        let hint = did_you_mean(name, known());
        if !hint.is_empty() {
            warn(&format!("--no-plugin {name}: there is no such plugin{hint}"));
        }
    }
}
