//! Where plugins are looked for. Never in the current directory or the project: entering a folder must not run its code.

use std::{env, ffi::OsStr, path::PathBuf};

use directories::ProjectDirs;
use hookspec::manager::Trust;

/// More plugin directories, separated as in `PATH`.
pub const PATH_VARIABLE: &str = "HOST_DEMO_PLUGIN_PATH";
/// Set to `everyone`, it loads plugins that others can write to.
pub const TRUST_VARIABLE: &str = "HOST_DEMO_PLUGIN_TRUST";

/// The plugin directories, the first to be looked into first: those given, those of the environment, the user's, those of the installation.
pub fn all(given: &[PathBuf]) -> Vec<PathBuf> {
    let from_environment = env::var_os(PATH_VARIABLE).unwrap_or_default();
    let mut directories = given.to_vec();
    directories.extend(env::split_paths(&from_environment).filter(|path| path.is_absolute()));
    directories.extend(of_user());
    directories.extend(of_installation());
    directories
}

/// The user's own plugin directory; `None` without a home, or with one that depends on where one stands.
pub fn of_user() -> Option<PathBuf> {
    of_program(|dirs| dirs.data_dir().join("plugins"))
}

/// The user's file `name` in this program's configuration directory; `None` as for [`of_user`].
pub fn configuration(name: &str) -> Option<PathBuf> {
    of_program(|dirs| dirs.config_dir().join(name))
}

fn of_program(path: impl FnOnce(&ProjectDirs) -> PathBuf) -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", "host-demo")?;
    Some(path(&dirs)).filter(|path| path.is_absolute())
}

fn of_installation() -> Vec<PathBuf> {
    let executable = env::current_exe().ok();
    let Some(bin) = executable.as_ref().and_then(|path| path.parent()) else {
        return Vec::new();
    };
    let mut directories = vec![bin.join("plugins")];
    directories.extend(bin.parent().map(|prefix| prefix.join("lib/host-demo/plugins")));
    directories
}

/// Whose plugins are loaded.
pub fn trust() -> Trust {
    if env::var_os(TRUST_VARIABLE).as_deref() == Some(OsStr::new("everyone")) { Trust::Everyone } else { Trust::Owner }
}
