//! `plugin update`: newer releases of what came from an index.

use std::io::Write;

use semver::Version;
use serde_json::json;

use super::{
    arguments::{Format, UpdateArgs},
    error::ManageError,
    install::{document, told, warn_of_hindrances},
    managed::Managed,
};
use crate::{
    cli::{
        by_name::{self, Order, Outcome, tell_passed_over},
        directories,
        index::Address,
        install::InstallError,
        keys::{Consent, PublicKey, known_keys},
        locked::{self, LockedPlugin},
    },
    message::{say, write_json, write_line},
};

/// Updates one plugin, or all that came from an index; one that cannot be updated keeps none of the
/// others.
pub(super) fn run(managed: &Managed<'_>, args: &UpdateArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let known = known_keys(managed.program, &managed.settings()?)?;
    let consent = Managed::consent(&args.trust)?;
    let mut documents = Vec::new();
    let mut failures = 0;
    for plugin in chosen(managed, args.name.as_deref())? {
        match update(managed, args, &plugin, &known, &consent) {
            Ok(outcome) => {
                tell_passed_over(&plugin.name, &outcome.passed_over);
                if let Some(installed) = &outcome.installed {
                    warn_of_hindrances(managed, installed);
                }
                match (args.format, &outcome.installed) {
                    (Format::Table, Some(installed)) => write_line(out, &told(installed))?,
                    (Format::Table, None) => {
                        let newest = format!("{} {} is the newest that works here", plugin.name, plugin.version);
                        write_line(out, &newest)?;
                    }
                    (Format::Json, Some(installed)) => documents.push(document(installed, &outcome.passed_over)),
                    (Format::Json, None) => documents.push(json!({
                        "name": plugin.name,
                        "version": plugin.version,
                        "replaced": null,
                        "passed_over": outcome.passed_over,
                    })),
                }
            }
            Err(error) if args.name.is_some() => return Err(error),
            Err(error) => {
                say(&format!("error: {error}"));
                failures += 1;
            }
        }
    }
    if args.format == Format::Json {
        write_json(out, &json!({ "plugins": documents }))?;
    }
    if failures == 0 { Ok(()) } else { Err(ManageError::NotUpdated { count: failures }) }
}

/// What came from an index; the one that is named must have.
pub(super) fn chosen(managed: &Managed<'_>, name: Option<&str>) -> Result<Vec<LockedPlugin>, ManageError> {
    let dir = directories::of_user(managed.program).ok_or(InstallError::NoHome)?;
    let mut plugins = locked::read(&dir)?;
    plugins.retain(|plugin| name.is_none_or(|name| plugin.name == name) && plugin.index.is_some());
    match name {
        Some(name) if plugins.is_empty() => {
            Err(ManageError::NotFromIndex { name: name.to_owned(), program: managed.program.name() })
        }
        _ => Ok(plugins),
    }
}

fn update(
    managed: &Managed<'_>,
    args: &UpdateArgs,
    plugin: &LockedPlugin,
    known: &[PublicKey],
    consent: &Consent,
) -> Result<Outcome, ManageError> {
    let index = Address::parse(plugin.index.as_deref().unwrap_or_default())?;
    let installed = Version::parse(&plugin.version).map_err(|_| ManageError::Version(plugin.version.clone()))?;
    let order = Order {
        name: &plugin.name,
        version: None,
        newer_than: Some(&installed),
        index: &index,
        known_keys: known,
        consent,
        allows_older: false,
        command: "plugin update",
    };
    Ok(by_name::install(&managed.trial(args.timeout), &order)?)
}
