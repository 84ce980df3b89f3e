//! The content of a file in few bytes.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sha2::{Digest as _, Sha256};
use small_files::{FileAccess, FileError};

use crate::stamp::Stamp;

/// What a digest begins with, so that another kind may come.
const KIND: &str = "sha256:";
/// Read at a time, in bytes.
const PIECE: usize = 1 << 16;

/// The digest of a file's content, and the state that the file was in.
pub(crate) fn of_file(path: &Path) -> Result<(String, Stamp), FileError> {
    let failed = |error| FileError::io("read", path)(error);
    let opened = small_files::open(path, FileAccess::Read, "read")?;
    let mut file = opened.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?.file;
    let before = state(&file).map_err(failed)?;
    let digest = of(&mut file).map_err(failed)?;
    if state(&file).map_err(failed)? != before {
        return Err(failed(io::Error::other("it is being written to")));
    }
    Ok((digest, before))
}

fn state(file: &File) -> io::Result<Stamp> {
    Ok(Stamp::of(&file.metadata()?))
}

fn of(file: &mut File) -> io::Result<String> {
    let (mut hasher, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => hasher.update(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let hex = hasher.finalize().iter().fold(String::from(KIND), |text, byte| format!("{text}{byte:02x}"));
    Ok(hex)
}
