//! Finds the plugins of a program, and loads those that its user has not left out.

use crate::{
    cli::{
        directories,
        disabled::Disabled,
        misspelt,
        names::{did_you_mean, name_of},
        options::PluginOptions,
        settings::Settings,
    },
    discover::{PluginFile, discover},
    manager::PluginManager,
    message::warn,
    program::Program,
};

/// The libraries in the plugin directories, none of them loaded.
pub(crate) fn found(program: &Program, options: &PluginOptions) -> Vec<PluginFile> {
    for missing in options.plugin_dir.iter().filter(|dir| !dir.exists()) {
        warn(&format!("the plugin directory {} does not exist", missing.display()));
    }
    discover(directories::all(program, &options.plugin_dir))
}

/// Loads the plugins, of which only `only` if given. One that cannot be loaded costs one line of
/// warning; what is misspelt in their `settings`, one.
pub(crate) fn load_all(
    manager: &PluginManager,
    program: &Program,
    options: &PluginOptions,
    settings: &Settings,
    only: Option<&str>,
) {
    let disabled = match Disabled::load(program) {
        Ok(disabled) => disabled,
        // A plugin that the user may have refused is not loaded on a guess.
        Err(error) => return warn(&format!("no plugins are loaded: {error}")),
    };
    let is_blocked = |name: &str| disabled.contains(name) || options.no_plugin.iter().any(|blocked| blocked == name);
    let found = found(program, options);
    for name in options.no_plugin.iter().map(String::as_str).chain(disabled.names()) {
        manager.block(name);
    }
    warn_of_misspelt(options, &found);
    for file in &found {
        if name_of(file).is_some_and(|name| is_blocked(name) || only.is_some_and(|only| only != name)) {
            continue;
        }
        match file.shadowed_by() {
            Some(first) => {
                let (path, first) = (file.path().display(), first.display());
                warn(&format!("{path} is left out: {first} holds a plugin of the same name"));
            }
            None => drop(manager.load(file).inspect_err(|error| warn(&error.to_string()))),
        }
    }
    let loaded: Vec<_> = manager.plugins().into_iter().filter_map(|plugin| plugin.manifest).collect();
    misspelt::warn_of_misspelt(settings, found.iter().filter_map(name_of), &loaded);
    for pending in manager.pending().iter().filter(|_| options.verbose) {
        let (plugin, hook) = (&pending.plugin, &pending.hook);
        warn(&format!("plugin `{plugin}` implements hook `{hook}`, which this program does not have"));
    }
}

/// Somebody who leaves out a plugin may not notice that a letter was wrong. A name that resembles
/// none is not a mistake.
fn warn_of_misspelt(options: &PluginOptions, found: &[PluginFile]) {
    let known = || found.iter().filter_map(name_of);
    for name in options.no_plugin.iter().filter(|name| known().all(|known| known != name.as_str())) {
        let hint = did_you_mean(name, known());
        if !hint.is_empty() {
            warn(&format!("--no-plugin {name}: there is no such plugin{hint}"));
        }
    }
}
