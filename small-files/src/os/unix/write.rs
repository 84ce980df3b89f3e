//! Files that are made, replaced and locked.

pub(crate) use std::fs::rename as put_in_place;
use std::{
    fs::{self, DirBuilder, File, Metadata, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, fchown},
    path::Path,
};

use rustix::process::{Resource, geteuid, getrlimit};

use crate::error::FileError;

/// Everybody may make something in such a folder, and nobody may take away what is another's.
const STICKY_FOR_ALL: u32 = 0o1002;

pub(crate) fn check_own(file: &File, path: &Path) -> Result<(), FileError> {
    let metadata = file.metadata().map_err(FileError::io("lock", path))?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular { path: path.to_owned() });
    }
    if metadata.uid() != geteuid().as_raw() {
        let folder = path.to_owned();
        return Err(FileError::Foreign { path: path.to_owned(), folder, owner: metadata.uid() });
    }
    if metadata.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600)).map_err(FileError::io("lock", path))?;
    }
    Ok(())
}

pub(crate) fn is_still_at(file: &File, path: &Path) -> bool {
    let place = |metadata: Metadata| (metadata.dev(), metadata.ino());
    let (own, there) = (file.metadata().map(place), path.symlink_metadata().map(place));
    matches!((own, there), (Ok(own), Ok(there)) if own == there)
}

/// Under the lock: who waits for it sees that the file is no longer there, and makes another.
pub(crate) fn remove_locked(path: &Path) {
    let _ = fs::remove_file(path);
}

pub(crate) fn check_owner(path: &Path, folder: &Path, metadata: &Metadata) -> Result<(), FileError> {
    let (own, owner) = (geteuid().as_raw(), metadata.uid());
    // Where there is nothing to make, the system's permissions say all, but to root.
    let is_there = folder == path && own != 0;
    if owner == own || is_there || metadata.mode() & STICKY_FOR_ALL == STICKY_FOR_ALL {
        return Ok(());
    }
    Err(FileError::Foreign { path: path.to_owned(), folder: folder.to_owned(), owner })
}

pub(crate) fn set_folder_mode(builder: &mut DirBuilder, mode: u32) {
    builder.mode(mode);
}

pub(crate) fn readable_under_umask(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o666));
}

pub(crate) fn readable_by_all(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o644))
}

pub(crate) fn keep_owner(file: &File, wanted: &Metadata) -> io::Result<()> {
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (wanted.uid(), wanted.gid()) {
        return Ok(());
    }
    fchown(file, Some(wanted.uid()), Some(wanted.gid()))
}

pub(crate) fn file_size_limit() -> u64 {
    getrlimit(Resource::Fsize).current.unwrap_or(u64::MAX)
}

pub(crate) fn file_too_large() -> io::Error {
    rustix::io::Errno::FBIG.into()
}
