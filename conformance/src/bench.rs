//! What every case needs, and running one under a host of ours.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tests::{Collector, artifacts, copy_dir};

use crate::{
    case::{Case, Host, Start},
    kedro::{Kedro, KedroRun},
    ours,
    projects::Work,
};

/// What has come from ours.
pub type Arrived = Result<Vec<Value>, String>;

/// What every case needs.
pub struct Bench {
    /// Kedro with the original.
    pub original: Kedro,
    /// Kedro with our package.
    pub wheel: Kedro,
    /// The folder in which the cases are made.
    pub work: Work,
    /// The same as a path.
    pub root: PathBuf,
    /// What both send to.
    pub collector: Collector,
}

/// The home and the folder of our user in a case.
pub fn our_places(bench: &Bench, id: usize) -> Result<(PathBuf, PathBuf), String> {
    Ok((bench.work.folder(&format!("ours/{id}/home"))?, bench.work.folder(&format!("ours/{id}/project"))?))
}

/// Ours, on one case.
pub fn ours(bench: &Bench, id: usize, case: &Case, outcome: &KedroRun, all: &[KedroRun]) -> Result<Vec<Value>, String> {
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
