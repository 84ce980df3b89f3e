//! Mistakes in the configuration that would pass without a word: a table of no plugin, a key that
//! its plugin does not know.

use hookspec::Manifest;

use crate::cli::{
    names::{did_you_mean, resembles},
    settings::Settings,
};

/// The table that holds those of the plugins.
const PLUGINS: &str = "plugins";

/// What was misspelt in the configuration, in one line. `found` are the names of the plugins there
/// are, and `loaded` the manifests of those that are loaded; what a plugin does not declare is its
/// own affair.
pub(crate) fn misspelt<'a>(
    settings: &Settings,
    found: impl Iterator<Item = &'a str> + Clone,
    loaded: &[Manifest],
) -> Option<String> {
    let tables = tables(settings).chain(plugins(settings, found));
    let mut mistakes = tables.chain(loaded.iter().filter_map(|manifest| keys(settings, manifest)));
    let first = mistakes.next()?;
    let others = mistakes.count();
    let others = if others == 0 { String::new() } else { format!(" (and {others} more)") };
    Some(format!("{}: {first}{others}", settings.path().display()))
}

/// Tables that were meant to be that of the plugins.
fn tables(settings: &Settings) -> impl Iterator<Item = String> {
    let other = settings.others().filter(|name| resembles(name, PLUGINS));
    other.map(|name| format!("`[{name}]` is not read; did you mean `[{PLUGINS}]`?"))
}

/// Tables of no plugin whose names resemble that of one.
fn plugins<'a>(settings: &Settings, found: impl Iterator<Item = &'a str> + Clone) -> impl Iterator<Item = String> {
    let unknown = settings.plugins().filter({
        let found = found.clone();
        move |name| found.clone().all(|known| known != *name)
    });
    unknown.filter_map(move |name| {
        let meant = found.clone().find(|known| resembles(name, known))?;
        Some(format!("there is no plugin `{name}`; did you mean `[{PLUGINS}.{meant}]`?"))
    })
}

/// The first key that a plugin does not know, if it has said which it knows.
fn keys(settings: &Settings, manifest: &Manifest) -> Option<String> {
    let known = manifest.settings.as_ref()?;
    let is_unknown = |key: &&str| !known.iter().any(|known| known == key);
    let unknown = settings.keys(&manifest.name).find(is_unknown)?;
    let hint = did_you_mean(unknown, known.iter().map(String::as_str));
    Some(format!("plugin `{}` has no setting `{unknown}`{hint}", manifest.name))
}
