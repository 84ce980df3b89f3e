//! Where plugins are looked for. Never in the current directory or the project: entering a folder
//! must not run its code.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use directories::ProjectDirs;

use crate::{discover::PluginDirectory, program::Program, trust::Trust};

/// More plugin directories, separated as in `PATH`; behind the program's name.
const PATH_VARIABLE: &str = "PLUGIN_PATH";
/// Set to `everyone`, it loads plugins that others can write to; behind the program's name.
const TRUST_VARIABLE: &str = "PLUGIN_TRUST";

/// The plugin directories, the first to be looked into first: those given, those of the
/// environment, the user's, those of the installation; these before all others if the program says
/// so.
pub(crate) fn all(program: &Program, given: &[PathBuf]) -> Vec<PluginDirectory> {
    let trust = trust(program);
    let mut directories: Vec<_> = given.iter().map(|dir| (dir, trust).into()).collect();
    directories.extend(of_environment_and_user(program));
    let at = if program.has_own_plugins_first() { 0 } else { directories.len() };
    directories.splice(at..at, of_installation(program));
    directories
}

/// The plugin directories of a program that others start, whose code is in the file `installation`:
/// the one beside that, those of the environment, the user's.
pub(crate) fn of_embedded(program: &Program, installation: &Path) -> Vec<PluginDirectory> {
    let own = installation.parent().filter(|dir| dir.is_absolute()).map(|dir| dir.join("plugins"));
    let own = own.map(|dir| (dir, trust_beside(program, installation)).into());
    own.into_iter().chain(of_environment_and_user(program)).collect()
}

fn of_environment_and_user(program: &Program) -> impl Iterator<Item = PluginDirectory> + use<> {
    let from_environment = env::var_os(program.variable(PATH_VARIABLE)).unwrap_or_default();
    let mut directories: Vec<_> = env::split_paths(&from_environment).filter(|path| path.is_absolute()).collect();
    directories.extend(of_user(program));
    let trust = trust(program);
    directories.into_iter().map(move |path| (path, trust).into())
}

/// The user's own plugin directory; `None` without a home, or with one that depends on where one
/// stands.
pub(crate) fn of_user(program: &Program) -> Option<PathBuf> {
    of_program(program, |dirs| dirs.data_dir().join("plugins"))
}

/// The folder of what the user's plugins have replaced; `None` as for [`of_user`].
pub(crate) fn of_user_before(program: &Program) -> Option<PathBuf> {
    of_program(program, |dirs| dirs.data_dir().join("plugins-before"))
}

/// The user's file `name` in the program's configuration directory; `None` as for [`of_user`].
pub(crate) fn configuration(program: &Program, name: &str) -> Option<PathBuf> {
    of_program(program, |dirs| dirs.config_dir().join(name))
}

fn of_program(program: &Program, path: impl FnOnce(&ProjectDirs) -> PathBuf) -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", program.name())?;
    Some(path(&dirs)).filter(|path| path.is_absolute())
}

fn of_installation(program: &Program) -> Vec<PluginDirectory> {
    let Ok(executable) = env::current_exe() else { return Vec::new() };
    let bin = executable.parent();
    let prefix = bin.and_then(Path::parent);
    let directories = [
        bin.map(|bin| bin.join("plugins")),
        prefix.map(|prefix| prefix.join("lib").join(program.name()).join("plugins")),
    ];
    let trust = trust_beside(program, &executable);
    directories.into_iter().flatten().map(|path| (path, trust).into()).collect()
}

/// Whose plugins are loaded, the program's own aside.
pub(crate) fn trust(program: &Program) -> Trust {
    let wanted = env::var_os(program.variable(TRUST_VARIABLE));
    if wanted.as_deref() == Some(OsStr::new("everyone")) { Trust::Everyone } else { Trust::Owner }
}

/// The same for this `library`, wherever it is.
pub(crate) fn trust_of(program: &Program, library: &Path) -> Trust {
    let own = of_installation(program).into_iter().find(|own| library.parent() == Some(&own.path));
    own.map_or_else(|| trust(program), |own| own.trust)
}

/// Whose plugins are loaded from the directories that were installed with the program's `code`.
fn trust_beside(program: &Program, code: &Path) -> Trust {
    match trust(program) {
        Trust::Everyone => Trust::Everyone,
        _ => Trust::like(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_own_plugins_come_last_or_first() {
        let program = Program::new("bare", "0.1.0");
        let given = PathBuf::from("given");
        let own = env::current_exe().ok().and_then(|path| Some(path.parent()?.join("plugins")));
        let paths = |program: &Program| -> Vec<_> {
            all(program, std::slice::from_ref(&given)).into_iter().map(|dir| Some(dir.path)).collect()
        };
        let last = paths(&program);
        assert_eq!((&last[0], &last[last.len() - 2]), (&Some(given.clone()), &own));
        let first = paths(&program.with_own_plugins_first());
        assert_eq!((&first[0], &first[2]), (&own, &Some(given.clone())));
        assert_eq!(first.len(), last.len());
    }
}
