//! What telemetry adds to commands of the real Kedro: the original, and our package, over Kedro
//! with neither, in wall time and in the command's own CPU time.

mod empty;
mod environments;
pub mod instructions;
mod project;

use std::{cell::Cell, fs, path::Path, process::Command, time::Duration};

use tests::{Answer, Artifacts, Collector, Sandbox};

pub use self::environments::{KEDRO, TELEMETRY};

use self::{environments::Environments, project::write_project};
use super::{
    paired::{Case, measure_all},
    table::Section,
};

const COMMANDS: [&[&str]; 4] = [&["info"], &["registry", "list"], &["catalog", "describe-datasets"], &["run"]];
const ROUNDS: usize = 30;
/// Of the original where nobody answers: each takes ten seconds and more.
const SILENT_ROUNDS: usize = 3;

/// A row for each command: how the endpoint answers, `None` where the user has refused.
const ENDPOINTS: [(&str, Option<Answer>); 4] = [
    ("answers at once", Some(Answer::After(Duration::ZERO))),
    ("answers after 300 ms", Some(Answer::After(Duration::from_millis(300)))),
    ("never answers", Some(Answer::Silence)),
    ("refused", None),
];

const COLUMNS: [&str; 8] = [
    "command",
    "the endpoint …",
    "Kedro alone, CPU",
    "original adds, CPU",
    "ours adds, CPU",
    "Kedro alone, wall",
    "original adds, wall",
    "ours adds, wall",
];

/// Measures in so many rounds, or as many as usual.
pub fn measure(rounds: Option<usize>) -> Result<Section, String> {
    let artifacts = Artifacts::release_package();
    let environments = Environments::ready(&artifacts)?;
    let rounds = rounds.unwrap_or(ROUNDS);
    let mut section = Section::new("What telemetry adds to commands of the real Kedro", &text(rounds), &COLUMNS);
    let alone = User::new(&artifacts, None)?;
    let mut floor = alone.sandbox.command(&environments.python());
    floor.args(["-c", "pass"]);
    let floor = measure_all(&mut [Case::new(floor)], rounds)?;
    section.row(&["`python -c pass`", "", &shown(floor.cpu(0)), "", "", &shown(floor.wall(0)), "", ""]);
    for words in COMMANDS {
        add_rows(&mut section, &artifacts, &environments, &alone, words, rounds)?;
    }
    Ok(section)
}

/// All cells of one command, each against Kedro alone in the same rounds.
fn add_rows(
    section: &mut Section,
    artifacts: &Artifacts,
    environments: &Environments,
    alone: &User,
    words: &[&str],
    rounds: usize,
) -> Result<(), String> {
    let users = ENDPOINTS.iter().flat_map(|(_, answer)| [answer, answer]);
    let users = users.map(|answer| User::new(artifacts, answer.clone())).collect::<Result<Vec<_>, _>>()?;
    let mut cases = vec![Case::new(alone.command(&environments.alone(), words))];
    for (index, user) in users.iter().enumerate() {
        let is_original = index % 2 == 0;
        let program = if is_original { environments.original() } else { environments.ours() };
        let mut case = Case::settling(user.command(&program, words), |command| user.forget_senders(command));
        if is_original && user.is_silent() {
            case.rounds = SILENT_ROUNDS;
        }
        cases.push(case);
    }
    let samples = measure_all(&mut cases, rounds)?;
    drop(cases);
    for user in &users {
        user.has_been_heard(rounds.min(SILENT_ROUNDS));
    }
    let name = format!("`kedro {}`", words.join(" "));
    for (row, (endpoint, _)) in ENDPOINTS.iter().enumerate() {
        let [original, ours] = [2 * row + 1, 2 * row + 2];
        let cells = [
            name.clone(),
            (*endpoint).to_owned(),
            shown(samples.cpu(0)),
            shown(samples.cpu_added(original, 0)),
            shown(samples.cpu_added(ours, 0)),
            shown(samples.wall(0)),
            shown(samples.wall_added(original, 0)),
            shown(samples.wall_added(ours, 0)),
        ];
        // It takes long, and whoever waits wants to see what is there.
        eprintln!("{}", cells.join(" | "));
        section.row(&cells);
    }
    Ok(())
}

fn text(rounds: usize) -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    format!(
        "Whole processes in a project of {} nodes, in milliseconds, with {KEDRO} alone, with {TELEMETRY} (the original) and with our package. \
         CPU is user and system time of the command by `wait4`, without that of the detached sender. *Added* is the median of the differences to Kedro alone \
         within a round, of {rounds} rounds in turn (of {} for the original where nobody answers), and in parentheses is the difference of the fastest runs. \
         Each of our commands finds no sender at work and starts one, which is the dearest case. Refused is by `DO_NOT_TRACK=1`. \
         The load of the machine was {load} at the start: CPU is to be trusted more than wall.",
        project::NODES,
        rounds.min(SILENT_ROUNDS),
    )
}

/// Median, and the same of the fastest runs.
fn shown((median, least): (f64, f64)) -> String {
    format!("{median:.1} ({least:.1})")
}

/// Somebody who uses Kedro, who has been told of telemetry, and has a project and an endpoint.
struct User {
    sandbox: Sandbox,
    collector: Option<Collector>,
    answer: Option<Answer>,
    commands: Cell<usize>,
}

impl User {
    fn new(artifacts: &Artifacts, answer: Option<Answer>) -> Result<Self, String> {
        let sandbox = Sandbox::with(artifacts);
        write_project(&sandbox.path("fifty")).map_err(|error| error.to_string())?;
        let collector = answer.clone().map(Collector::answering);
        if let Some(collector) = &collector {
            sandbox.set_told_by("kedro");
            sandbox.configure_endpoint_of("kedro", &collector.endpoint());
        }
        Ok(Self { sandbox, collector, answer, commands: Cell::new(0) })
    }

    fn command(&self, kedro: &Path, words: &[&str]) -> Command {
        let mut command = self.sandbox.command(kedro);
        // Orders of sets, and with them the work of a command, are the same in each round.
        command.args(words).current_dir(self.sandbox.path("fifty")).env("PYTHONHASHSEED", "0");
        match &self.collector {
            Some(collector) => command.env(environments::ENDPOINT, collector.endpoint()),
            None => command.env("DO_NOT_TRACK", "1"),
        };
        command
    }

    /// Has the next command meet no sender of an earlier one, nor what that one has learnt: with an
    /// endpoint that never answers it would be at work for long.
    fn forget_senders(&self, command: &mut Command) {
        self.commands.set(self.commands.get() + 1);
        command.env("XDG_STATE_HOME", self.sandbox.path(&format!("state/{}", self.commands.get())));
    }

    fn is_silent(&self) -> bool {
        self.answer == Some(Answer::Silence)
    }

    /// Waits until so many requests have come: otherwise something else was measured.
    fn has_been_heard(&self, requests: usize) {
        if let Some(collector) = &self.collector {
            collector.wait_for(requests);
        }
    }
}
