//! Files have owners, modes and numbers, paths are bytes, and a pipe without a reader can be told.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{IsTerminal, stderr, stdout},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::{MetadataExt, OpenOptionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{FileType, fstat},
    process::geteuid,
};

pub(crate) const SETTINGS: Option<&str> = Some("/etc");

const GROUP: u32 = 0o020;
const OTHERS: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// What nobody reads any more.
const CLOSED: PollFlags = PollFlags::ERR.union(PollFlags::HUP).union(PollFlags::NVAL);

pub(crate) struct Access {
    owner: u32,
    mode: u32,
}

impl Access {
    /// `None` where there is nothing.
    pub(crate) fn to(folder: &Path) -> Option<Self> {
        fs::metadata(folder).ok().map(|metadata| Self { owner: metadata.uid(), mode: metadata.mode() })
    }

    pub(crate) fn is_own(&self) -> bool {
        self.owner == geteuid().as_raw()
    }

    pub(crate) fn is_of_system(&self) -> bool {
        self.owner == 0
    }

    pub(crate) fn is_open_to_all(&self) -> bool {
        self.is_open_to(OTHERS)
    }

    pub(crate) fn is_open_to_group(&self) -> bool {
        self.is_open_to(GROUP)
    }

    /// In a sticky folder such as /tmp, what belongs to the user is the user's to replace.
    fn is_open_to(&self, whom: u32) -> bool {
        self.mode & whom != 0 && self.mode & STICKY == 0
    }
}

pub(crate) fn owner_only(options: &mut OpenOptions) {
    options.mode(0o600);
}

pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let place = |metadata: Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata().map(place), fs::metadata(path).map(place)), (Ok(one), Ok(other)) if one == other)
}

pub(crate) fn bytes_of(path: &Path) -> Option<&[u8]> {
    Some(path.as_os_str().as_bytes())
}

pub(crate) fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    Some(OsString::from_vec(bytes).into())
}

/// A terminal, a file, or a pipe or socket with somebody at its other end; not nothing at all, and
/// not a device that forgets.
pub(crate) fn has_reader() -> bool {
    let stderr = stderr();
    let Ok(status) = fstat(&stderr) else { return false };
    match FileType::from_raw_mode(status.st_mode) {
        FileType::RegularFile => true,
        FileType::Fifo | FileType::Socket => {
            let mut watched = [PollFd::new(&stderr, PollFlags::OUT)];
            let polled = poll(&mut watched, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
            polled.is_ok() && !watched[0].revents().intersects(CLOSED)
        }
        _ => stderr.is_terminal(),
    }
}

pub(crate) fn await_closed_output(patience: Duration) -> bool {
    let stdout = stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    // A signal ends the wait early, which harms nothing.
    let _ = poll(&mut watched, Some(&Timespec::try_from(patience).unwrap_or_default()));
    watched[0].revents().intersects(CLOSED)
}

pub(crate) fn set_apart(command: &mut Command) {
    command.process_group(0);
}
