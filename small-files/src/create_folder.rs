//! Folders that are made, never in somebody else's and never a home.

use std::{
    env,
    fs::{self, DirBuilder},
    path::Path,
};

use crate::{error::FileError, os};

/// Makes a folder, and those above it, that its owner alone can enter. One that is there already is
/// left as it is.
///
/// # Errors
/// When the home directory that it would be in does not exist, for a home is never made; and when
/// the folder that it would be in, or is already for `root`, belongs to another user: with
/// `sudo -E`, root has the home of somebody who could not use what root leaves there. A folder in
/// which everybody may make their own, as `/tmp`, will do.
pub fn private_folder(path: &Path) -> Result<(), FileError> {
    create(path, 0o700)
}

/// Makes a folder, and those above it, that its owner alone can change; the umask says whether
/// others can read it.
///
/// # Errors
/// As for [`private_folder`].
pub fn public_folder(path: &Path) -> Result<(), FileError> {
    create(path, 0o755)
}

fn create(path: &Path, mode: u32) -> Result<(), FileError> {
    check_home(path)?;
    // A path that is not absolute begins here.
    let mut ancestors =
        path.ancestors().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let existing = ancestors.find_map(|folder| Some((folder, fs::metadata(folder).ok()?)));
    if let Some((folder, metadata)) = existing {
        os::check_owner(path, folder, &metadata)?;
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    os::set_folder_mode(&mut builder, mode);
    builder.create(path).map_err(FileError::io("create", path))
}

fn check_home(path: &Path) -> Result<(), FileError> {
    match env::home_dir() {
        Some(home) if path.starts_with(&home) && home.is_absolute() && !home.is_dir() => {
            Err(FileError::NoHome { path: path.to_owned(), home })
        }
        _ => Ok(()),
    }
}
