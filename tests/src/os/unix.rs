//! Files have owners and modes, and processes parents and groups.

mod await_all;

use std::{
    env::consts,
    ffi::OsString,
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command},
};

use rustix::{
    fs::Mode,
    process::{Pid, Signal, kill_process_group},
};

pub use self::await_all::await_all;

pub(crate) const FOLDERS: [(&str, &str); 5] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
];

pub(crate) const ONLY_TERMINAL_IS_TOLD: bool = false;

pub(crate) const PYTHON_MODULE: &str = "_native.abi3.so";

/// A user id without privileges, `nobody` on most systems.
const NOBODY: u32 = 65534;

pub(crate) fn path_in(root: &Path, relative: &str) -> PathBuf {
    root.join(relative)
}

pub(crate) fn options(_: &Path) -> Vec<OsString> {
    Vec::new()
}

pub(crate) struct User(u32);

impl User {
    /// Nobody where file permissions hold for this process anyway; else who may have `folder`.
    pub(crate) fn without_privileges(folder: &Path) -> Option<Self> {
        (fs::metadata(folder).unwrap().uid() == 0).then_some(Self(NOBODY))
    }

    pub(crate) fn take(&self, path: &Path) {
        chown(path, Some(self.0), Some(self.0)).unwrap();
    }

    pub(crate) fn run(&self, command: &mut Command) {
        command.uid(self.0).gid(self.0);
    }
}

/// Where files are writable for the group unless one says otherwise, plugins would be refused for
/// that.
pub(crate) fn new_user() {
    rustix::process::umask(Mode::from_raw_mode(0o022));
}

pub(crate) fn keep_from_group(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == consts::DLL_EXTENSION) {
            let mode = path.metadata().expect("a library that was built").permissions().mode();
            if mode & 0o022 != 0 {
                fs::set_permissions(&path, Permissions::from_mode(mode & !0o022)).expect("it is ours");
            }
        }
    }
}

pub(crate) fn symlink(from: &Path, to: &Path) {
    std::os::unix::fs::symlink(from, to).unwrap();
}

pub(crate) fn set_apart(command: &mut Command) {
    command.process_group(0);
}

pub(crate) fn end_group(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Fails when all of it has just ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}
