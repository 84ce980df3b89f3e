//! A library in use can be neither removed nor replaced, but it can be moved. A locked file can be
//! read by nobody else. Links and owners are not looked at.

#[cfg(feature = "write")]
pub(crate) mod write;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::error::FileError;

/// Another command has a file locked for an instant.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(2);

/// `ERROR_SHARING_VIOLATION`, `ERROR_USER_MAPPED_FILE`
const IN_USE: [i32; 2] = [32, 1224];

/// `ERROR_LOCK_VIOLATION`
const LOCKED: i32 = 33;

/// How the name of a file begins that has been moved out of the way.
const ASIDE: &str = ".unused-";

/// Most files that are moved out of the way in one folder and still in use.
const MAX_ASIDE: u32 = 64;

pub(crate) fn open_with(options: &mut OpenOptions, path: &Path, _: bool) -> io::Result<File> {
    options.open(path)
}

pub(crate) fn open_to_write(options: &mut OpenOptions, path: &Path) -> Result<io::Result<File>, FileError> {
    Ok(options.open(path))
}

pub(crate) fn owner_only(_: &mut OpenOptions) {}

/// Folders cannot be opened as files are.
pub(crate) fn folders_only(_: &mut OpenOptions) {}

pub(crate) fn may_write_in(_: &Path) -> bool {
    true
}

/// A file that is opened to be written to at its end cannot be cut.
pub(crate) fn allow_extending(options: &mut OpenOptions) {
    options.write(true);
}

/// Nobody else writes to a locked file.
pub(crate) fn extend(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::End(0))?;
    file.write_all(bytes)
}

/// Not every driver of a disk has real paths, as those of disks in memory, and Wine has none of more
/// than 260 letters.
pub(crate) fn may_be_nameless(error: &io::Error) -> bool {
    !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied)
}

/// Waits until nobody has the file locked.
pub(crate) fn read_to_end(file: &File, limit: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        let left = limit.saturating_sub(bytes.len() as u64);
        match file.take(left).read_to_end(bytes) {
            Err(error) if error.raw_os_error() == Some(LOCKED) && Instant::now() < until => thread::sleep(PAUSE),
            read => return read.map(drop),
        }
    }
}

pub(crate) fn read_locked(file: &File, path: &Path, limit: u64) -> Option<io::Result<Vec<u8>>> {
    Some(read_whole(file, path, limit))
}

fn read_whole(mut file: &File, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() != file.metadata()?.len() {
        return Err(ErrorKind::NotFound.into());
    }
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    read_to_end(file, limit, &mut bytes)?;
    Ok(bytes)
}

/// One in use loses its name, and is removed when it is in use no more and another
/// one of its folder is replaced or removed.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if is_in_use(&error) && path.is_file() => move_aside(path).map(drop),
        removed => removed,
    }
}

fn is_in_use(error: &io::Error) -> bool {
    error.kind() == ErrorKind::PermissionDenied || error.raw_os_error().is_some_and(|code| IN_USE.contains(&code))
}

fn move_aside(path: &Path) -> io::Result<PathBuf> {
    remove_unused(path);
    let folder = path.parent().unwrap_or(path);
    let names = (0..MAX_ASIDE).map(|number| folder.join(format!("{ASIDE}{}-{number}", std::process::id())));
    let Some(aside) = names.into_iter().find(|name| !name.exists()) else {
        return Err(io::Error::other("too many files of its folder are in use"));
    };
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// Removes what has been moved out of the way beside `path` and is in use no more.
fn remove_unused(path: &Path) {
    let Some(entries) = path.parent().and_then(|folder| fs::read_dir(folder).ok()) else { return };
    let is_unused = |entry: &fs::DirEntry| entry.file_name().to_str().is_some_and(|name| name.starts_with(ASIDE));
    for entry in entries.filter_map(Result::ok).filter(is_unused) {
        // Fails as long as somebody uses it.
        let _ = fs::remove_file(entry.path());
    }
}
