//! One program's telemetry in this process: the story of one event.

use std::{ffi::OsString, path::Path, sync::Arc, time::SystemTime};

use crate::{
    choice,
    command::{self, CommandHelp, CommandLine, SENDER},
    consent::{Consent, ConsentSource},
    delivery,
    env::Env,
    error::Error,
    event::Event,
    facts::Facts,
    identity,
    journal::Journal,
    output::Output,
    profile::Profile,
    program::{LogLevel, Program},
    queue::Queue,
    sender,
    settings::Delivery,
};

/// How far the command of this process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandStage {
    /// It goes on, and is not to be held up.
    Running,
    /// It has done its work.
    Ending,
}

/// Whether delivery has been seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStep {
    /// A sender is at work, or none is wanted.
    Settled,
    /// The user wants the command to wait for delivery: deliver again when it is
    /// [`CommandStage::Ending`].
    AtCommandEnd,
}

/// One program's telemetry in this process.
#[derive(Clone)]
pub struct Telemetry {
    facts: Arc<Facts>,
}

impl Telemetry {
    /// The telemetry of this profile. Reads nothing but the environment.
    pub fn new(profile: Profile, program: impl Program + 'static) -> Self {
        Self { facts: Arc::new(Facts::new(profile, Box::new(program), Env::process())) }
    }

    /// Whether usage may be recorded, and who says so. Changes nothing.
    pub fn consent(&self, project: Option<&Path>) -> Consent {
        self.facts.consent(project)
    }

    /// Asks for consent to record something about `project` (its absolute path); `None` when it is
    /// refused. Withdrawal stops processing from this moment, so that queued events are deleted
    /// then.
    pub fn ask(&self, project: Option<&Path>) -> Option<Consent> {
        let consent = self.facts.consent(project);
        if consent.is_granted() {
            return Some(consent);
        }
        self.forget(consent.source(), project);
        None
    }

    /// An event about something in `project` (its absolute path), if there is consent.
    pub fn begin(&self, name: &str, project: Option<&Path>) -> Option<Event> {
        let consent = self.ask(project)?;
        let dirs = self.facts.logged(self.facts.dirs())?;
        let identity = identity::get_or_create(dirs.identity_file());
        let user = identity::or_empty(identity.inspect_err(|error| self.facts.log(error)));
        let is_to_be_announced = consent.is_to_be_announced() && !self.facts.is_ci();
        let mut event = self.facts.event(name, &user).announced(is_to_be_announced);
        if let Some(project) = project {
            event.set_project(project);
        }
        Some(event)
    }

    /// Records the event, and tells the user if it is the first; `false` when it could not be
    /// recorded.
    pub fn record(&self, event: &Event) -> bool {
        let Some(dirs) = self.facts.logged(self.facts.dirs()) else { return false };
        let choice_file = dirs.choice_file();
        let marked = event.is_to_be_announced().then(|| choice::mark_notice_shown(&choice_file)).transpose();
        let is_first = match marked {
            Ok(is_first) => is_first == Some(true),
            Err(error) => {
                // A user who would be told with every command, or never, is not recorded.
                self.facts.log(error);
                return false;
            }
        };
        let is_recorded = self.push(event, dirs.state());
        match (is_first, is_recorded) {
            (true, true) => self.announce(),
            (true, false) => drop(self.facts.logged(choice::unmark_notice(&choice_file))),
            (false, _) => {}
        }
        is_recorded
    }

    /// Records an event of this name, with what `describe` puts into it, if there is consent, and
    /// sees to its delivery: one call at the end of a command. Whether it was recorded.
    pub fn count(&self, name: &str, describe: impl FnOnce(&mut Event)) -> bool {
        let Some(mut event) = self.begin(name, None) else { return false };
        describe(&mut event);
        self.submit(&event)
    }

    /// Records the event at the end of the command, and sees to its delivery: all that a program
    /// does with an event that needs nothing more. Whether it was recorded.
    pub fn submit(&self, event: &Event) -> bool {
        let is_recorded = self.record(event);
        if is_recorded {
            self.deliver(CommandStage::Ending);
        }
        is_recorded
    }

    /// Sees to it that queued events are delivered; under a refusal by the user, nothing happens.
    pub fn deliver(&self, stage: CommandStage) -> DeliveryStep {
        let Some(dirs) = self.facts.logged(self.facts.dirs()) else { return DeliveryStep::Settled };
        let settings = match self.facts.settings() {
            Ok(settings) => settings,
            Err(error) => {
                self.facts.program().log(LogLevel::Warn, &error.to_string());
                return DeliveryStep::Settled;
            }
        };
        if settings.endpoint.is_none() || !self.facts.consent(None).is_granted() {
            return DeliveryStep::Settled;
        }
        match settings.delivery {
            Delivery::Blocking { .. } if stage == CommandStage::Running => return DeliveryStep::AtCommandEnd,
            Delivery::Blocking { timeout } => delivery::deliver_within(timeout, &self.facts),
            Delivery::Background if sender::is_sender_needed(dirs.state(), SystemTime::now()) => {
                self.facts.logged(self.facts.program().start_again(&SENDER));
            }
            Delivery::Background => {}
        }
        DeliveryStep::Settled
    }

    /// Whether this is a CI machine.
    pub fn is_ci(&self) -> bool {
        self.facts.is_ci()
    }

    /// The command `telemetry`, for a list of commands.
    pub fn command(&self) -> CommandHelp {
        command::command(&self.facts)
    }

    /// Its subcommands.
    pub fn subcommands(&self) -> Vec<CommandHelp> {
        command::subcommands(&self.facts)
    }

    /// Runs `telemetry …`, and gives its exit code.
    ///
    /// # Errors
    /// What could not be done, for the program to show.
    pub fn run(&self, line: &CommandLine<'_>) -> Result<i32, Error> {
        command::run(&self.facts, line)
    }

    /// Runs `telemetry …`, showing what goes wrong, and gives its exit code: all that a program
    /// without projects does.
    pub fn run_command(&self, args: impl IntoIterator<Item = impl Into<OsString>>, output: &dyn Output) -> u8 {
        let code = self.run(&CommandLine::new(args, output)).unwrap_or_else(|error| {
            output.print_error(&format!("error: {}\n", terminal_text::one_line(&error.to_string())));
            1
        });
        u8::try_from(code).unwrap_or(1)
    }

    /// Deletes queued events.
    fn forget(&self, refused_by: &ConsentSource, project: Option<&Path>) {
        let Some(dirs) = self.facts.logged(self.facts.dirs()) else { return };
        let queue = Queue::new(dirs.state());
        let removed = match (refused_by, project) {
            (ConsentSource::Project(_) | ConsentSource::ProjectIllegible(_), Some(root)) => queue.clear_project(root),
            _ => queue.clear(),
        };
        self.facts.logged(removed);
    }

    fn push(&self, event: &Event, state: &Path) -> bool {
        let recorded = Queue::new(state).push(event, event.project());
        let Some(trimmed) = self.facts.logged(recorded) else { return false };
        let dropped = trimmed.entries(event.at());
        if !dropped.is_empty() {
            self.facts.logged(Journal::new(state).append(&dropped));
        }
        true
    }

    /// Says that usage is recorded, and how to refuse.
    fn announce(&self) {
        self.facts.program().notify(&format!(
            "{0} records anonymous usage events; `{0} telemetry status` shows what and where. \
             To refuse: `{0} telemetry off`, or set DO_NOT_TRACK.",
            self.facts.profile().program
        ));
    }
}

#[cfg(test)]
mod tests;
