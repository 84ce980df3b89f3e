//! Where plugins are looked for. Never in the current directory or the project: entering a folder
//! must not run its code.

use std::{env, ffi::OsStr, path::PathBuf};

use directories::ProjectDirs;

use crate::{program::Program, trust::Trust};

/// More plugin directories, separated as in `PATH`; behind the program's name.
const PATH_VARIABLE: &str = "PLUGIN_PATH";
/// Set to `everyone`, it loads plugins that others can write to; behind the program's name.
const TRUST_VARIABLE: &str = "PLUGIN_TRUST";

/// The plugin directories, the first to be looked into first: those given, those of the
/// environment, the user's, those of the installation.
pub(crate) fn all(program: &Program, given: &[PathBuf]) -> Vec<PathBuf> {
    let from_environment = env::var_os(program.variable(PATH_VARIABLE)).unwrap_or_default();
    let mut directories = given.to_vec();
    directories.extend(env::split_paths(&from_environment).filter(|path| path.is_absolute()));
    directories.extend(of_user(program));
    directories.extend(of_installation(program));
    directories
}

/// The user's own plugin directory; `None` without a home, or with one that depends on where one
/// stands.
pub(crate) fn of_user(program: &Program) -> Option<PathBuf> {
    of_program(program, |dirs| dirs.data_dir().join("plugins"))
}

/// The user's file `name` in the program's configuration directory; `None` as for [`of_user`].
pub(crate) fn configuration(program: &Program, name: &str) -> Option<PathBuf> {
    of_program(program, |dirs| dirs.config_dir().join(name))
}

fn of_program(program: &Program, path: impl FnOnce(&ProjectDirs) -> PathBuf) -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", program.name())?;
    Some(path(&dirs)).filter(|path| path.is_absolute())
}

fn of_installation(program: &Program) -> Vec<PathBuf> {
    let executable = env::current_exe().ok();
    let Some(bin) = executable.as_ref().and_then(|path| path.parent()) else {
        return Vec::new();
    };
    let mut directories = vec![bin.join("plugins")];
    directories.extend(bin.parent().map(|prefix| prefix.join("lib").join(program.name()).join("plugins")));
    directories
}

/// Whose plugins are loaded.
pub(crate) fn trust(program: &Program) -> Trust {
    let wanted = env::var_os(program.variable(TRUST_VARIABLE));
    if wanted.as_deref() == Some(OsStr::new("everyone")) { Trust::Everyone } else { Trust::Owner }
}
