//! `plugin outdated`: which plugins have a newer release.

use std::io::Write;

use semver::Version;
use serde_json::json;

use super::{
    arguments::{Format, ListArgs},
    error::ManageError,
    managed::Managed,
    update::chosen,
};
use crate::{
    cli::{
        index::{self, Address, Choice, IndexError, PluginDocument},
        locked::LockedPlugin,
        table,
    },
    message::{say, write_json, write_line},
};

/// Prints what could be updated, and what is newer and does not fit. Nothing is installed.
pub(super) fn run(managed: &Managed<'_>, args: &ListArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let (mut rows, mut documents, mut failures) = (Vec::new(), Vec::new(), 0);
    for plugin in chosen(managed, None)? {
        let choice = match newer(&plugin) {
            Ok(choice) => choice,
            Err(error) => {
                say(&format!("error: {error}"));
                failures += 1;
                continue;
            }
        };
        let newest = choice.candidates.first().map(|candidate| candidate.version.to_string());
        if newest.is_none() && choice.passed_over.is_empty() {
            continue;
        }
        documents.push(json!({
            "name": plugin.name,
            "version": plugin.version,
            "newest": newest,
            "passed_over": choice.passed_over,
        }));
        let reasons = if choice.passed_over.is_empty() { String::new() } else { choice.reasons() };
        rows.push([plugin.name, plugin.version, newest.unwrap_or_else(|| "-".to_owned()), reasons]);
    }
    match args.format {
        Format::Json => write_json(out, &json!({ "plugins": documents }))?,
        Format::Table if rows.is_empty() && failures == 0 => {
            write_line(out, "Every plugin that came from an index is the newest that works here.")?;
        }
        Format::Table if rows.is_empty() => {}
        Format::Table => table::write(out, ["NAME", "INSTALLED", "NEWEST", "LEFT OUT"], &rows)?,
    }
    if failures == 0 { Ok(()) } else { Err(ManageError::NotLookedUp { count: failures }) }
}

/// What is newer than the plugin that is installed.
fn newer(plugin: &LockedPlugin) -> Result<Choice, IndexError> {
    let index = Address::parse(plugin.index.as_deref().unwrap_or_default())?;
    let document = PluginDocument::read(&index, &plugin.name)?;
    let mut choice = index::choose(&index, document, None);
    if let Ok(installed) = Version::parse(&plugin.version) {
        choice.candidates.retain(|candidate| candidate.version > installed);
        let is_newer = |version: &str| Version::parse(version).map_or(true, |version| version > installed);
        choice.passed_over.retain(|one| is_newer(&one.version));
    }
    Ok(choice)
}
