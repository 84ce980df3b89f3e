//! Files go by their names, whoever has them open, and a lock is an agreement.

pub(crate) use std::fs::remove_file;
#[cfg(feature = "write")]
pub(crate) use std::fs::rename as put_in_place;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

/// What is written goes to the end, whoever else has written meanwhile.
pub(crate) fn allow_extending(options: &mut OpenOptions) {
    options.append(true);
}

pub(crate) fn extend(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)
}

/// Whether something may be there although its path cannot be resolved: never.
pub(crate) fn may_be_nameless(_: &io::Error) -> bool {
    false
}

/// Reads at most `limit` bytes.
pub(crate) fn read_to_end(file: &File, limit: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    file.take(limit).read_to_end(bytes).map(drop)
}

/// Not needed: a lock keeps nobody from reading what is at `path` by now.
pub(crate) fn read_locked(_: &File, _: &Path, _: u64) -> Option<io::Result<Vec<u8>>> {
    None
}
