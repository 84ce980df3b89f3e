//! What only Linux has.

use std::{fs::File, io};

use rustix::{
    fs::{FallocateFlags, fallocate},
    io::Errno,
};

pub(crate) fn keep_room(file: &File, bytes: usize) -> io::Result<()> {
    let end = file.metadata()?.len();
    match fallocate(file, FallocateFlags::KEEP_SIZE, end, bytes as u64) {
        Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(error.into()),
        _ => Ok(()),
    }
}
