//! Files go by their names, whoever has them open, a lock is an agreement, and whose a file is says
//! who may do what with it.

#[cfg(feature = "write")]
pub(crate) mod write;

pub(crate) use std::fs::remove_file;
use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use rustix::{
    fs::{Access, OFlags, access},
    process::geteuid,
};

use crate::error::FileError;

pub(crate) fn open_with(options: &mut OpenOptions, path: &Path, refuses_links: bool) -> io::Result<File> {
    let links = if refuses_links { OFlags::NOFOLLOW } else { OFlags::empty() };
    set_flags(options, OFlags::NONBLOCK | OFlags::NOCTTY | links);
    options.open(path)
}

pub(crate) fn open_to_write(options: &mut OpenOptions, path: &Path) -> Result<io::Result<File>, FileError> {
    let opened = open_with(options, path, true);
    let link = match &opened {
        Err(_) => fs::symlink_metadata(path).ok().filter(Metadata::is_symlink),
        Ok(_) => None,
    };
    let Some(link) = link else { return Ok(opened) };
    if ![0, geteuid().as_raw()].contains(&link.uid()) {
        return Err(FileError::ForeignLink { path: path.into() });
    }
    Ok(open_with(options, path, false))
}

pub(crate) fn owner_only(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// A named pipe, which may have taken its place, would wait.
pub(crate) fn folders_only(options: &mut OpenOptions) {
    set_flags(options, OFlags::DIRECTORY | OFlags::NONBLOCK);
}

fn set_flags(options: &mut OpenOptions, flags: OFlags) {
    options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
}

/// What is written goes to the end, whoever else has written meanwhile.
pub(crate) fn allow_extending(options: &mut OpenOptions) {
    options.append(true);
}

pub(crate) fn extend(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)
}

pub(crate) fn may_be_nameless(_: &io::Error) -> bool {
    false
}

pub(crate) fn read_to_end(file: &File, limit: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    file.take(limit).read_to_end(bytes).map(drop)
}

/// Not needed: a lock keeps nobody from reading what is at `path` by now.
pub(crate) fn read_locked(_: &File, _: &Path, _: u64) -> Option<io::Result<Vec<u8>>> {
    None
}

pub(crate) fn may_write_in(folder: &Path) -> bool {
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}
