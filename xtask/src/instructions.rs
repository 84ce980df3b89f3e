//! `cargo xtask instructions`: counts the instructions of hook calls, loading and recording, which
//! do not depend on what else the machine does, and compares them with the last ones.
//!
//! Figures of another compiler or C library are others. Then it says so, and compares nothing.

mod compare;
mod counting;
mod figures;
mod made_with;
mod operations;
mod profile;

use std::{fs, path::PathBuf, process::ExitCode};

use tests::{Artifacts, workspace};

pub use self::{
    counting::count,
    operations::{OPERATIONS, Operation},
};

use self::{
    compare::{Verdict, compare},
    figures::Figures,
};

/// So many runs are written down.
const RUNS: usize = 5;

/// Compares, or writes.
pub fn run(options: &[&str]) -> ExitCode {
    let done = match options {
        [] => check(),
        ["--update"] => update(),
        _ => {
            eprintln!("Usage: cargo xtask instructions [--update]");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<bool, String> {
    let path = path();
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let before = Figures::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))?;
    let artifacts = Artifacts::counted();
    let mut is_good = true;
    let differences = made_with::differences(&before.made_with, &made_with::here());
    for operation in &OPERATIONS {
        let now = count(&artifacts, operation, &[])?;
        let verdict = before.of(&operation.name).map(|before| compare(before, &now));
        println!("{:<14}{:>12.1}  {}", operation.name, now.total, told(verdict.as_ref()));
        is_good &= !matches!(verdict, None | Some(Verdict::More { .. }));
    }
    if differences.is_empty() {
        return Ok(is_good);
    }
    println!("\nNOTHING IS COMPARED: the figures in {} were counted elsewhere:", path.display());
    for difference in differences {
        println!("    {difference}");
    }
    println!("What is said above is of no account. `cargo xtask instructions --update` counts anew.");
    Ok(true)
}

/// What is said of an operation.
fn told(verdict: Option<&Verdict>) -> String {
    verdict.map_or_else(|| "ERROR: it is not in the file: run --update".to_owned(), ToString::to_string)
}

fn update() -> Result<bool, String> {
    let artifacts = Artifacts::counted();
    let mut figures = Figures::default();
    figures.made_with = made_with::here();
    for operation in &OPERATIONS {
        let mut runs = (0..RUNS).map(|_| count(&artifacts, operation, &[])).collect::<Result<Vec<_>, _>>()?;
        runs.sort_by(|a, b| a.total.total_cmp(&b.total));
        let spread = (runs[RUNS - 1].total / runs[0].total - 1.0) * 100.0;
        let middle = runs.swap_remove(RUNS / 2);
        println!("{:<14}{:>12.1}  within {spread:.2} % in {RUNS} runs", operation.name, middle.total);
        figures.add(&operation.name, middle, spread);
    }
    let path = path();
    fs::write(&path, figures.to_string()).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(true)
}

fn path() -> PathBuf {
    workspace().join("tests/instructions/figures.txt")
}

#[cfg(test)]
mod checks {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

    use super::*;

    #[test]
    fn what_has_become_slower_is_named() {
        if std::process::Command::new("valgrind").arg("--version").output().is_err() {
            println!("not tried: there is no valgrind");
            return;
        }
        let artifacts = Artifacts::instructions();
        let operation = OPERATIONS.iter().find(|operation| operation.name == "answer-1").unwrap();
        let before = count(&artifacts, operation, &[]).unwrap();
        let mut figures = Figures::default();
        figures.add(&operation.name, before, 0.0);
        let figures = Figures::parse(&figures.to_string()).unwrap();
        let before = figures.of(&operation.name).unwrap();

        let verdict = compare(before, &count(&artifacts, operation, &[]).unwrap());
        assert!(matches!(verdict, Verdict::Same { .. }), "{verdict}");

        let verdict = compare(before, &count(&artifacts, operation, &["INSTRUCTIONS_SLOWED"]).unwrap());
        let Verdict::More { culprit, .. } = &verdict else { panic!("nothing was found: {verdict}") };
        assert_eq!(culprit.name, "instructions::hooks::needless_work");
        assert!(verdict.to_string().contains("instructions::hooks::needless_work"), "{verdict}");
    }
}
