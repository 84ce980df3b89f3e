//! Reading and replacing small files: bounded, never blocking, never half-written.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Why a small file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A directory, a pipe, a device: opening it could block or never end.
    #[error("{path} is not a regular file")]
    NotRegular {
        /// The path as given.
        path: PathBuf,
    },
    /// Larger than such a file can sensibly be.
    #[error("{path} is larger than {limit} bytes")]
    TooLarge {
        /// The path as given.
        path: PathBuf,
        /// The bound, in bytes.
        limit: u64,
    },
    /// Not text.
    #[error("{path} is not UTF-8")]
    NotUtf8 {
        /// The path as given.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// An adapter for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// The text of a regular file of at most `limit` bytes; `None` when there is no such file.
///
/// The kind of file is looked at before it is opened, because opening a named pipe waits for its writer.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<Option<String>, FileError> {
    let Some(bytes) = read(path, limit)? else {
        return Ok(None);
    };
    String::from_utf8(bytes).map(Some).map_err(|_| FileError::NotUtf8 { path: path.into() })
}

/// The bytes of a regular file of at most `limit` bytes; `None` when there is no such file.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(FileError::io("read", path)(error)),
    };
    if !metadata.is_file() {
        return Err(FileError::NotRegular { path: path.into() });
    }
    match File::open(path) {
        Ok(mut file) => read_open(&mut file, metadata.len(), path, limit).map(Some),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(FileError::io("read", path)(error)),
    }
}

/// What is left in an open file, of which `expected` bytes are foreseen and at most `limit` accepted.
pub(crate) fn read_open(file: &mut File, expected: u64, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let too_large = || FileError::TooLarge { path: path.into(), limit };
    if expected > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0) + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(FileError::io("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Whether an error says that there is nothing at the path (a parent that is a file included).
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// How [`write_new`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Created {
    /// The file is ours.
    Yes,
    /// There was one already; it is untouched.
    AlreadyThere,
}

/// Replaces `path` with `bytes`, in one step and durably; the folder is made if need be.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let temporary = temporary_with(path, bytes)?;
    temporary.persist(path).map(drop).map_err(|error| FileError::io("write", path)(error.error))
}

/// Creates `path` with `bytes`, in one step and durably, unless there is something at that path already.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<Created, FileError> {
    match temporary_with(path, bytes)?.persist_noclobber(path) {
        Ok(_) => Ok(Created::Yes),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(Created::AlreadyThere),
        Err(error) => Err(FileError::io("write", path)(error.error)),
    }
}

/// A synced temporary file beside `path`, removed again unless persisted.
fn temporary_with(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile, FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(FileError::io("create", folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".telemetry-");
    // What a program that writes its settings in place would leave: the user's umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary =
        builder.tempfile_in(folder).map_err(|error| FileError::io("write in", folder)(without_path(&error)))?;
    let file = temporary.as_file_mut();
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(FileError::io("write", path))?;
    Ok(temporary)
}

/// An error of `tempfile` names the temporary file, which says nothing to anybody.
fn without_path(error: &io::Error) -> io::Error {
    error.kind().into()
}
