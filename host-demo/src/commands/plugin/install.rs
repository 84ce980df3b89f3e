//! `plugin install` and `plugin remove`: the user's own plugin directory.

use std::io::Write;

use hookspec::manager::Found;

use super::conditions;
use crate::{
    cli::plugin::{InstallArgs, NameArgs},
    context::Context,
    error::Error,
    plugins::{
        self, directories,
        disabled::Disabled,
        install::{self, Installed},
        names,
        services::warn,
    },
    table::one_line,
};

/// Installs a plugin, and says what keeps it from being used all the same.
pub fn install(context: &Context, args: &InstallArgs, out: &mut impl Write) -> Result<(), Error> {
    let Installed { name, version, path, replaced } = install::install(&args.file, &conditions(context, args.timeout))?;
    let place = one_line(&path.display().to_string());
    match replaced {
        None => writeln!(out, "Installed {name} {version} as {place}")?,
        Some(old) => {
            let old = old.manifest.as_ref().map_or("(unreadable)", |manifest| manifest.version.as_str());
            writeln!(out, "Replaced {name} {old} → {version} in {place}")?;
        }
    }
    let found = plugins::found(&context.global);
    if let Some(first) = found.iter().find(|found| found.path == path).and_then(|found| found.shadowed_by.as_ref()) {
        warn(&format!("it is shadowed: {} holds a plugin of the same name and comes first", first.display()));
    }
    if Disabled::load().is_ok_and(|disabled| disabled.contains(&name)) {
        warn(&format!("it is disabled; `host-demo plugin enable {name}` enables it"));
    }
    Ok(())
}

/// Removes a plugin from the user's plugin directory. Elsewhere they are not this program's to remove.
pub fn remove(context: &Context, args: &NameArgs, out: &mut impl Write) -> Result<(), Error> {
    let name = &args.name;
    let removed = install::remove(name)?;
    let others = plugins::found(&context.global);
    let other = others.iter().find(|found| names::is_meant(found, name));
    if removed.is_empty() {
        return Err(other.map_or_else(|| Error::unknown_plugin(name, &others), |other| not_ours(name, other)));
    }
    for path in removed {
        writeln!(out, "Removed {}", one_line(&path.display().to_string()))?;
    }
    if let Some(other) = other {
        warn(&format!("there is another plugin `{name}`, which is used from now on: {}", other.path.display()));
    }
    Ok(())
}

fn not_ours(name: &str, found: &Found) -> Error {
    Error::NotRemoved {
        name: name.to_owned(),
        path: found.path.clone(),
        own: directories::of_user().unwrap_or_default(),
    }
}
