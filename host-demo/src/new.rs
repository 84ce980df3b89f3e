//! Making a new Kedro project: small, without example code, and as Kedro expects it.

mod name;
mod template;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use name::Names;
use small_files::FileError;

/// Why a project could not be made. Nothing is left behind then.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name cannot be a project's.
    #[error("`{name}` cannot be the name of a project: {problem}")]
    Name {
        /// The name.
        name: String,
        /// Why not, and what to do.
        problem: String,
    },
    /// There is something of that name.
    #[error("{} exists already; choose another name or remove it", .0.display())]
    Exists(PathBuf),
    /// A file or directory could not be written.
    #[error("cannot make a project in {}: {error}; check that the directory exists and that you may write there", .directory.display())]
    Unwritable {
        /// Directory the project was to be made in.
        directory: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Makes the project `name` in a new directory below `parent` and returns that directory.
///
/// `telemetry` is written to the project's `.telemetry`, in which Kedro's telemetry plugin looks
/// for consent. The project appears whole or not at all: it is made in a temporary directory beside
/// and then renamed.
pub fn create(parent: &Path, name: &str, telemetry: Option<bool>) -> Result<PathBuf, NewError> {
    let names = Names::derive(name).map_err(|problem| NewError::Name { name: name.to_owned(), problem })?;
    let target = parent.join(&names.directory);
    if target.symlink_metadata().is_ok() {
        return Err(NewError::Exists(target));
    }
    match write(parent, &target, &names, telemetry) {
        Ok(()) => Ok(target),
        // Somebody else made it meanwhile.
        Err(error) if matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists) => {
            Err(NewError::Exists(target))
        }
        Err(error) => Err(NewError::Unwritable { directory: parent.to_owned(), error }),
    }
}

fn write(parent: &Path, target: &Path, names: &Names, telemetry: Option<bool>) -> io::Result<()> {
    let temporary = tempfile::Builder::new().prefix(".host-demo-new-").tempdir_in(parent)?;
    // One level deeper, for the temporary directory itself is closed to others.
    let root = temporary.path().join(&names.directory);
    let mut files = template::files(names);
    if let Some(consent) = telemetry {
        files.push((".telemetry".to_owned(), format!("consent: {consent}\n")));
    }
    for (path, text) in files {
        let path = root.join(path);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        small_files::write_new(&path, text.as_bytes()).map_err(FileError::into_io)?;
    }
    fs::rename(&root, target)
}
