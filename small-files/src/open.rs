//! Opening and reading regular files, without ever waiting for anybody.
//!
//! A file is opened first and looked at then, through what was opened: between a look at a path and
//! opening it, something else could have taken its place. Opening itself does not wait (a named
//! pipe waits for its other end otherwise) and takes no terminal.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io,
    path::Path,
};

use crate::{error::FileError, folder::is_absent, os};

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAccess {
    /// Reading.
    Read,
    /// Reading and writing.
    ReadWrite,
    /// Reading, and writing at its end.
    Append,
    /// The same under a lock, by [`extend`], and cutting off what was written.
    Extend,
}

/// A regular file that is open, as it was then.
#[derive(Debug)]
#[non_exhaustive]
pub struct RegularFile {
    /// The file.
    pub file: File,
    /// What the system said of it once it was open.
    pub metadata: Metadata,
}

/// Opens a regular file. To be written to, it is not one that a link of another user leads to.
/// `None` when there is nothing at `path`. `action` is what an error says
/// that it could not do.
pub fn open(path: &Path, access: FileAccess, action: &'static str) -> Result<Option<RegularFile>, FileError> {
    match open_as(access, &mut options(access), path)? {
        Err(error) if is_absent(&error) => Ok(None),
        opened => regular(opened, path, action).map(Some),
    }
}

/// Opens a regular file, which is made if need be, for its owner alone; its folder is not made.
pub fn open_or_create(path: &Path, access: FileAccess, action: &'static str) -> Result<RegularFile, FileError> {
    let mut options = options(access);
    options.create(true);
    os::owner_only(&mut options);
    regular(open_as(access, &mut options, path)?, path, action)
}

/// The bytes of a regular file of at most `limit` bytes; `None` when there is no such file.
pub fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    open(path, FileAccess::Read, "read")?.map(|opened| opened.read(path, limit)).transpose()
}

/// The text of a regular file of at most `limit` bytes; `None` when there is no such file.
pub fn read_text(path: &Path, limit: u64) -> Result<Option<String>, FileError> {
    open(path, FileAccess::Read, "read")?.map(|opened| opened.read_text(path, limit)).transpose()
}

impl RegularFile {
    /// What is left to read, of which at most `limit` bytes are accepted; `path` is for the error.
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        let too_large = || FileError::TooLarge { path: path.into(), limit };
        let expected = self.metadata.len();
        if expected > limit {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0) + 1);
        os::read_to_end(&self.file, limit + 1, &mut bytes).map_err(FileError::io("read", path))?;
        if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
    }

    /// The same as text.
    pub fn read_text(&self, path: &Path, limit: u64) -> Result<String, FileError> {
        String::from_utf8(self.read(path, limit)?).map_err(|_| FileError::NotUtf8 { path: path.into() })
    }
}

/// Writes `bytes` at the end of a file opened to [extend](FileAccess::Extend) it, which this
/// process has locked.
pub fn extend(file: &File, bytes: &[u8]) -> io::Result<()> {
    os::extend(file, bytes)
}

/// The text of the file at `path`, of at most `limit` bytes, as which this process has `file` open
/// and locked; `None` when there is no such file any more.
pub fn read_text_of_locked(file: &File, path: &Path, limit: u64) -> Result<Option<String>, FileError> {
    match os::read_locked(file, path, limit) {
        None => read_text(path, limit),
        Some(Ok(bytes)) => String::from_utf8(bytes).map(Some).map_err(|_| FileError::NotUtf8 { path: path.into() }),
        Some(Err(error)) if is_absent(&error) => Ok(None),
        Some(Err(error)) => Err(FileError::io("read", path)(error)),
    }
}

fn options(access: FileAccess) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    match access {
        FileAccess::Read => {}
        FileAccess::ReadWrite => drop(options.write(true)),
        FileAccess::Append => drop(options.append(true)),
        FileAccess::Extend => os::allow_extending(&mut options),
    }
    options
}

/// Opens what is there. A link is followed to be written through only if its owner may be trusted
/// with that.
fn open_as(access: FileAccess, options: &mut OpenOptions, path: &Path) -> Result<io::Result<File>, FileError> {
    if access == FileAccess::Read { Ok(os::open_with(options, path, false)) } else { os::open_to_write(options, path) }
}

fn regular(opened: io::Result<File>, path: &Path, action: &'static str) -> Result<RegularFile, FileError> {
    let failed = FileError::io(action, path);
    let not_regular = || FileError::NotRegular { path: path.into() };
    match opened.and_then(|file| file.metadata().map(|metadata| RegularFile { file, metadata })) {
        Ok(opened) if opened.metadata.is_file() => Ok(opened),
        Ok(_) => Err(not_regular()),
        // A folder cannot be opened for writing, nor a pipe or a socket that nobody serves.
        Err(_) if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) => Err(not_regular()),
        Err(error) => Err(failed(error)),
    }
}
