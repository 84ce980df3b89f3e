//! Where `find_pipelines()` looks.

use std::{collections::BTreeSet, fs, io, path::Path};

use crate::pipelines::sources::{Located, Sources};

/// The modules whose `create_pipeline` is called.
pub(crate) struct Candidates {
    /// The package's `pipeline` module, whose pipeline is called `__default__`, if there is one.
    pub(crate) default: Option<String>,
    /// Names of pipelines, and their modules.
    pub(crate) named: Vec<(String, String)>,
}

/// The modules that `find_pipelines()` looks into for `package`: `pipeline`, and each directory in
/// `pipelines`. The error says which directory cannot be read.
pub(crate) fn candidates(sources: &Sources, package: &str) -> Result<Candidates, String> {
    let module = format!("{package}.pipeline");
    let is_file = matches!(sources.locate(&module), Located::File { .. });
    let directory = sources.directory().join(package).join("pipelines");
    let mut found = BTreeSet::new();
    if directory.is_dir() {
        found = names_in(&directory).map_err(|error| format!("cannot read {}: {error}", directory.display()))?;
    }
    let named = found.into_iter().map(|name| {
        let module = format!("{package}.pipelines.{name}");
        (name, module)
    });
    Ok(Candidates { default: is_file.then_some(module), named: named.collect() })
}

/// Names of the directories in `directory`, sorted.
fn names_in(directory: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != "__pycache__" && !name.starts_with('.') && entry.path().is_dir() {
            names.insert(name);
        }
    }
    Ok(names)
}
