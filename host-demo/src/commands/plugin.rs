//! `plugin list`: the plugins in the plugin directories.

use std::io::{self, Write};

use plugin_api::manager::Found;
use serde_json::{Value, json};

use crate::cli::{Format, ListArgs};
use crate::commands::Context;
use crate::error::Error;
use crate::{plugins, table};

/// Prints the plugins found and what becomes of each, without loading any.
pub fn list(context: &Context, args: &ListArgs, out: &mut impl Write) -> Result<(), Error> {
    let found = plugins::found(&context.global);
    let entries: Vec<Entry> = found.iter().map(|found| Entry::new(found, &context.global.no_plugin)).collect();
    match args.format {
        Format::Table => write_table(&entries, out)?,
        Format::Json => write_json(&entries, out)?,
    }
    Ok(())
}

struct Entry<'a> {
    found: &'a Found,
    /// One word: `enabled`, `blocked`, `shadowed` or `broken`.
    state: &'static str,
    /// Why, where that is not plain.
    reason: Option<String>,
}

impl<'a> Entry<'a> {
    fn new(found: &'a Found, blocked: &[String]) -> Self {
        let (state, reason) = match (&found.manifest, &found.shadowed_by) {
            (Err(error), _) => ("broken", Some(error.reason.to_string())),
            (Ok(manifest), _) if blocked.contains(&manifest.name) => ("blocked", Some("by --no-plugin".to_owned())),
            (Ok(_), Some(first)) => ("shadowed", Some(format!("{} comes first", first.display()))),
            (Ok(_), None) => ("enabled", None),
        };
        Self { found, state, reason }
    }

    fn row(&self) -> [String; 5] {
        let (name, version, api) = match &self.found.manifest {
            Ok(manifest) => (manifest.name.as_str(), manifest.version.as_str(), manifest.api_version.as_str()),
            Err(_) => ("-", "-", "-"),
        };
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        [
            name.to_owned(),
            version.to_owned(),
            api.to_owned(),
            format!("{}{reason}", self.state),
            self.found.path.display().to_string(),
        ]
    }

    fn json(&self) -> Value {
        let manifest = self.found.manifest.as_ref().ok();
        json!({
            "name": manifest.map(|manifest| &manifest.name),
            "version": manifest.map(|manifest| &manifest.version),
            "api_version": manifest.map(|manifest| &manifest.api_version),
            "description": manifest.map(|manifest| &manifest.description),
            "path": self.found.path.to_string_lossy(),
            "state": self.state,
            "reason": self.reason,
        })
    }
}

fn write_table(entries: &[Entry<'_>], out: &mut impl Write) -> io::Result<()> {
    if entries.is_empty() {
        return writeln!(out, "No plugins found.");
    }
    let rows: Vec<[String; 5]> = entries.iter().map(Entry::row).collect();
    table::write(out, ["NAME", "VERSION", "API", "STATE", "PATH"], &rows)
}

fn write_json(entries: &[Entry<'_>], out: &mut impl Write) -> io::Result<()> {
    let document = json!({ "plugins": entries.iter().map(Entry::json).collect::<Vec<_>>() });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
