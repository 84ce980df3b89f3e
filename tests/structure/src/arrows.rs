//! Which file of a crate uses which.

use std::collections::BTreeMap;

use crate::{
    mention::{Mention, Place},
    modules::Crate,
    resolve::{Target, resolve},
};

/// The arrows of a crate: from a file to a file, by their indexes, with the first path that makes
/// it.
pub type Arrows = BTreeMap<(usize, usize), Mention>;

/// The arrows of a crate.
///
/// A file that re-exports what its own modules have is a front door, which is not an arrow; if its
/// code uses it as well, that is.
pub fn arrows(krate: &Crate) -> Arrows {
    let mut arrows = Arrows::new();
    let (imports, others) = krate.mentions.iter().partition::<Vec<_>, _>(|mention| is_import(mention));
    for mention in imports.into_iter().chain(others) {
        for file in files_named(krate, mention).into_iter().filter(|file| *file != mention.file) {
            arrows.entry((mention.file, file)).or_insert_with(|| mention.clone());
        }
    }
    arrows
}

fn is_import(mention: &Mention) -> bool {
    matches!(mention.place, Place::Import { .. })
}

/// The files that have what a path names.
fn files_named(krate: &Crate, mention: &Mention) -> Vec<usize> {
    match mention.place {
        Place::MacroBody => Vec::new(),
        Place::Import { is_reexport: true, .. } => {
            let mut files = files(krate, mention);
            files.retain(|file| !krate.is_within(*file, mention.file));
            files
        }
        Place::Import { .. } => files(krate, mention),
        Place::Code | Place::MacroArguments | Place::MacroName => files_used(krate, mention),
    }
}

fn files(krate: &Crate, mention: &Mention) -> Vec<usize> {
    let targets = resolve(krate, mention.module, &mention.path);
    let file = |target: &Target| match target {
        Target::Module(module) => krate.modules[*module].file,
        Target::Item(file) => *file,
    };
    targets.iter().map(file).collect()
}

/// A single name may be a variable, and is never used as a module.
fn files_used(krate: &Crate, mention: &Mention) -> Vec<usize> {
    let [name] = mention.path.as_slice() else { return files(krate, mention) };
    let items = items(krate, mention);
    match mention.place {
        Place::MacroName if items.is_empty() => krate.macros.get(name).copied().into_iter().collect(),
        Place::Code if krate.files[mention.file].variables.contains(name) => Vec::new(),
        Place::MacroArguments if !name.starts_with(char::is_uppercase) => Vec::new(),
        _ => items,
    }
}

fn items(krate: &Crate, mention: &Mention) -> Vec<usize> {
    let targets = resolve(krate, mention.module, &mention.path).into_iter();
    targets.filter_map(|target| if let Target::Item(file) = target { Some(file) } else { None }).collect()
}
