//! The release of kedro-datasets that a project asks for.

use std::path::Path;

use kedro_dataset_classes::releases;
use toml::{Table, Value};

/// More than this is not a list of requirements that anybody has written, in bytes.
const MAX_FILE: u64 = 1 << 20;
const PACKAGE: &str = "kedro-datasets";

/// The newest release of kedro-datasets that the project in `root` allows; `None` when it does not
/// say, or says it in a way that is not understood.
pub(crate) fn datasets_release(root: &Path) -> Option<&'static str> {
    let files = ["requirements.txt", "src/requirements.txt"];
    let listed = files.iter().filter_map(|file| small_files::read_text(&root.join(file), MAX_FILE).ok().flatten());
    let lines: Vec<String> = listed.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let required = lines.into_iter().chain(in_pyproject(root)).find_map(|line| constraints(&line))?;
    releases().into_iter().rev().find(|release| required.iter().all(|constraint| constraint.allows(release)))
}

fn in_pyproject(root: &Path) -> Vec<String> {
    let text = small_files::read_text(&root.join("pyproject.toml"), MAX_FILE).ok().flatten().unwrap_or_default();
    let document: Table = text.parse().unwrap_or_default();
    let listed = document.get("project").and_then(|project| project.get("dependencies")).and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// One part of `>=1.0,<2`.
struct Constraint {
    operator: String,
    release: Vec<u32>,
    is_wildcard: bool,
}

impl Constraint {
    fn allows(&self, release: &str) -> bool {
        let release: Vec<u32> = numbers(release);
        let begins = |length: usize| release.iter().take(length).eq(self.release.iter().take(length));
        let mut wanted = self.release.clone();
        wanted.resize(wanted.len().max(release.len()), 0);
        match self.operator.as_str() {
            "==" if self.is_wildcard => begins(self.release.len()),
            "==" | "===" => release == wanted,
            "!=" => release != wanted,
            ">=" => release >= wanted,
            ">" => release > wanted,
            "<=" => release <= wanted,
            "<" => release < wanted,
            "~=" => release >= wanted && begins(self.release.len().saturating_sub(1)),
            _ => true,
        }
    }
}

fn numbers(release: &str) -> Vec<u32> {
    release.trim().split('.').map_while(|number| number.parse().ok()).collect()
}

/// What a line asks of kedro-datasets; `None` when it is about something else.
fn constraints(line: &str) -> Option<Vec<Constraint>> {
    let line = line.split(['#', ';']).next()?.trim().to_ascii_lowercase().replace('_', "-");
    let rest = line.strip_prefix(PACKAGE)?.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None if rest.starts_with(|next: char| next.is_alphanumeric() || next == '-') => return None,
        None => rest,
    };
    let parts = rest.trim().trim_matches(['(', ')']).split(',').map(str::trim).filter(|part| !part.is_empty());
    let constraint = |part: &str| {
        let release = part.trim_start_matches(['=', '<', '>', '!', '~']);
        let operator = part[..part.len() - release.len()].to_owned();
        Constraint { operator, release: numbers(release), is_wildcard: release.ends_with(".*") }
    };
    Some(parts.map(constraint).collect())
}
