//! What came of each platform, as a table for people.

use std::fs;

use tests::workspace;

/// What came of one platform.
#[derive(Default)]
pub struct Row {
    pub target: &'static str,
    pub tests: usize,
    /// Steps of the scenario that were passed, and how many there are; `None` where it does not
    /// run.
    pub steps: Option<(usize, usize)>,
    pub damages: usize,
    pub not_run: &'static str,
    /// What did not pass.
    pub failed: Vec<String>,
}

const BEGIN: &str = "<!-- made by `cargo xtask platforms --write` -->\n";
const END: &str = "<!-- end -->";

const HEAD: &str = "| target | tests passed | scenario | damages refused | not run, and why |\n|---|---|---|---|---|\n";

/// The table, in Markdown.
pub fn of(rows: &[Row]) -> String {
    rows.iter().fold(HEAD.to_owned(), |table, row| table + &line(row))
}

fn line(row: &Row) -> String {
    let steps = row.steps.map_or("–".to_owned(), |(passed, all)| format!("{passed} of {all} steps"));
    format!("| `{}` | {} | {steps} | {} | {} |\n", row.target, row.tests, row.damages, row.not_run)
}

/// Puts it into docs/stability.md, among what came of other platforms.
pub fn write(rows: &[Row]) -> Result<(), String> {
    let path = workspace().join("docs/stability.md");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let text = fs::read_to_string(&path).map_err(failed)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("docs/stability.md has no place for the table")?;
    let (table, after) = rest.split_once(END).ok_or("docs/stability.md has no end of the table")?;
    let is_of = |line: &str, row: &Row| line.starts_with(&format!("| `{}` |", row.target));
    let kept = table.lines().filter(|line| line.starts_with("| `") && !rows.iter().any(|row| is_of(line, row)));
    let mut lines: Vec<String> = kept.map(|line| format!("{line}\n")).chain(rows.iter().map(line)).collect();
    lines.sort();
    fs::write(&path, format!("{before}{BEGIN}\n{HEAD}{}\n{END}{after}", lines.concat())).map_err(failed)
}
