//! `telemetry status`: on or off and why, where events go, how many are queued.

use std::{collections::BTreeSet, ffi::OsString, fmt::Write as _, path::Path, sync::Arc, time::SystemTime};

use uuid::Uuid;

use super::{
    line::CommandLine,
    style::Palette,
    subcommand::{Subcommand, Syntax, unexpected},
};
use crate::{
    backoff::BackoffFile,
    consent::Consent,
    dirs::Dirs,
    error::Error,
    facts::Facts,
    identity,
    journal::{EventOutcome, Journal, LogEntry},
    mode::Mode,
    queue::Queue,
    record::RecordName,
    request_format::RequestFormat,
    sampling::Sample,
    sender,
    settings::{SettingOrigin, Settings, SettingsError},
    time::relative,
};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "status",
    about: "Show whether usage is recorded, who decided that, and where events go",
    syntax: |_| Syntax::BARE,
    help: |_| HELP.to_owned(),
    example: |_| "status",
    run,
};

const HELP: &str = "\
Shows whether usage is recorded, which source decided that, where events go, how many are queued, and \
what became of the last.";

fn run(facts: &Arc<Facts>, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    if let Some(mistake) = unexpected(args) {
        return Ok(COMMAND.refuse(facts, line, &mistake));
    }
    let palette = Palette::of(line.output());
    let mut report = Report { palette, text: String::new(), now: SystemTime::now(), mode: Mode::Off };
    let consent = facts.consent(line.project());
    report.consent(&consent);
    report.samples(facts);
    let settings = facts.settings();
    report.settings(&settings);
    match facts.dirs() {
        Ok(dirs) => report.files(dirs, settings.is_ok_and(|settings| settings.destination.is_some())),
        Err(error) => report.line("queued", &format!("none: {error}")),
    }
    line.output().print(&report.text)?;
    Ok(0)
}

struct Report {
    palette: Palette,
    text: String,
    now: SystemTime,
    mode: Mode,
}

impl Report {
    fn line(&mut self, label: &str, value: &str) {
        let label = self.palette.faint(&format!("{label:<10}"));
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{label} {value}");
    }

    fn consent(&mut self, consent: &Consent) {
        self.mode = consent.mode();
        let word = self.mode.word();
        let state = match self.mode {
            Mode::On => self.palette.good(word),
            Mode::Local => self.palette.open(word),
            Mode::Off => self.palette.bad(word),
        };
        self.line("telemetry", &format!("{state}: {}", consent.reason()));
        if let Some(problem) = consent.ignored() {
            self.line("", &format!("ignored: {problem}"));
        }
    }

    /// Which events are recorded of some users alone, and whether of this one.
    fn samples(&mut self, facts: &Facts) {
        let user = facts.dirs().ok().and_then(|dirs| identity::get(dirs.identity_file()).ok().flatten());
        for sample in Sample::all(facts.profile()) {
            let whether = match &user {
                Some(user) if sample.includes(user, Uuid::nil()) => "this user is one of them",
                Some(_) => "this user is none of them",
                None => "decided when this user has an identity",
            };
            self.line("sampling", &format!("{} of one user in {}: {whether}", sample.event, sample.one_in));
        }
    }

    fn settings(&mut self, settings: &Result<Settings, SettingsError>) {
        let settings = match settings {
            Ok(settings) => settings,
            Err(error) => return self.line("endpoint", &self.palette.bad(&error.to_string())),
        };
        let Some(destination) = &settings.destination else {
            return self.line("endpoint", "none: events stay on this machine");
        };
        let form = match destination.format {
            RequestFormat::Heap => String::new(),
            other => format!(", as `{}`", other.word()),
        };
        self.line("endpoint", &format!("{}{form} (from {})", destination.endpoint, settings.endpoint_origin));
        if settings.delivery_origin != SettingOrigin::Default {
            self.line("delivery", &format!("{} (from {})", settings.delivery, settings.delivery_origin));
        }
    }

    fn files(&mut self, dirs: &Dirs, has_endpoint: bool) {
        let identity_file = dirs.identity_file();
        let user = match identity::get(identity_file) {
            Ok(Some(user)) => format!("{user} (in {})", identity_file.display()),
            Ok(None) => "none yet".to_owned(),
            Err(error) => error.to_string(),
        };
        self.line("identity", &user);
        let state = dirs.state();
        match Queue::new(state).list() {
            Ok(names) => self.queue(&names, state, has_endpoint),
            Err(error) => self.line("queued", &format!("none: {error}")),
        }
        match Journal::new(state).read() {
            Ok(entries) => self.last(&entries),
            Err(error) => self.line("last", &self.palette.bad(&format!("not known: {error}"))),
        }
        if let Err(error) = Journal::new(state).check_writable_if_there() {
            self.line("log", &self.palette.bad(&format!("{error}; nothing is sent until it can be said there")));
        }
    }

    fn queue(&mut self, names: &[RecordName], state: &Path, has_endpoint: bool) {
        let destinations: BTreeSet<_> = names.iter().filter_map(RecordName::destination).collect();
        let local = names.iter().filter(|name| name.destination().is_none()).count();
        // Without an endpoint, all do; that has been said.
        let staying = if local > 0 && has_endpoint {
            format!("; {local} recorded to stay on this machine")
        } else {
            String::new()
        };
        self.line("queued", &format!("{} (in {}){staying}", names.len(), state.display()));
        if destinations.is_empty() || !has_endpoint {
            return;
        }
        if self.mode == Mode::Local {
            let waiting = names.len() - local;
            return self
                .line("next", &format!("nothing is sent: {waiting} wait for `telemetry on` or `telemetry off`"));
        }
        let next = BackoffFile::new(state).first_attempt(destinations, self.now);
        let next = match (sender::what_prevents_senders(state), next) {
            (Some(reason), _) => {
                format!(
                    "with `telemetry flush` alone: {reason}; `delivery = \"blocking\"` has commands send themselves"
                )
            }
            (None, Some(until)) => format!("{}, or now with `telemetry flush`", relative(until, self.now)),
            (None, None) => "with the next command, or now with `telemetry flush`".to_owned(),
        };
        self.line("next", &next);
    }

    /// What became of the last that was tried: the lines of one batch have one time.
    fn last(&mut self, entries: &[LogEntry]) {
        let Some(last) = entries.last() else { return };
        let batch = entries.iter().rev().take_while(|entry| entry.at == last.at && entry.outcome == last.outcome);
        let count = batch.fold(0, |count: usize, entry| count.saturating_add(entry.count));
        let outcome = match last.outcome {
            EventOutcome::Sent => self.palette.good(&format!("{count} sent")),
            EventOutcome::Dropped => self.palette.bad(&format!("{count} dropped")),
            EventOutcome::Kept => self.palette.open(&format!("{count} kept")),
        };
        let reason = last.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let at = humantime::parse_rfc3339(&last.at).map_or_else(|_| last.at.clone(), |at| relative(at, self.now));
        self.line("last", &format!("{outcome} {at}{reason}"));
    }
}
