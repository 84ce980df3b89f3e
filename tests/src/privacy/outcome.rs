//! What the plugin makes of a case: the body of a request and the lines of the local log.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kedro_telemetry_internals::internals::{
    COMMAND_EVENT, CatalogStatistics, PYPROJECT, ProjectReading, describe, describe_project, identify_project, mask,
    profile, set_command, set_statistics,
};
use serde_json::{Value, value::RawValue};
use tempfile::TempDir;
use usage_telemetry::{
    Event,
    internals::{
        Attempt, ConsentSource, Env, EventOutcome, Journal, LogEntry, Queue, Sender, SenderEnding, SenderVerdict,
        Settings, event, get_or_create_identity, identity_or_empty, is_ci, single_body,
    },
    schema::Properties,
};

use super::{
    case::Case,
    leaky::{self, Hole},
    vocabulary::VOCABULARY,
};

/// One case in so many goes through the queue, a sender and the log on disk, and gives its project
/// an id; the others stay in memory.
const ON_DISK: u64 = 64;
/// The record of one of so many of those is damaged.
const DAMAGED: u64 = 4 * ON_DISK;
/// One of so many of those comes to a connection, which is refused. Few, as each leaves a client
/// behind, see the HTTP sink.
const CONNECTING: u64 = 256 * ON_DISK;

/// What is sent, what stays, and what is shown.
#[derive(Debug)]
pub struct Outcome {
    /// The body of the request.
    pub body: String,
    /// The lines of the log.
    pub log: String,
    /// What people are told of where events go, and why they do not.
    pub told: String,
    /// What the two ways of masking differ in.
    pub difference: Option<String>,
}

/// Where cases are played: a folder with a project, and one for the plugin's state.
pub struct Stage {
    dir: TempDir,
}

impl Stage {
    /// A new one, in memory where there is such a folder.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { dir: dir.expect("a temporary folder") }
    }

    /// Plays a case, with the masking torn open where `hole` says.
    pub fn play(&self, case: &Case, number: u64, hole: Option<Hole>) -> Outcome {
        let env: Env = case.env.iter().cloned().collect();
        let is_on_disk = number.is_multiple_of(ON_DISK);
        let reading = self.read_project(case, is_on_disk);
        let host = case.host();
        let user = if is_on_disk { self.identity(case) } else { case.user.to_owned() };
        let mut event = event(COMMAND_EVENT, at(number), &user);
        describe(&mut event, &reading.project, &host, is_ci(&env));
        let masked = mask(&VOCABULARY, &case.args);
        set_command(&mut event, &host, &masked);
        if let Some(catalog) = &case.catalog {
            let mut statistics = CatalogStatistics::new(catalog.counts.0, catalog.counts.1);
            catalog.datasets.iter().for_each(|(name, class)| statistics.add_dataset(name, class));
            catalog.validators.iter().for_each(|(_, class)| statistics.add_validator(class));
            set_statistics(&mut event, &statistics);
        }
        let expected = leaky::mask(&VOCABULARY, &case.args, None);
        let difference =
            (masked.words() != expected).then(|| format!("{:?}: {:?}, not {expected:?}", case.args, masked.words()));

        let stage = self.dir.path().to_string_lossy();
        let settings = Settings::resolve(&profile("kedro"), &env, |key| case.addresses.setting(key, &stage));
        let mut told = tell(&settings);
        let app_id = settings.map_or_else(|_| "1".to_owned(), |settings| settings.app_id);
        let mut body = single_body(&app_id, &event.to_json());
        let mut log = if is_on_disk { self.deliver(case, &event, number, &mut told) } else { log(case, &event) };
        if let Some(hole) = hole {
            let mut json: Value = serde_json::from_str(&body).expect("a body is JSON");
            hole.tear(case, reading.project.tools.as_deref(), &mut json);
            hole.tear_texts(case, &mut told, &mut log);
            body = json.to_string();
        }
        Outcome { body, log, told, difference }
    }

    fn read_project(&self, case: &Case, is_on_disk: bool) -> ProjectReading {
        let Some(facts) = &case.project else { return ProjectReading::default() };
        fs::write(self.dir.path().join(PYPROJECT), &facts.pyproject).expect("a file");
        let read = if is_on_disk { identify_project } else { describe_project };
        let reading = read(self.dir.path(), Some(&facts.package_name));
        assert!(reading.problem.is_none(), "{:?}: {}", reading.problem, facts.pyproject);
        reading
    }

    /// Of a file that holds somebody's name in place of the identity, now and then.
    fn identity(&self, case: &Case) -> String {
        let file = self.dir.path().join("telemetry.toml");
        let uuid = case.secrets.first().filter(|_| case.user.is_empty()).map_or(case.user, |secret| &secret.text);
        fs::write(&file, format!("[telemetry]\nuuid = \"{}\"\n", uuid.replace('\n', " "))).expect("a file");
        identity_or_empty(get_or_create_identity(&file))
    }

    /// The log on disk when senders have tried to deliver the event under each verdict; adds what
    /// they would tell a person. None of them gets farther than to a file or to a port that refuses.
    fn deliver(&self, case: &Case, event: &Event, number: u64, told: &mut String) -> String {
        let (folder, state) = (self.dir.path().to_string_lossy(), self.dir.path().join("state"));
        let (queue, journal) = (Queue::new(&state), Journal::new(&state));
        let none: [(&str, &str); 0] = [];
        let settings = Settings::resolve(&profile("kedro"), &none.into_iter().collect(), |key| {
            case.addresses.setting(key, &folder)
        });
        *told += &tell(&settings);
        let destination = settings.ok().and_then(|settings| settings.destination);
        let is_connecting = number.is_multiple_of(CONNECTING);
        let env: Env = case.addresses.proxies(is_connecting).into_iter().collect();
        let project = project_path(case);
        for reason in reasons(case) {
            queue.push(event, project.as_deref(), destination.as_ref()).expect("the event is queued");
            if number.is_multiple_of(DAMAGED) && !is_connecting {
                damage(&queue, &state, told);
            }
            let ask = move |_: Option<&Path>| reason.clone().map_or(SenderVerdict::Send, SenderVerdict::Refuse);
            let sender = Sender::new(&state, "kedro-telemetry/0", &env).with_attempt(Attempt::AtOnce);
            let run = sender.run(Arc::new(ask), Arc::new(|_: &Path| Properties::default()), &|_, _| {});
            let summary = run.expect("the queue can be read");
            if let SenderEnding::Failed { reason, .. } = summary.ending {
                *told += &reason;
            }
            *told += summary.problem.as_deref().unwrap_or_default();
        }
        // Nothing of it without a destination.
        let log = fs::read_to_string(journal.path()).unwrap_or_default();
        fs::remove_dir_all(&state).expect("the state can be removed");
        log
    }
}

/// What `telemetry status` and warnings say of where events go.
fn tell(settings: &Result<Settings, impl ToString>) -> String {
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => return error.to_string(),
    };
    let mut text = format!("{} (from {})", settings.delivery, settings.delivery_origin);
    if let Some(destination) = &settings.destination {
        write!(text, "{} (from {})", destination.endpoint, settings.endpoint_origin).expect("it is text");
    }
    text
}

/// Puts something else in the place of what was written, of the same length: where there should be a
/// number, there is a path. Adds what `telemetry log` says of that.
fn damage(queue: &Queue, state: &Path, told: &mut String) {
    for name in queue.list().expect("the queue can be read") {
        let path = state.join(format!("queue/new/{}/{name}", name.project()));
        let text = fs::read_to_string(&path).expect("the record is there");
        let damaged = text.replacen("\"form\":1,\"project\":", "\"zorm\":1,\"form\":   ", 1);
        assert_ne!(damaged, text);
        fs::write(&path, damaged).expect("the record can be changed");
        *told += &queue.read(&name).expect_err("it is damaged").to_string();
    }
}

fn project_path(case: &Case) -> Option<PathBuf> {
    case.project.as_ref().map(|project| PathBuf::from(&project.path))
}

/// Why an event is not sent, as far as that has to do with people's files.
fn reasons(case: &Case) -> [Option<String>; 3] {
    let file = |name: &str| project_path(case).unwrap_or_default().join(name);
    let project = ConsentSource::Project(file(".telemetry")).without_path();
    let user = ConsentSource::User(file("consent.toml")).without_path();
    [None, Some(project), Some(user)]
}

/// The lines of the log when the event was sent, and when it was not.
fn log(case: &Case, event: &Event) -> String {
    let event = RawValue::from_string(event.to_json()).expect("an event is JSON");
    let line = |reason: Option<String>| {
        let outcome = if reason.is_none() { EventOutcome::Sent } else { EventOutcome::Dropped };
        let entry = LogEntry::event(at(1), outcome, reason.as_deref(), &event);
        serde_json::to_string(&entry).expect("a line is JSON")
    };
    reasons(case).map(line).concat()
}

/// The time of a case.
fn at(number: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000) + Duration::from_millis(number)
}
