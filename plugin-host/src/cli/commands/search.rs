//! `plugin search`: the plugins of an index.

use std::io::Write;

use serde_json::json;

use super::{
    arguments::{Format, SearchArgs},
    error::ManageError,
    managed::Managed,
};
use crate::{
    cli::{directories, index::RootDocument, locked, table, which_index::index_of},
    message::{write_json, write_line},
};

/// Prints the plugins whose name or description has the word in it.
pub(super) fn run(managed: &Managed<'_>, args: &SearchArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let index = index_of(managed.program, &managed.settings()?, args.index.as_deref())?;
    let root = RootDocument::read(&index)?;
    let word = args.word.as_deref().unwrap_or_default().to_lowercase();
    let installed = directories::of_user(managed.program).map(|dir| locked::read(&dir)).transpose()?;
    let installed = installed.unwrap_or_default();
    let version_here = |name: &str| installed.iter().find(|plugin| plugin.name == name).map(|plugin| &plugin.version);
    let is_found = |name: &str, description: &str| {
        name.to_lowercase().contains(&word) || description.to_lowercase().contains(&word)
    };
    let plugins = root.plugins.iter().filter(|(name, listed)| is_found(name, &listed.description));
    match args.format {
        Format::Json => {
            let plugins = plugins.map(|(name, listed)| {
                json!({
                    "name": name,
                    "latest": listed.latest,
                    "installed": version_here(name),
                    "description": listed.description,
                })
            });
            write_json(out, &json!({ "plugins": plugins.collect::<Vec<_>>() }))?;
        }
        Format::Table => {
            let here = |name: &str| version_here(name).cloned().unwrap_or_default();
            let rows = plugins
                .map(|(name, listed)| [name.clone(), listed.latest.clone(), here(name), listed.description.clone()]);
            let rows: Vec<[String; 4]> = rows.collect();
            if rows.is_empty() {
                return Ok(write_line(out, &format!("{index} has no plugin with `{word}` in it."))?);
            }
            table::write(out, ["NAME", "LATEST", "INSTALLED", "DESCRIPTION"], &rows)?;
        }
    }
    Ok(())
}
