//! One folder holds what a program keeps, nobody is told apart, and processes are in jobs.

mod await_all;

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use crate::copy::copy_dir;

pub use self::await_all::await_all;

/// The host asks the system, and not the environment, for the user's folders.
pub(crate) const FOLDERS: [(&str, &str); 3] =
    [("USERPROFILE", "home"), ("APPDATA", "config"), ("LOCALAPPDATA", "config")];

pub(crate) const ONLY_TERMINAL_IS_TOLD: bool = true;

pub(crate) const PYTHON_MODULE: &str = "_native.pyd";

/// What telemetry has in `state/kedro-telemetry/PROGRAM` elsewhere is in
/// `config/kedro-telemetry/PROGRAM/state` here; hosts and traces ask the system for folders.
pub(crate) fn path_in(root: &Path, relative: &str) -> PathBuf {
    if let Some(rest) = relative.strip_prefix("data/host-demo/") {
        return of_user("APPDATA").join("host-demo/data").join(rest);
    }
    if let Some(rest) = relative.strip_prefix("state/kedro-trace/") {
        return of_user("LOCALAPPDATA").join("kedro-trace").join(rest);
    }
    let mut names = relative.split('/');
    match (names.next(), names.next(), names.next()) {
        (Some("state"), Some(folder), Some(program)) => {
            let state = root.join("config").join(folder).join(program).join("state");
            names.fold(state, |path, name| path.join(name))
        }
        _ => relative.split('/').fold(root.to_owned(), |path, name| path.join(name)),
    }
}

pub(crate) fn options(root: &Path) -> Vec<OsString> {
    let config = path_in(root, "config/host-demo/config.toml");
    if config.exists() { vec!["--config".into(), config.into()] } else { Vec::new() }
}

pub(crate) struct User;

impl User {
    pub(crate) fn without_privileges(_: &Path) -> Option<Self> {
        None
    }

    pub(crate) fn take(&self, _: &Path) {}

    pub(crate) fn run(&self, _: &mut Command) {}
}

/// The host's folders are the user's, whatever the environment says. Where tests run on a Windows of
/// their own, as under Wine, what an earlier one has left there is removed.
pub(crate) fn new_user() {
    if env::var_os("ARTIFACTS_ARE_BUILT").is_none() {
        return;
    }
    for folder in [of_user("APPDATA").join("host-demo"), of_user("LOCALAPPDATA").join("kedro-trace")] {
        // There may be none.
        let _ = fs::remove_dir_all(folder);
    }
}

/// A folder of who runs the tests.
fn of_user(variable: &str) -> PathBuf {
    env::var_os(variable).expect("Windows says where it is").into()
}

pub(crate) fn keep_from_group(_: &Path) {}

pub(crate) fn symlink(from: &Path, to: &Path) {
    if from.is_dir() { copy_dir(from, to) } else { fs::copy(from, to).map(drop).unwrap() }
}

pub(crate) fn set_apart(_: &mut Command) {}

pub(crate) fn end_group(child: &mut Child) {
    // Fails when it has just ended.
    let _ = child.kill();
}
