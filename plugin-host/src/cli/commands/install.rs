//! `plugin install` and `plugin remove`: the user's own plugin directory.

use std::io::Write;

use super::{
    arguments::{InstallArgs, NameArgs},
    error::ManageError,
    managed::Managed,
};
use crate::{
    cli::{
        directories,
        disabled::Disabled,
        find::found,
        install::{self, Installed},
        names,
    },
    discover::PluginFile,
    message::{warn, write_line},
};

/// Installs a plugin, and says what keeps it from being used all the same.
pub(super) fn install(managed: &Managed<'_>, args: &InstallArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let installed = install::install(&managed.trial(args.timeout), &args.file, args.allow_downgrade)?;
    let Installed { name, version, path, replaced, is_never_called } = installed;
    let place = path.display();
    match replaced {
        None => write_line(out, &format!("Installed {name} {version} as {place}"))?,
        Some(old) => {
            let old = old.manifest().map_or("(unreadable)", |manifest| manifest.version.as_str());
            write_line(out, &format!("Replaced {name} {old} → {version} in {place}"))?;
        }
    }
    let found = found(managed.program, managed.options);
    if let Some(first) = found.iter().find(|found| found.path() == path).and_then(PluginFile::shadowed_by) {
        warn(&format!("it is shadowed: {} holds a plugin of the same name and comes first", first.display()));
    }
    if is_never_called {
        warn(&format!("it is of no use here: {} has none of its hooks", managed.program.name()));
    }
    if Disabled::load(managed.program).is_ok_and(|disabled| disabled.contains(&name)) {
        warn(&format!("it is disabled; `{} plugin enable {name}` enables it", managed.program.name()));
    }
    Ok(())
}

/// Removes a plugin from the user's plugin directory. Elsewhere they are not this program's to
/// remove.
pub(super) fn remove(managed: &Managed<'_>, args: &NameArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let name = &args.name;
    let removed = install::remove(managed.program, name)?;
    let others = found(managed.program, managed.options);
    let other = others.iter().find(|found| names::is_meant(found, name));
    if removed.is_empty() {
        return Err(other.map_or_else(
            || ManageError::unknown(managed.program.name(), name, &others),
            |other| not_ours(managed, name, other),
        ));
    }
    for path in removed {
        write_line(out, &format!("Removed {}", path.display()))?;
    }
    if let Some(other) = other {
        warn(&format!("there is another plugin `{name}`, which is used from now on: {}", other.path().display()));
    }
    Ok(())
}

fn not_ours(managed: &Managed<'_>, name: &str, file: &PluginFile) -> ManageError {
    ManageError::NotRemoved {
        name: name.to_owned(),
        path: file.path().to_owned(),
        own: directories::of_user(managed.program).unwrap_or_default(),
        program: managed.program.name(),
    }
}
