//! What the plugin makes of a case: the body of a request and the lines of the local log.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kedro_telemetry::{
    consent::Source,
    env::Env,
    event::{Event, Statistics, is_ci, single_body},
    identity,
    journal::{Entry, Journal, Outcome as Became},
    mask,
    project::{self, PYPROJECT, Reading},
    queue::Queue,
    settings::Settings,
};
use serde_json::{Value, value::RawValue};
use tempfile::TempDir;

use super::{
    case::{Case, VOCABULARY},
    leaky::{self, Hole},
};

/// One case in so many goes through the queue and the log on disk, and gives its project an id; the others stay in memory.
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
        let mut event = Event::new(at(number), &user, &reading.project, &host, is_ci(&env));
        let masked = mask::mask(&VOCABULARY, &case.args);
        event.set_command(&host, &masked);
        if let Some(catalog) = &case.catalog {
            let mut statistics = Statistics::new(catalog.counts.0, catalog.counts.1);
            catalog.datasets.iter().for_each(|(name, class)| statistics.add_dataset(name, class));
            catalog.validators.iter().for_each(|(_, class)| statistics.add_validator(class));
            event.set_statistics(&statistics);
        }
        let expected = leaky::mask(&VOCABULARY, &case.args, None);
        let difference =
            (masked.words() != expected).then(|| format!("{:?}: {:?}, not {expected:?}", case.args, masked.words()));

        let settings = Settings::resolve(&env, |_| None);
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

    fn read_project(&self, case: &Case, is_on_disk: bool) -> Reading {
        let Some(facts) = &case.project else { return Reading::default() };
        fs::write(self.dir.path().join(PYPROJECT), &facts.pyproject).expect("a file");
        let read = if is_on_disk { project::identify } else { project::describe };
        let reading = read(self.dir.path(), Some(&facts.package_name));
        assert!(reading.problem.is_none(), "{:?}: {}", reading.problem, facts.pyproject);
        reading
    }

    /// Of a file that holds somebody's name in place of the identity, now and then.
    fn identity(&self, case: &Case) -> String {
        let file = self.dir.path().join("telemetry.toml");
        let uuid = case.secrets.first().filter(|_| case.user.is_empty()).map_or(case.user, |secret| &secret.text);
        fs::write(&file, format!("[telemetry]\nuuid = \"{}\"\n", uuid.replace('\n', " "))).expect("a file");
        identity::or_empty(identity::get_or_create(&file))
    }

    /// The lines of the log when the event was sent, and when it was not, for the reasons that have to do with people's files.
    fn log(&self, case: &Case, event: &Event, is_on_disk: bool) -> String {
        let path = case.project.as_ref().map(|project| PathBuf::from(&project.path));
        let file = |name: &str| path.clone().unwrap_or_default().join(name);
        let reasons = [None, Some(Source::Project(file(".telemetry")).without_path())];
        let reasons = reasons.into_iter().chain([Some(Source::User(file("consent.toml")).without_path())]);
        let entry = |event: &RawValue, reason: Option<String>| {
            Entry::event(at(1), if reason.is_none() { Became::Sent } else { Became::Dropped }, reason.as_deref(), event)
        };
        if !is_on_disk {
            let event = RawValue::from_string(event.to_json()).expect("an event is JSON");
            let lines = reasons.map(|reason| serde_json::to_string(&entry(&event, reason)).expect("a line is JSON"));
            return lines.collect();
        }
        let state = self.dir.path().join("state");
        let (queue, journal) = (Queue::new(&state), Journal::new(&state));
        journal.clear().expect("the log can be removed");
        queue.push(event, path.as_deref()).expect("the event is queued");
        for name in queue.list().expect("the queue can be read").records {
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
