//! What the plugin makes of a case: the body of a request and the lines of the local log.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kedro_telemetry::internals::{
    COMMAND_EVENT, CatalogStatistics, PYPROJECT, ProjectReading, describe, describe_project, identify_project, mask,
    profile, set_command, set_statistics,
};
use serde_json::{Value, value::RawValue};
use tempfile::TempDir;
use usage_telemetry::{
    Event,
    internals::{
        ConsentSource, Env, EventOutcome, Journal, LogEntry, Queue, Settings, event, get_or_create_identity,
        identity_or_empty, is_ci, single_body,
    },
};

use super::{
    case::Case,
    leaky::{self, Hole},
    vocabulary::VOCABULARY,
};

/// One case in so many goes through the queue and the log on disk, and gives its project an id; the
/// others stay in memory.
const ON_DISK: u64 = 64;

/// What is sent and what stays.
#[derive(Debug)]
pub struct Outcome {
    /// The body of the request.
    pub body: String,
    /// The lines of the log.
    pub log: String,
    /// What the two ways of masking differ in.
    pub difference: Option<String>,
}

impl Outcome {
    /// The texts that no secret may be in.
    pub fn texts(&self) -> [&str; 2] {
        [&self.body, &self.log]
    }
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

        let settings = Settings::resolve(&profile("kedro"), &env, |_| None);
        let app_id = settings.map_or_else(|_| "1".to_owned(), |settings| settings.app_id);
        let mut body = single_body(&app_id, &event.to_json());
        if let Some(hole) = hole {
            let mut json: Value = serde_json::from_str(&body).expect("a body is JSON");
            hole.tear(case, reading.project.tools.as_deref(), &mut json);
            body = json.to_string();
        }
        let log = self.log(case, &event, is_on_disk);
        Outcome { body, log, difference }
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

    /// The lines of the log when the event was sent, and when it was not, for the reasons that have
    /// to do with people's files.
    fn log(&self, case: &Case, event: &Event, is_on_disk: bool) -> String {
        let path = case.project.as_ref().map(|project| PathBuf::from(&project.path));
        let file = |name: &str| path.clone().unwrap_or_default().join(name);
        let reasons = [None, Some(ConsentSource::Project(file(".telemetry")).without_path())];
        let reasons = reasons.into_iter().chain([Some(ConsentSource::User(file("consent.toml")).without_path())]);
        let entry = |event: &RawValue, reason: Option<String>| {
            LogEntry::event(
                at(1),
                if reason.is_none() { EventOutcome::Sent } else { EventOutcome::Dropped },
                reason.as_deref(),
                event,
            )
        };
        if !is_on_disk {
            let event = RawValue::from_string(event.to_json()).expect("an event is JSON");
            let lines = reasons.map(|reason| serde_json::to_string(&entry(&event, reason)).expect("a line is JSON"));
            return lines.collect();
        }
        let state = self.dir.path().join("state");
        let (queue, journal) = (Queue::new(&state), Journal::new(&state));
        journal.clear().expect("the log can be removed");
        queue.push(event, path.as_deref(), None).expect("the event is queued");
        for name in queue.list().expect("the queue can be read") {
            let record = queue.read(&name).expect("the record is whole");
            let entries: Vec<_> = reasons.clone().map(|reason| entry(&record.event, reason)).collect();
            journal.append(&entries).expect("the log can be written");
            queue.remove(&name).expect("the record can be removed");
        }
        fs::read_to_string(journal.path()).expect("the log is there")
    }
}

/// The time of a case.
fn at(number: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000) + Duration::from_millis(number)
}
