//! What every case needs, and running cases on both sides.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use serde_json::Value;
use tests::{Collector, artifacts, copy_dir};

use crate::{
    case::{Case, Host, Start},
    original::{self, OriginalRun},
    ours,
    projects::Work,
};

/// What has come from ours.
pub type Arrived = Result<Vec<Value>, String>;

/// What every case needs.
pub struct Bench {
    /// The interpreter that has the original.
    pub python: PathBuf,
    /// The folder in which the cases are made.
    pub work: Work,
    /// The same as a path.
    pub root: PathBuf,
    /// What both send to.
    pub collector: Collector,
}

/// The original, on both lanes at once.
pub fn theirs(bench: &Bench, cases: &[(usize, &Case)]) -> Result<Vec<OriginalRun>, String> {
    let (first, second): (Vec<_>, Vec<_>) = cases.iter().partition(|(_, case)| case.lane == 0);
    let run = |cases: &[(usize, &Case)]| original::run(&bench.python, &bench.root, &bench.collector, cases);
    let (first_of, second_of) = thread::scope(|scope| {
        let other = scope.spawn(|| run(&second));
        (run(&first), other.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    });
    let mut outcomes: Vec<(usize, OriginalRun)> = Vec::new();
    outcomes.extend(first.iter().map(|(id, _)| *id).zip(first_of?));
    outcomes.extend(second.iter().map(|(id, _)| *id).zip(second_of?));
    outcomes.sort_by_key(|(id, _)| *id);
    if outcomes.len() != cases.len() {
        return Err("the original has not run every case".into());
    }
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// The home and the folder of our user in a case.
pub fn our_places(bench: &Bench, id: usize) -> Result<(PathBuf, PathBuf), String> {
    Ok((bench.work.folder(&format!("ours/{id}/home"))?, bench.work.folder(&format!("ours/{id}/project"))?))
}

/// Ours, on one case.
pub fn ours(
    bench: &Bench,
    id: usize,
    case: &Case,
    outcome: &OriginalRun,
    all: &[OriginalRun],
) -> Result<Vec<Value>, String> {
    let (home, folder) = our_places(bench, id)?;
    if case.start == Start::After {
        if case.home.join("config").exists() {
            copy_dir(&case.home.join("config"), &home.join("config"));
        }
        copy_project(case, &folder)?;
    }
    // A refused command is told nothing; any vocabulary will do.
    let told = all.iter().map(|outcome| &outcome.facts["vocabulary"]).find(|told| !told.is_null());
    let own = &outcome.facts["vocabulary"];
    let told = ours::Told {
        vocabulary: if own.is_null() { told.unwrap_or(own) } else { own },
        catalog: &outcome.facts["catalog"],
        python_version: &outcome.python_version,
    };
    ours::run(artifacts(), &bench.collector, id, case, (&home, &folder), &told)
}

/// What the host reads of a project.
fn copy_project(case: &Case, folder: &Path) -> Result<(), String> {
    if case.host == Host::Demo {
        copy_dir(&case.folder, folder);
        return Ok(());
    }
    for name in ["pyproject.toml", ".telemetry"] {
        let file = case.folder.join(name);
        if file.exists() {
            fs::copy(&file, folder.join(name)).map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    Ok(())
}
