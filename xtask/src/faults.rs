//! `cargo xtask faults`: breaks endpoint, disk, clock and processes on purpose, and keeps the table
//! in `docs/delivery.md`.
//!
//! All scenarios run at once: the slow ones only wait. The table holds no figure that depends on
//! chance, so a run that finds another table than the committed one has found a change of
//! behaviour.

use std::{
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use tests::{
    artifacts,
    faults::{Effort, Row, Scenario, Verdict, scenarios, table},
    workspace,
};

const BEGIN: &str = "<!-- table of `cargo xtask faults` -->\n";
const END: &str = "<!-- end of the table -->\n";

/// Runs the campaign.
pub fn run(options: &[&str]) -> ExitCode {
    let (write, wanted) = match options {
        [] => (false, None),
        ["--write"] => (true, None),
        ["--only", wanted] => (false, Some(*wanted)),
        _ => {
            eprintln!("Usage: cargo xtask faults [--write | --only WORDS]");
            return ExitCode::from(2);
        }
    };
    let started = Instant::now();
    let _ = artifacts();
    let chosen: Vec<Scenario> = scenarios()
        .into_iter()
        .filter(|scenario| wanted.is_none_or(|wanted| scenario.fault.contains(wanted)))
        .collect();
    let results = run_all(&chosen);
    println!("{} faults in {:.0} s", results.len(), started.elapsed().as_secs_f32());
    let Some(rows) = rows(&chosen, results) else { return ExitCode::FAILURE };
    if wanted.is_some() {
        return ExitCode::SUCCESS;
    }
    match keep(&rows, write) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What became of each; nothing where the law was broken.
fn run_all(chosen: &[Scenario]) -> Vec<Option<Verdict>> {
    let aloud = Mutex::new(());
    thread::scope(|scope| {
        let aloud = &aloud;
        let start = |scenario: &Scenario| {
            let Scenario { fault, run, .. } = *scenario;
            let work = move || {
                let started = Instant::now();
                let verdict = run(Effort::Whole);
                tell(aloud, fault, &verdict, started.elapsed());
                verdict
            };
            thread::Builder::new().name(fault.to_owned()).spawn_scoped(scope, work)
        };
        let threads: Vec<_> = chosen.iter().map(start).collect();
        threads.into_iter().map(|thread| thread.ok()?.join().ok()).collect()
    })
}

fn tell(aloud: &Mutex<()>, fault: &str, verdict: &Verdict, time: Duration) {
    let _alone = aloud.lock();
    let seconds = time.as_secs_f32();
    match verdict {
        Verdict::Endured(row) => {
            let Row { commands, recorded, delivered, queued, later, dropped, again } = row;
            let dropped: usize = dropped.iter().map(|(_, count)| count.count()).sum();
            println!(
                "{seconds:>5.1} s  {fault}: {} commands, {} recorded, {} delivered, {} queued, {} later, {dropped} dropped, {} sent again",
                commands.count(),
                recorded.count(),
                delivered.count(),
                queued.count(),
                later.count(),
                again.count()
            );
        }
        Verdict::PassedOver(reason) => println!("{seconds:>5.1} s  {fault}: passed over, {reason}"),
    }
}

/// The rows of all faults, or nothing when one of them broke the law.
fn rows(chosen: &[Scenario], results: Vec<Option<Verdict>>) -> Option<Vec<(&'static str, Option<Row>)>> {
    let mut rows = Vec::new();
    let mut broken = 0;
    for (scenario, verdict) in chosen.iter().zip(results) {
        match verdict {
            Some(Verdict::Endured(row)) => rows.push((scenario.fault, Some(row))),
            Some(Verdict::PassedOver(_)) => rows.push((scenario.fault, None)),
            None => {
                eprintln!("BROKEN {}", scenario.fault);
                broken += 1;
            }
        }
    }
    (broken == 0).then_some(rows)
}

/// Compares the table with the committed one, or commits it to the file.
fn keep(rows: &[(&'static str, Option<Row>)], write: bool) -> Result<(), String> {
    let file: PathBuf = workspace().join("docs/delivery.md");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?)));
    let Some((before, (committed, after))) = parts else {
        return Err(format!("{} has no place for the table", file.display()));
    };
    let mut known = Vec::new();
    for (fault, row) in rows {
        match row {
            Some(row) => known.push((*fault, row.clone())),
            None if write => return Err(format!("the table cannot be written without `{fault}`")),
            None => {}
        }
    }
    let table = table(&known);
    if write {
        return fs::write(&file, format!("{before}{BEGIN}{table}{END}{after}")).map_err(|error| error.to_string());
    }
    let missing: Vec<&str> = table.lines().filter(|line| !committed.lines().any(|known| known == *line)).collect();
    let is_same = missing.is_empty() && (known.len() < rows.len() || committed == table);
    if is_same {
        Ok(())
    } else {
        Err(format!(
            "the table in docs/delivery.md is another:\n{}\n`cargo xtask faults --write` writes it",
            missing.join("\n")
        ))
    }
}
