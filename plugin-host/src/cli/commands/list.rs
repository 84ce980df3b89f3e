//! `plugin list`: the plugins in the plugin directories.

use std::{
    io::{self, Write},
    path::{MAIN_SEPARATOR, Path},
};

use serde_json::{Value, json};

use super::{
    arguments::{Format, ListArgs},
    error::ManageError,
    managed::Managed,
};
use crate::{
    cli::{
        disabled::{Disabled, DisabledError},
        find::found,
        locked::{Locks, Standing},
        settings::Unlocked,
        table,
    },
    discover::PluginFile,
    message::{self, write_line},
};

/// Prints the plugins found and what becomes of each, without loading any.
pub(super) fn run(managed: &Managed<'_>, args: &ListArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let found = found(managed.program, managed.options);
    let disabled = Disabled::load(managed.program);
    let unlocked = managed.settings()?.unlocked();
    let mut locks = Locks::default();
    let entries = found.iter().map(|file| Entry::new(file, managed, &disabled).judged(&mut locks, unlocked));
    let entries: Vec<_> = entries.collect();
    match args.format {
        Format::Table => write_table(&entries, out)?,
        Format::Json => write_json(&entries, out)?,
    }
    Ok(())
}

struct Entry<'a> {
    file: &'a PluginFile,
    /// One word: `enabled`, `disabled`, `blocked`, `shadowed`, `changed` (since it was installed),
    /// `refused` (put there by hand) or `broken`.
    state: &'static str,
    /// Why, where that is not plain.
    reason: Option<String>,
    /// Whether it is what was installed; `None` where that makes no difference.
    locked: Option<bool>,
}

impl<'a> Entry<'a> {
    fn new(file: &'a PluginFile, managed: &Managed<'_>, disabled: &Result<Disabled, DisabledError>) -> Self {
        let because = |state, reason: String| Self { file, state, reason: Some(reason), locked: None };
        let manifest = match (file.manifest(), file.shadowed_by()) {
            (Err(error), _) => return because("broken", error.problem.to_string()),
            (Ok(_), Some(first)) => return because("shadowed", format!("{} comes first", first.display())),
            (Ok(manifest), None) => manifest,
        };
        match disabled {
            Err(error) => because("disabled", error.to_string()),
            Ok(disabled) if disabled.contains(&manifest.name) => because(
                "disabled",
                format!("by you; `{} plugin enable {}` undoes it", managed.program.name(), manifest.name),
            ),
            Ok(_) if managed.options.no_plugin.contains(&manifest.name) => {
                because("blocked", "by --no-plugin".to_owned())
            }
            Ok(_) => Self { file, state: "enabled", reason: None, locked: None },
        }
    }

    /// The same, with whether it is what was installed.
    fn judged(mut self, locks: &mut Locks, unlocked: Unlocked) -> Self {
        if self.state != "enabled" {
            return self;
        }
        let (locked, state, reason) = match locks.judge(self.file) {
            Ok(Standing::Locked) => (true, "enabled", None),
            Ok(Standing::Unlocked) if unlocked == Unlocked::Refuse => {
                (false, "refused", Some("put there by hand (`trust.unlocked`)".to_owned()))
            }
            Ok(Standing::Unlocked) => (false, "enabled", Some("unlocked: put there by hand".to_owned())),
            Err(damage) => (false, "changed", Some(damage.to_string())),
        };
        (self.locked, self.state, self.reason) = (Some(locked), state, reason);
        self
    }

    fn row(&self) -> [String; 6] {
        let (name, version, api) = match self.file.manifest() {
            Ok(manifest) => (manifest.name.as_str(), manifest.version.as_str(), manifest.api_version.as_str()),
            Err(_) => ("-", "-", "-"),
        };
        let file = self.file.path().file_name().unwrap_or_default().to_string_lossy();
        let reason = self.reason.as_deref().unwrap_or_default();
        // The directory is named at the head of the table already.
        let reason = reason.replacen(&format!("{}{MAIN_SEPARATOR}", self.directory().display()), "", 1);
        [name.to_owned(), version.to_owned(), api.to_owned(), self.state.to_owned(), file.into_owned(), reason]
    }

    fn json(&self) -> Value {
        let manifest = self.file.manifest().ok();
        json!({
            "name": manifest.map(|manifest| &manifest.name),
            "version": manifest.map(|manifest| &manifest.version),
            "api_version": manifest.map(|manifest| &manifest.api_version),
            "description": manifest.map(|manifest| &manifest.description),
            "settings": manifest.and_then(|manifest| manifest.settings.as_ref()),
            "interfaces": manifest.map(|manifest| &manifest.interfaces),
            "license": manifest.map(|manifest| &manifest.license),
            "homepage": manifest.map(|manifest| &manifest.homepage),
            "repository": manifest.map(|manifest| &manifest.repository),
            "authors": manifest.map(|manifest| &manifest.authors),
            "path": self.file.path().to_string_lossy(),
            "locked": self.locked,
            "state": self.state,
            "reason": self.reason,
        })
    }

    fn directory(&self) -> &Path {
        self.file.path().parent().unwrap_or(self.file.path())
    }
}

/// One table for each directory, whose path heads it and would make every line unreadable.
fn write_table(entries: &[Entry<'_>], out: &mut impl Write) -> io::Result<()> {
    if entries.is_empty() {
        return writeln!(out, "No plugins found.");
    }
    for (index, group) in entries.chunk_by(|a, b| a.directory() == b.directory()).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_line(out, &group[0].directory().display().to_string())?;
        let rows: Vec<[String; 6]> = group.iter().map(Entry::row).collect();
        table::write(out, ["NAME", "VERSION", "API", "STATE", "FILE", "REASON"], &rows)?;
    }
    Ok(())
}

fn write_json(entries: &[Entry<'_>], out: &mut impl Write) -> io::Result<()> {
    message::write_json(out, &json!({ "plugins": entries.iter().map(Entry::json).collect::<Vec<_>>() }))
}
