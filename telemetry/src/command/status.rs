//! `telemetry status`: on or off and why, where events go, how many are queued.

use std::{ffi::OsString, fmt::Write as _, time::SystemTime};

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
    queue::Queue,
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

fn run(facts: &Facts, line: &CommandLine<'_>, args: Vec<OsString>) -> Result<i32, Error> {
    if let Some(mistake) = unexpected(args) {
        return Ok(COMMAND.refuse(facts, line, &mistake));
    }
    let mut report = Report { palette: Palette::of(line.output()), text: String::new(), now: SystemTime::now() };
    report.consent(&facts.consent(line.project()));
    let settings = facts.settings();
    report.settings(&settings);
    match facts.dirs() {
        Ok(dirs) => report.files(dirs, settings.is_ok_and(|settings| settings.endpoint.is_some())),
        Err(error) => report.line("queued", &format!("none: {error}")),
    }
    line.output().print(&report.text)?;
    Ok(0)
}

struct Report {
    palette: Palette,
    text: String,
    now: SystemTime,
}

impl Report {
    fn line(&mut self, label: &str, value: &str) {
        let label = self.palette.faint(&format!("{label:<10}"));
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{label} {value}");
    }

    fn consent(&mut self, consent: &Consent) {
        let state = if consent.is_granted() { self.palette.good("on") } else { self.palette.bad("off") };
        self.line("telemetry", &format!("{state}: {}", consent.reason()));
        if let Some(problem) = consent.ignored() {
            self.line("", &format!("ignored: {problem}"));
        }
    }

    fn settings(&mut self, settings: &Result<Settings, SettingsError>) {
        let settings = match settings {
            Ok(settings) => settings,
            Err(error) => return self.line("endpoint", &self.palette.bad(&error.to_string())),
        };
        let Some(endpoint) = &settings.endpoint else {
            return self.line("endpoint", "none: events stay on this machine");
        };
        self.line("endpoint", &format!("{endpoint} (from {})", settings.endpoint_origin));
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
        let listing = Queue::new(dirs.state()).list();
        let waiting = match &listing {
            Ok(listing) => format!("{} (in {})", listing.records.len(), dirs.state().display()),
            Err(error) => format!("none: {error}"),
        };
        self.line("queued", &waiting);
        self.last(&Journal::new(dirs.state()).read().unwrap_or_default());
        if has_endpoint && listing.is_ok_and(|listing| !listing.records.is_empty()) {
            let backoff = BackoffFile::new(dirs.state()).load();
            let next = backoff.and_then(|backoff| backoff.wait_until(self.now));
            let next = next.map(|until| format!("{}, or now with `telemetry flush`", relative(until, self.now)));
            self.line(
                "next",
                &next.unwrap_or_else(|| "with the next command, or now with `telemetry flush`".to_owned()),
            );
        }
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
