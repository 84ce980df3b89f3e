//! Where `find_pipelines()` looks.

use std::{
    collections::BTreeSet,
    fs::{self, FileType},
    io,
    path::Path,
};

use crate::{
    bounds::Bounds,
    evaluate::locate::{Located, folder, locate},
};

/// The modules whose `create_pipeline` is called.
pub(crate) struct Candidates {
    /// The package's `pipeline` module, whose pipeline is called `__default__`, if there is one.
    pub(crate) default: Option<String>,
    /// Names of pipelines, and their modules.
    pub(crate) named: Vec<(String, String)>,
}

/// The modules that `find_pipelines()` looks into for `package`: `pipeline`, and each directory in
/// `pipelines`. The error says which directory cannot be read.
pub(crate) fn candidates(bounds: &mut Bounds, sources: &Path, package: &str) -> Result<Candidates, String> {
    let module = format!("{package}.pipeline");
    let is_file = matches!(locate(sources, &module), Located::File { .. });
    let directory = folder(sources, package).join("pipelines");
    let mut found = BTreeSet::new();
    if directory.is_dir() {
        found =
            names_in(bounds, &directory).map_err(|error| format!("cannot read {}: {error}", directory.display()))?;
    }
    let named = found.into_iter().map(|name| {
        let module = format!("{package}.pipelines.{name}");
        (name, module)
    });
    Ok(Candidates { default: is_file.then_some(module), named: named.collect() })
}

/// What a look at an entry of a directory costs.
const COST_OF_ENTRY: usize = 5;

/// Names of the directories in `directory`, sorted.
fn names_in(bounds: &mut Bounds, directory: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !bounds.take(COST_OF_ENTRY) {
            return Err(io::Error::other("there is more in it than is looked at"));
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        // Behind a link may be a directory, too.
        let is_directory = |kind: FileType| kind.is_dir() || kind.is_symlink() && entry.path().is_dir();
        if name != "__pycache__" && !name.starts_with('.') && entry.file_type().is_ok_and(is_directory) {
            names.insert(name);
        }
    }
    Ok(names)
}
