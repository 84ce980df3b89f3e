//! The wheel: the same Kedro with our package in place of the original. Its users have their homes
//! and projects below `wheel/`, and what it records is sent by a program that it leaves behind.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use tests::{
    artifacts, copy_dir,
    python::{Environment, install_package},
};

use crate::{
    bench::Bench,
    case::{Case, Start},
    kedro::{Kedro, KedroRun, Numbered},
    user,
};

const PINNED: [&str; 3] = ["kedro==1.7.0", "kedro-datasets==9.6.0", "ipython==8.37.0"];
/// Longest that a sender takes for what is queued when the last command has ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// Has Kedro and our package installed in `dir`.
pub fn install(dir: &Path) -> Result<Kedro, String> {
    let environment = Environment::with(dir, &PINNED, &["kedro-telemetry"]).map_err(|error| error.to_string())?;
    let packages = environment.site_packages().map_err(|error| error.to_string())?;
    install_package(artifacts(), &packages).map_err(|error| format!("{}: {error}", packages.display()))?;
    Ok(Kedro { name: "wheel", environment })
}

/// Gives the wheel's users what the original's have before its cases run.
pub fn prepare(bench: &Bench, cases: &Numbered<'_>) -> Result<(), String> {
    for from in places(cases) {
        copy_dir(&from, &ours(bench, &from));
    }
    Ok(())
}

/// Gives the wheel's users the ids that the original has made, where those have to be the same.
pub fn adopt(bench: &Bench, cases: &Numbered<'_>) -> Result<(), String> {
    for (_, case) in cases.iter().filter(|(_, case)| case.start == Start::After) {
        for file in [case.home.join("config/kedro/telemetry.toml"), case.folder.join("pyproject.toml")] {
            let to = ours(bench, &file);
            if file.is_file()
                && let Some(folder) = to.parent()
            {
                let copied = fs::create_dir_all(folder).and_then(|()| fs::copy(&file, &to));
                copied.map_err(|error| format!("{}: {error}", to.display()))?;
            }
        }
    }
    for home in homes(bench, cases) {
        user::settle_in(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    }
    Ok(())
}

/// Runs `cases`, and waits until all that is recorded has been sent.
pub fn run(bench: &Bench, cases: &Numbered<'_>) -> Result<Vec<KedroRun>, String> {
    let place = |case: &Case| place(bench, case);
    bench.wheel.run(&bench.root, &bench.collector, cases, place, |cases| wait_for_senders(&homes(bench, cases)))
}

/// The home and the folder of the wheel's user in a case.
pub fn place(bench: &Bench, case: &Case) -> (PathBuf, PathBuf) {
    (ours(bench, &case.home), ours(bench, &case.folder))
}

fn ours(bench: &Bench, path: &Path) -> PathBuf {
    bench.root.join("wheel").join(path.strip_prefix(&bench.root).unwrap_or(path))
}

fn places(cases: &Numbered<'_>) -> BTreeSet<PathBuf> {
    cases.iter().flat_map(|(_, case)| [case.home.clone(), case.folder.clone()]).collect()
}

fn homes(bench: &Bench, cases: &Numbered<'_>) -> BTreeSet<PathBuf> {
    cases.iter().map(|(_, case)| ours(bench, &case.home)).collect()
}

fn wait_for_senders(homes: &BTreeSet<PathBuf>) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    for home in homes {
        let queue = home.join("state/kedro-telemetry/kedro/queue");
        // In this order a record that is on its way from one to the other is seen.
        while ["new", "sending"].iter().any(|folder| has_file(&queue.join(folder))) {
            if Instant::now() > deadline {
                return Err(format!("{} is still not empty after {} s", queue.display(), PATIENCE.as_secs()));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(())
}

fn has_file(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| if path.is_dir() { has_file(&path) } else { true })
}
