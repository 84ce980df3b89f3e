//! `plugin verify --all`: whether each library is what was installed, by its whole content.

use std::io::Write;

use serde_json::json;

use super::{arguments::Format, error::ManageError, managed::Managed};
use crate::{
    cli::{
        find::found,
        locked::{Locks, Standing},
        names::name_of,
        table,
    },
    discover::PluginFile,
    message::write_json,
};

struct Verdict<'a> {
    file: &'a PluginFile,
    /// One word: `locked`, `unlocked`, `changed` or `broken`.
    state: &'static str,
    reason: Option<String>,
}

/// Reads every library and prints what was found.
pub(super) fn run(managed: &Managed<'_>, format: Format, out: &mut impl Write) -> Result<(), ManageError> {
    let found = found(managed.program, managed.options);
    let mut locks = Locks::default();
    let verdicts: Vec<_> = found.iter().map(|file| Verdict::of(file, &mut locks)).collect();
    match format {
        Format::Table => {
            let rows: Vec<[String; 4]> = verdicts.iter().map(Verdict::row).collect();
            table::write(out, ["NAME", "CONTENT", "FILE", "REASON"], &rows)?;
        }
        Format::Json => write_json(out, &json!({ "plugins": verdicts.iter().map(Verdict::json).collect::<Vec<_>>() }))?,
    }
    match verdicts.iter().filter(|verdict| verdict.state == "changed").count() {
        0 => Ok(()),
        count => Err(ManageError::Damaged { count }),
    }
}

impl<'a> Verdict<'a> {
    fn of(file: &'a PluginFile, locks: &mut Locks) -> Self {
        let (state, reason) = match (locks.judge_content(file), file.manifest()) {
            (Err(damage), _) => ("changed", Some(damage.to_string())),
            (Ok(_), Err(error)) => ("broken", Some(error.problem.to_string())),
            (Ok(Standing::Locked), Ok(_)) => ("locked", None),
            (Ok(Standing::Unlocked), Ok(_)) => ("unlocked", Some("put there by hand".to_owned())),
        };
        Self { file, state, reason }
    }

    fn name(&self) -> &str {
        name_of(self.file).unwrap_or("-")
    }

    fn row(&self) -> [String; 4] {
        let reason = self.reason.clone().unwrap_or_default();
        [self.name().to_owned(), self.state.to_owned(), self.file.path().display().to_string(), reason]
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "name": name_of(self.file),
            "path": self.file.path().to_string_lossy(),
            "state": self.state,
            "reason": self.reason,
        })
    }
}
