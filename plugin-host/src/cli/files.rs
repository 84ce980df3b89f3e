//! Files that appear whole under their names, or not at all.

use std::{fs::File, io, path::Path};

use tempfile::NamedTempFile;

/// Begins the names of unfinished files, which a program that was killed may leave behind. Hidden, so that none is taken for a plugin.
const PREFIX: &str = ".unfinished-";

/// A file in the directory `dir`, to be written and then [`put`] in its place. Removed when dropped.
pub fn begin(dir: &Path) -> io::Result<NamedTempFile> {
    // Its own message names the unfinished file, which nobody has heard of.
    tempfile::Builder::new().prefix(PREFIX).tempfile_in(dir).map_err(|error| error.kind().into())
}

/// Moves `file` to `target` in the same directory, in one step, replacing what is there. It survives a crash of the system from then on.
pub fn put(file: NamedTempFile, target: &Path) -> io::Result<()> {
    share(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    sync_directory(target);
    Ok(())
}

/// Removes a file for good.
pub fn remove(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)?;
    sync_directory(path);
    Ok(())
}

/// Makes `dir` and those above it; those it makes are writable for the user alone, whatever the umask.
pub fn create_directory(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o755);
    builder.recursive(true).create(dir)
}

/// Keeps other processes of this program from changing what is in `dir` until dropped. Where directories cannot be
/// locked nothing is held, and the last change wins.
pub fn lock(dir: &Path) -> Option<File> {
    let directory = File::open(dir).ok()?;
    directory.lock().ok()?;
    Some(directory)
}

/// Lets everybody read the file, and the user alone write it.
fn share(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

fn sync_directory(entry: &Path) {
    if let Some(directory) = entry.parent().and_then(|dir| File::open(dir).ok()) {
        // The change is made; where a directory cannot be synced a crash of the system may yet undo it, whole.
        let _ = directory.sync_all();
    }
}
