//! What came of each platform, as a table for people.

use std::{fmt::Write, fs};

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

const BEGIN: &str = "<!-- made by `cargo xtask platforms --all` -->\n";
const END: &str = "<!-- end -->";

/// The table, in Markdown.
pub fn of(rows: &[Row]) -> String {
    let mut table =
        "| target | tests passed | scenario | damages refused | not run, and why |\n|---|---|---|---|---|\n".to_owned();
    for row in rows {
        let steps = row.steps.map_or("–".to_owned(), |(passed, all)| format!("{passed} of {all} steps"));
        let _ = writeln!(table, "| `{}` | {} | {steps} | {} | {} |", row.target, row.tests, row.damages, row.not_run);
    }
    table
}

/// Puts it into docs/stability.md.
pub fn write(rows: &[Row]) -> Result<(), String> {
    let path = workspace().join("docs/stability.md");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let text = fs::read_to_string(&path).map_err(failed)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("docs/stability.md has no place for the table")?;
    let (_, after) = rest.split_once(END).ok_or("docs/stability.md has no end of the table")?;
    fs::write(&path, format!("{before}{BEGIN}\n{}\n{END}{after}", of(rows))).map_err(failed)
}
