//! Files that appear, or change, whole or not at all.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempPath};

use crate::{
    create_folder::{private_folder, public_folder},
    error::FileError,
    folder::sync_folder_of,
    growth::{check_growth, check_length},
    os,
};

/// How [`create_new`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// The file is ours.
    Yes,
    /// There was one already; it is untouched.
    AlreadyThere,
}

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Whoever the user's umask lets, as if the file had been written in place.
    Umask,
    /// Its owner alone, until [`Replacement::like`] says otherwise.
    Owner,
    /// Everybody, whatever the umask; its owner alone may change it.
    Everyone,
}

/// Replaces `path` with `bytes`, in one step and durably; the folder is made if need be.
pub fn replace(path: &Path, bytes: &[u8], visibility: Visibility) -> Result<(), FileError> {
    Replacement::write(path, bytes, visibility)?.commit()
}

/// The same with the file that `path` leads to, so that a link to it stays one. There need be
/// nothing at its end yet.
pub fn replace_at_end_of_links(path: &Path, bytes: &[u8], visibility: Visibility) -> Result<(), FileError> {
    replace(&end_of_links(path)?, bytes, visibility)
}

fn end_of_links(path: &Path) -> Result<PathBuf, FileError> {
    /// As many as Linux follows.
    const MAX_LINKS: usize = 40;
    let mut end = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&end) {
            Ok(target) => end = end.parent().unwrap_or(Path::new("/")).join(target),
            Err(_) => return Ok(end),
        }
    }
    Err(FileError::io("resolve", path)(io::Error::other("it leads through too many links")))
}

/// Creates `path` with `bytes`, in one step, unless there is something at that path. It does not
/// wait for the disk: a power cut may yet undo it, or leave an empty file.
pub fn create_new(path: &Path, bytes: &[u8], visibility: Visibility) -> Result<Created, FileError> {
    let replacement = Replacement::write(path, bytes, visibility)?;
    match replacement.temporary.persist_noclobber(path) {
        Ok(_) => Ok(Created::Yes),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(Created::AlreadyThere),
        Err(error) => Err(FileError::io("write", path)(error.error)),
    }
}

/// Writes a new file in a folder that is there, for whoever the umask lets read it.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let written = check_length(bytes.len() as u64).and_then(|()| File::create_new(path)?.write_all(bytes));
    written.map_err(FileError::io("write", path))
}

/// A file beside the one that it is to replace; removed again unless committed.
#[derive(Debug)]
pub struct Replacement {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl Replacement {
    /// Writes `bytes` beside `path`; the folder is made if need be.
    pub fn write(path: &Path, bytes: &[u8], visibility: Visibility) -> Result<Self, FileError> {
        // Before anything is made.
        check_length(bytes.len() as u64).map_err(FileError::io("write", path))?;
        let folder = folder_of(path);
        match visibility {
            _ if folder.is_dir() => {}
            Visibility::Owner => private_folder(folder)?,
            Visibility::Umask | Visibility::Everyone => public_folder(folder)?,
        }
        let mut replacement = Self::begin(path, visibility)?;
        replacement.write_all(bytes).map_err(FileError::io("write", path))?;
        Ok(replacement)
    }

    /// An empty file beside `path`, to be written to. Its name is hidden, and a process that is
    /// killed may leave it behind.
    pub fn begin(path: &Path, visibility: Visibility) -> Result<Self, FileError> {
        let folder = folder_of(path);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".unfinished-");
        if visibility == Visibility::Umask {
            os::readable_under_umask(&mut builder);
        }
        let temporary =
            builder.tempfile_in(folder).map_err(|error| FileError::io("write in", folder)(without_path(&error)))?;
        if visibility == Visibility::Everyone {
            os::readable_by_all(temporary.as_file()).map_err(FileError::io("write in", folder))?;
        }
        Ok(Self { temporary, path: path.to_owned() })
    }

    /// Gives it owner, group and permissions of the file that it replaces, or fails: a file must
    /// not change hands.
    pub fn like(self, replaced: &Metadata) -> Result<Self, FileError> {
        os::keep_owner(self.temporary.as_file(), replaced)
            .and_then(|()| self.temporary.as_file().set_permissions(replaced.permissions()))
            .map_err(FileError::io("write", &self.path))?;
        Ok(self)
    }

    /// Puts it in its place, in one step, once what is in it is on the disk.
    pub fn commit(self) -> Result<(), FileError> {
        self.finish()?.commit()
    }

    /// The same, and the name with it survives a crash of the system.
    pub fn commit_durably(self) -> Result<(), FileError> {
        self.finish()?.commit_durably()
    }

    /// Puts what is in it on the disk, before a last look at what it replaces.
    pub fn sync(&self) -> Result<(), FileError> {
        self.temporary.as_file().sync_all().map_err(FileError::io("write", &self.path))
    }

    /// Puts what is in it on the disk and closes it. Windows loads no library that is open for
    /// writing, and moves no such file.
    pub fn finish(self) -> Result<Finished, FileError> {
        self.sync()?;
        Ok(Finished { temporary: self.temporary.into_temp_path(), path: self.path })
    }
}

/// A whole file beside the one that it is to replace; removed again unless committed.
#[derive(Debug)]
pub struct Finished {
    temporary: TempPath,
    path: PathBuf,
}

impl Finished {
    /// Where it is until it is committed.
    #[must_use]
    pub fn unfinished_path(&self) -> &Path {
        &self.temporary
    }

    /// Has it replace another file of the same folder.
    #[must_use]
    pub fn in_place_of(mut self, path: &Path) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Puts it in its place as [`commit`](Self::commit) does, and the name with it survives a crash
    /// of the system.
    pub fn commit_durably(self) -> Result<(), FileError> {
        let path = self.path.clone();
        self.commit()?;
        sync_folder_of(&path);
        Ok(())
    }

    /// Puts it in its place, in one step.
    pub fn commit(self) -> Result<(), FileError> {
        let failed = FileError::io("write", &self.path);
        let temporary = match self.temporary.keep() {
            Ok(path) => path,
            Err(error) => return Err(failed(error.error)),
        };
        os::put_in_place(&temporary, &self.path).map_err(|error| {
            // What is left of it harms nobody.
            let _ = fs::remove_file(&temporary);
            failed(error)
        })
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        check_growth(self.temporary.as_file(), bytes.len())?;
        self.temporary.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An error of `tempfile` names the temporary file, which says nothing to anybody.
fn without_path(error: &io::Error) -> io::Error {
    error.kind().into()
}
