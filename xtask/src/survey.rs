//! `cargo xtask survey`: projects as they are, read by us and by the real Kedro.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use kedro_project::{Catalog, Config, ConfigSource, Project, Registry};
use serde_json::Value;

mod kinds;

const USAGE: &str = "Usage: cargo xtask survey [--python PYTHON] DIR…
       cargo xtask survey --check

Reads each project in DIR, or DIR itself, and compares it with what the Kedro of PYTHON (python3) finds. That runs the
projects' code. With --check, those are projects of many kinds, and those that Kedro itself makes.";

const TRUTH: &str = include_str!("survey/truth.py");

/// What became of the numbers of one kind.
#[derive(Default, Clone, Copy)]
struct Tally {
    equal: usize,
    /// Known to Kedro alone.
    absent: usize,
    wrong: usize,
    /// Known to nobody.
    refused: usize,
}

/// Numbers by name; `None` where one is not known.
type Numbers = BTreeMap<String, Option<u64>>;

/// Runs the task.
pub fn run(words: &[&str]) -> ExitCode {
    if words == ["--check"] {
        return kinds::check(survey);
    }
    let (python, dirs) = match *words {
        ["--python", python, ref dirs @ ..] => (python, dirs),
        ref dirs => ("python3", dirs),
    };
    if dirs.is_empty() || dirs.iter().any(|dir| dir.starts_with('-')) {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match survey(python, dirs) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the table; gives how many numbers were wrong.
fn survey(python: &str, dirs: &[&str]) -> Result<usize, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a folder: {error}"))?;
    let script = folder.path().join("truth.py");
    fs::write(&script, TRUTH).map_err(|error| format!("cannot write {}: {error}", script.display()))?;
    let mut tallies = [Tally::default(); 3];
    let mut times = Vec::new();
    let projects = projects(dirs);
    let truths = truths(python, &script, &projects)?;
    for (path, truth) in projects.iter().zip(truths) {
        let began = Instant::now();
        let ours = read(path);
        times.push(began.elapsed());
        let problems = compare(&ours, &truth, &mut tallies);
        println!("{}: {}", path.display(), if problems.is_empty() { "equal".to_owned() } else { problems.join("; ") });
    }
    print_table(&tallies, &mut times);
    Ok(tallies.iter().map(|tally| tally.wrong).sum())
}

/// The projects in these folders, or the folders themselves.
fn projects(dirs: &[&str]) -> Vec<PathBuf> {
    let is_project =
        |path: &Path| fs::read_to_string(path.join("pyproject.toml")).is_ok_and(|text| text.contains("[tool.kedro]"));
    let mut found = Vec::new();
    for dir in dirs.iter().map(PathBuf::from) {
        if is_project(&dir) {
            found.push(dir);
            continue;
        }
        let entries = fs::read_dir(&dir).into_iter().flatten().flatten().map(|entry| entry.path());
        found.extend(entries.filter(|path| is_project(path)));
    }
    found.sort();
    found
}

/// What was found; an error says why nothing was.
struct Found {
    pipelines: Result<Numbers, String>,
    datasets: Result<Vec<String>, String>,
}

fn read(path: &Path) -> Found {
    let project = match Project::find(path) {
        Ok(Some(project)) => project,
        Ok(None) => return Found { pipelines: Err("no project".to_owned()), datasets: Err("no project".to_owned()) },
        Err(error) => return Found { pipelines: Err(error.to_string()), datasets: Err(error.to_string()) },
    };
    let pipelines = match Registry::read(&project) {
        Registry::Known(all) => Ok(all.iter().map(|one| (one.name().to_owned(), one.nodes().ok())).collect()),
        Registry::Unknown(reason) | Registry::Invalid(reason) => Err(reason),
        _ => Err("a registry of a new kind".to_owned()),
    };
    Found { pipelines, datasets: datasets(&project) }
}

fn datasets(project: &Project) -> Result<Vec<String>, String> {
    let source = ConfigSource::of(project, None).map_err(|error| error.to_string())?;
    let config = Config::load_catalog(&source).map_err(|error| error.to_string())?;
    let catalog = Catalog::from_config(&config).map_err(|error| error.to_string())?;
    let mut names: Vec<String> = catalog.datasets.into_iter().map(|dataset| dataset.name).collect();
    names.sort();
    Ok(names)
}

/// What Kedro says of each project.
fn truths(python: &str, script: &Path, projects: &[PathBuf]) -> Result<Vec<Value>, String> {
    let mut command = Command::new(python);
    command.arg("-B").arg(script).args(projects).env("DO_NOT_TRACK", "1");
    let output = command.output().map_err(|error| format!("cannot start {python}: {error}"))?;
    let said: Result<Vec<Value>, _> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice)
        .collect();
    match said {
        Ok(said) if said.len() == projects.len() => Ok(said),
        _ => {
            let errors = String::from_utf8_lossy(&output.stderr);
            Err(format!("{python} does not say what Kedro finds: {}", errors.lines().last().unwrap_or_default()))
        }
    }
}

/// Compares, counts, and says what differs.
fn compare(ours: &Found, truth: &Value, tallies: &mut [Tally; 3]) -> Vec<String> {
    let mut problems = Vec::new();
    let names = |value: &Value| -> Option<Vec<String>> {
        Some(value.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    match (&ours.datasets, names(&truth["datasets"])) {
        (Ok(ours), Some(mut truth)) => {
            truth.retain(|name| name != "parameters" && !name.starts_with("params:"));
            count(&mut tallies[0], *ours == truth, &format!("datasets {ours:?}, not {truth:?}"), &mut problems);
        }
        (Err(reason), Some(_)) => absent(&mut tallies[0], &format!("datasets absent ({reason})"), &mut problems),
        (_, None) => tallies[0].refused += 1,
    }
    let Some(truth) = truth["pipelines"].as_object() else {
        if ours.pipelines.is_ok() {
            count(&mut tallies[1], false, &format!("pipelines known, while Kedro says {truth}"), &mut problems);
        }
        tallies[1].refused += usize::from(ours.pipelines.is_err());
        return problems;
    };
    let ours = match &ours.pipelines {
        Ok(ours) => ours,
        Err(reason) => {
            absent(&mut tallies[1], &format!("pipelines absent ({reason})"), &mut problems);
            tallies[2].absent += truth.len();
            return problems;
        }
    };
    let is_equal = ours.keys().eq(truth.iter().map(|(name, _)| name).collect::<BTreeSet<_>>());
    count(&mut tallies[1], is_equal, &format!("pipelines {:?}", ours.keys()), &mut problems);
    for (name, nodes) in truth {
        match ours.get(name) {
            Some(None) if nodes.is_null() => tallies[2].equal += 1,
            Some(Some(number)) => {
                let is_equal = Some(*number) == nodes.as_u64();
                count(&mut tallies[2], is_equal, &format!("{name} has {number} nodes, not {nodes}"), &mut problems);
            }
            _ => absent(&mut tallies[2], &format!("{name} absent"), &mut problems),
        }
    }
    problems
}

fn count(tally: &mut Tally, is_equal: bool, problem: &str, problems: &mut Vec<String>) {
    if is_equal {
        tally.equal += 1;
    } else {
        tally.wrong += 1;
        problems.push(format!("WRONG {problem}"));
    }
}

fn absent(tally: &mut Tally, problem: &str, problems: &mut Vec<String>) {
    tally.absent += 1;
    problems.push(problem.to_owned());
}

fn print_table(tallies: &[Tally; 3], times: &mut [Duration]) {
    println!("\n{:16}{:>8}{:>8}{:>8}{:>8}", "", "equal", "absent", "wrong", "refused");
    for (name, tally) in ["datasets", "pipelines", "nodes"].iter().zip(tallies) {
        println!("{name:16}{:>8}{:>8}{:>8}{:>8}", tally.equal, tally.absent, tally.wrong, tally.refused);
    }
    let nodes = &tallies[2];
    let known = nodes.equal + nodes.absent + nodes.wrong;
    if known > 0 {
        #[allow(clippy::cast_precision_loss, reason = "a share, of few")]
        let share = nodes.equal as f64 / known as f64;
        println!("\n{:.1} % of the numbers of nodes that Kedro finds are present", share * 100.0);
    }
    times.sort_unstable();
    if let (Some(median), Some(largest)) = (times.get(times.len() / 2), times.last()) {
        println!("\n{} projects; median {median:.1?}, largest {largest:.1?}", times.len());
    }
}
