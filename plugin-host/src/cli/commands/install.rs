//! `plugin install` and `plugin remove`: the user's own plugin directory.

use std::io::Write;

use semver::Version;
use serde_json::json;

use super::{
    arguments::{Format, InstallArgs, NameArgs},
    error::ManageError,
    managed::Managed,
};
use crate::{
    cli::{
        by_name::{self, Order, Outcome, locked_now, signer_of, tell_passed_over},
        directories,
        disabled::Disabled,
        find::found,
        index::PassedOver,
        install::{self, Incoming, Installed, Promised},
        keys::{Consent, PublicKey, Signer, decide, known_keys},
        locked::Origin,
        names,
        package::{Package, PackageError, stem_of},
        platform::platform,
        trial::Trial,
        which_index::index_of,
    },
    discover::PluginFile,
    inspect::manifest_of,
    message::{warn, write_json, write_line},
    trust::Trust,
};

/// Installs a plugin, and says what keeps it from being used all the same.
pub(super) fn install(managed: &Managed<'_>, args: &InstallArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let settings = managed.settings()?;
    let known = known_keys(managed.program, &settings)?;
    let consent = Managed::consent(&args.trust)?;
    let trial = managed.trial(args.timeout);
    let outcome = if names::is_path(&args.plugin) {
        let from_file = from_file(&trial, args, &known, &consent)?;
        Outcome { installed: Some(from_file), passed_over: Vec::new() }
    } else {
        let word = args.plugin.to_string_lossy();
        let (name, version) = match word.split_once('@') {
            None => (&*word, None),
            Some((name, version)) => (name, Some(parse(version)?)),
        };
        let index = index_of(managed.program, &settings, args.index.as_deref())?;
        let order = Order {
            name,
            version: version.as_ref(),
            newer_than: None,
            index: &index,
            known_keys: &known,
            consent: &consent,
            allows_older: args.allow_downgrade,
            command: COMMAND,
        };
        by_name::install(&trial, &order)?
    };
    let Some(installed) = &outcome.installed else { return Ok(()) };
    tell_passed_over(&installed.name, &outcome.passed_over);
    match args.format {
        Format::Table => write_line(out, &told(installed))?,
        Format::Json => write_json(out, &document(installed, &outcome.passed_over))?,
    }
    warn_of_hindrances(managed, installed);
    Ok(())
}

const COMMAND: &str = "plugin install";

/// A library alone, or a package.
fn from_file(
    trial: &Trial<'_>,
    args: &InstallArgs,
    known: &[PublicKey],
    consent: &Consent,
) -> Result<Installed, ManageError> {
    let path = &args.plugin;
    let package = stem_of(path).map(|_| Package::read(path)).transpose()?;
    let promised = package.as_ref().map(|(package, _)| &package.manifest);
    if let Some(other) = promised.map(|manifest| &manifest.platform).filter(|other| **other != platform()) {
        let problem = format!("it is for {other}, and this is {}", platform());
        return Err(PackageError::Invalid { path: path.clone(), problem }.into());
    }
    let library = package.as_ref().map_or(path, |(_, library)| library);
    let name = match promised {
        Some(manifest) => Some(manifest.name.clone()),
        None => manifest_of(library, Trust::Everyone).ok().map(|manifest| manifest.name),
    };
    let before = name.as_deref().map(|name| locked_now(trial, name)).transpose()?.flatten();
    let key_before = before.and_then(|locked| locked.key);
    if let Some(name) = &name {
        let key = promised.and_then(|manifest| manifest.key.as_deref());
        let before = key_before.as_deref().and_then(|key| PublicKey::parse(key).ok());
        decide(name, &signer_of(key, Signer::NobodyOfFile), before.as_ref(), known, consent)?;
    }
    let place = std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let incoming = Incoming {
        library,
        shown_as: library,
        origin: Origin {
            place: place.to_string_lossy().into_owned(),
            index: None,
            key: promised.and_then(|manifest| manifest.key.clone()),
            command: COMMAND,
        },
        promised: promised.map(|manifest| Promised {
            name: &manifest.name,
            version: &manifest.version,
            digest: &manifest.digest,
        }),
        key_before,
        allows_older: args.allow_downgrade,
        allows_useless: true,
    };
    Ok(install::install(trial, &incoming)?)
}

/// The version that somebody has typed.
fn parse(version: &str) -> Result<Version, ManageError> {
    Version::parse(version).map_err(|_| ManageError::Version(version.to_owned()))
}

/// What was done, in a line.
pub(super) fn told(installed: &Installed) -> String {
    let Installed { name, version, path, replaced, .. } = installed;
    let place = path.display();
    match replaced {
        None => format!("Installed {name} {version} as {place}"),
        Some(_) => format!("Replaced {name} {} → {version} in {place}", version_of(replaced.as_ref())),
    }
}

fn version_of(old: Option<&PluginFile>) -> &str {
    old.and_then(|old| old.manifest().ok()).map_or("(unreadable)", |manifest| manifest.version.as_str())
}

/// What was done, for programs.
pub(super) fn document(installed: &Installed, passed_over: &[PassedOver]) -> serde_json::Value {
    json!({
        "name": installed.name,
        "version": installed.version,
        "path": installed.path.to_string_lossy(),
        "replaced": installed.replaced.as_ref().map(|old| version_of(Some(old))),
        "passed_over": passed_over,
    })
}

/// Says what keeps an installed plugin from being used.
pub(super) fn warn_of_hindrances(managed: &Managed<'_>, installed: &Installed) {
    let Installed { name, path, is_never_called, .. } = installed;
    let found = found(managed.program, managed.options);
    if let Some(first) = found.iter().find(|found| found.path() == *path).and_then(PluginFile::shadowed_by) {
        warn(&format!("it is shadowed: {} holds a plugin of the same name and comes first", first.display()));
    }
    if *is_never_called {
        warn(&format!("it is of no use here: {} has none of its hooks", managed.program.name()));
    }
    if Disabled::load(managed.program).is_ok_and(|disabled| disabled.contains(name)) {
        warn(&format!("it is disabled; `{} plugin enable {name}` enables it", managed.program.name()));
    }
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
