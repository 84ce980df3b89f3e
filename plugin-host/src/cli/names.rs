//! Plugins by the names that people type.

use std::{env::consts, path::Path};

use crate::discover::PluginFile;

/// Least likeness, by Jaro and Winkler, of a name that somebody may have meant; clap's for commands
/// and options.
const LIKENESS: f64 = 0.7;

/// The file name under which the plugin `name` is installed.
pub(crate) fn file_name(name: &str) -> String {
    format!("{}{name}{}", consts::DLL_PREFIX, consts::DLL_SUFFIX)
}

/// The name that the library's manifest gives it.
pub(crate) fn name_of(found: &PluginFile) -> Option<&str> {
    found.manifest().ok().map(|manifest| manifest.name.as_str())
}

/// Whether somebody who types `name` means this library: by its file's name, which no plugin can
/// have, or by its own. One whose own cannot be read goes by what its file's name says.
pub(crate) fn is_meant(found: &PluginFile, name: &str) -> bool {
    let file = found.path().file_name().and_then(|file| file.to_str());
    if file.is_some_and(|file| file == name) {
        return true;
    }
    match name_of(found) {
        Some(own) => own == name,
        None => file.is_some_and(|file| file == file_name(name) || file == cargo_file_name(name)),
    }
}

/// What to add to a message about a name that is not known: the name that it resembles, if any.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let likeness = |known: &'a str| (strsim::jaro_winkler(name, known), known);
    let best = known.into_iter().map(likeness).filter(|(likeness, known)| *likeness > LIKENESS && *known != name);
    let best = best.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, known)| format!("; did you mean `{known}`?")).unwrap_or_default()
}

/// Least likeness of a name that somebody certainly has meant.
const NEAR_LIKENESS: f64 = 0.8;

/// Whether `name` is `known`, but for a letter or two, their case, and `_` in the place of `-`.
pub(crate) fn resembles(name: &str, known: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    // What is longer is no misspelt name, and takes its time.
    name.len() <= 128 && strsim::normalized_damerau_levenshtein(&plain(name), &plain(known)) >= NEAR_LIKENESS
}

/// What libraries of any platform end with, and packages.
const FILES: [&str; 4] = ["so", "dylib", "dll", "json"];

/// Whether `word` can only be a path, and not a plugin's name.
pub(crate) fn is_path(word: &Path) -> bool {
    word.components().count() > 1
        || word.has_root()
        || word.extension().is_some_and(|extension| FILES.iter().any(|known| extension == *known))
        || word.as_os_str().as_encoded_bytes().ends_with(b"/")
        || word.as_os_str() == "."
        || word.as_os_str() == ".."
}

/// The file name that cargo gives to the library of the package `name`.
pub(crate) fn cargo_file_name(name: &str) -> String {
    file_name(&name.replace('-', "_"))
}
