//! One program's telemetry in this process: the story of one event.

use std::{ffi::OsString, path::Path, sync::Arc, time::SystemTime};

use crate::{
    circumstances::{self, Ended},
    command::{self, CommandHelp, CommandLine, SENDER},
    consent::{Consent, ConsentSource},
    delivery::{self, LINGER},
    dirs::Dirs,
    env::Env,
    error::Error,
    event::Event,
    facts::Facts,
    identity,
    journal::Journal,
    mode::Mode,
    notice,
    output::Output,
    profile::Profile,
    program::{LogLevel, Program},
    queue::{Deletion, Queue},
    record::{RecordName, recorded_path},
    sampling::Sample,
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
        let is_to_be_announced = consent.is_to_be_announced() && !self.is_unattended();
        if !self.can_be_kept(dirs, is_to_be_announced) || is_to_be_announced && !self.can_be_told() {
            return None;
        }
        let user = self.identity(dirs);
        let mut event = self.facts.event(name, &user).announced(is_to_be_announced);
        let sample = Sample::of(self.facts.profile(), name);
        if sample.is_some_and(|sample| !sample.includes(&user, event.key())) {
            return None;
        }
        circumstances::begun(&mut event, &self.facts, &consent);
        if let Some(project) = project {
            event.set_project(project);
        }
        Some(event)
    }

    /// The user's id, made and kept if there is none yet; where no person is, none is made. Empty
    /// where there is none. Asks for no consent: under a refusal, there is [`Self::known_user`].
    pub fn user(&self) -> String {
        self.facts.logged(self.facts.dirs()).map_or_else(String::new, |dirs| self.identity(dirs))
    }

    /// The user's id; empty where there is none. Makes none.
    pub fn known_user(&self) -> String {
        self.facts.logged(self.facts.dirs()).map_or_else(String::new, |dirs| self.known_identity(dirs))
    }

    /// The id of the application that events are sent for.
    pub fn app_id(&self) -> String {
        self.facts.app_id()
    }

    /// Records the event, and tells the user if it is the first; `false` when it was not recorded.
    ///
    /// Consent is asked for again right before, as a command may take long, and right after: what
    /// was withdrawn in between has deleted what was queued then.
    pub fn record(&self, event: &Event) -> bool {
        let Some(dirs) = self.facts.logged(self.facts.dirs()) else { return false };
        let project = event.project();
        let Some(consent) = self.ask(project) else { return false };
        let is_first = if event.is_to_be_announced() {
            let Some(is_first) = self.mark_notice(&dirs.notice_file()) else { return false };
            is_first
        } else {
            false
        };
        let recorded = self.push(event, dirs.state(), consent.mode());
        if is_first && recorded.is_some() {
            self.announce();
        } else if is_first {
            // A notice that nothing follows would be given with every command.
            self.facts.logged(notice::unmark(&dirs.notice_file()));
        }
        let Some(name) = recorded else { return false };
        if self.facts.consent(project).is_granted() {
            return true;
        }
        self.facts.logged(Queue::new(dirs.state()).remove(&name));
        false
    }

    /// Remembers that the notice is given now, and says whether this process is to give it; `None`
    /// when it cannot be given: a user who would be told with every command, or never, is not
    /// recorded.
    fn mark_notice(&self, notice_file: &Path) -> Option<bool> {
        if notice::is_given(notice_file) {
            return Some(false);
        }
        if !self.can_be_told() {
            return None;
        }
        self.facts.logged(notice::mark_given(notice_file, SystemTime::now()))
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

    /// Sees to it that queued events are delivered; under a refusal by the user, nothing happens,
    /// nor right after the notice: its reader is to have time to refuse.
    /// Nor where usage stays on this machine.
    pub fn deliver(&self, stage: CommandStage) -> DeliveryStep {
        let Some(dirs) = self.facts.logged(self.facts.dirs()) else { return DeliveryStep::Settled };
        let settings = match self.facts.settings() {
            Ok(settings) => settings,
            Err(error) => {
                self.facts.program().log(LogLevel::Warn, &error.to_string());
                return DeliveryStep::Settled;
            }
        };
        let Some(destination) = settings.destination else { return DeliveryStep::Settled };
        if self.facts.is_notice_new() || self.facts.consent(None).mode() != Mode::On {
            return DeliveryStep::Settled;
        }
        match settings.delivery {
            Delivery::Blocking { .. } if stage == CommandStage::Running => return DeliveryStep::AtCommandEnd,
            Delivery::Blocking { timeout } => delivery::deliver_within(timeout, &self.facts),
            // One that was started just now may not be at work yet, and stays as long once it is.
            Delivery::Background if self.facts.is_sender_started_within(LINGER) => {}
            Delivery::Background if sender::is_sender_needed(dirs.state(), destination.digest(), SystemTime::now()) => {
                if self.facts.logged(self.facts.program().start_again(&SENDER)).is_some() {
                    self.facts.set_sender_started();
                }
            }
            Delivery::Background => {}
        }
        DeliveryStep::Settled
    }

    /// The event that is recorded of each command, if there is one.
    pub(crate) fn event_of_each_command(&self) -> Option<&'static str> {
        self.facts.profile().event_of_each_command
    }

    /// Says of an event how the run has ended.
    pub(crate) fn describe_end(&self, event: &mut Event, ended: &Ended<'_>) {
        ended.describe(event, self.facts.profile());
    }

    /// Writes to the program's log.
    pub(crate) fn log(&self, level: LogLevel, message: &str) {
        self.facts.program().log(level, message);
    }

    /// Whether this is a CI machine.
    pub fn is_ci(&self) -> bool {
        self.facts.is_ci()
    }

    /// Whether no person is here, as in CI: nobody is told anything, ids are used but none are made,
    /// and no file of a project is to be touched.
    pub fn is_unattended(&self) -> bool {
        self.facts.is_unattended()
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

    /// Whether an event can be recorded here, and its notice remembered: before ids are made for it.
    fn can_be_kept(&self, dirs: &Dirs, is_to_be_announced: bool) -> bool {
        let choice_file = dirs.choice_file();
        let notices = choice_file.parent().filter(|_| is_to_be_announced);
        let problem = notices.into_iter().chain([dirs.state()]).find(|folder| !small_files::is_writable_folder(folder));
        problem.inspect(|folder| self.facts.log(format_args!("cannot write in {}", folder.display()))).is_none()
    }

    /// The user's id, made if there is none and a person is here.
    fn identity(&self, dirs: &Dirs) -> String {
        if self.is_unattended() {
            return self.known_identity(dirs);
        }
        let identity = identity::get_or_create(dirs.identity_file());
        identity::or_empty(identity.inspect_err(|error| self.facts.log(error)))
    }

    fn known_identity(&self, dirs: &Dirs) -> String {
        let identity = identity::get(dirs.identity_file()).map(Option::unwrap_or_default);
        identity::or_empty(identity.inspect_err(|error| self.facts.log(error)))
    }

    /// Whether somebody may read the notice.
    fn can_be_told(&self) -> bool {
        let has_reader = self.facts.program().has_reader();
        if !has_reader {
            self.facts.log("nobody reads here that usage is recorded, so that nothing is");
        }
        has_reader
    }

    /// Deletes queued events.
    fn forget(&self, refused_by: &ConsentSource, project: Option<&Path>) {
        let Some(dirs) = self.facts.logged(self.facts.dirs()) else { return };
        let queue = Queue::new(dirs.state());
        let deleted = match (refused_by, project) {
            (ConsentSource::Project(_) | ConsentSource::ProjectIllegible(_), Some(root)) => {
                queue.clear_project(&recorded_path(root))
            }
            // What a sender has taken, it finds refused itself.
            _ if sender::is_idle(dirs.state()) => queue.clear(Deletion::All),
            _ => queue.clear(Deletion::NotTaken),
        };
        if let Some(problem) = deleted.problem {
            self.facts.log(problem);
        }
    }

    /// The name of what was recorded.
    fn push(&self, event: &Event, state: &Path, mode: Mode) -> Option<RecordName> {
        // Where it goes is decided now: what has nowhere to go stays on this machine for good.
        let destination = self.facts.logged(self.facts.settings()).and_then(|settings| settings.destination);
        let destination = destination.filter(|_| mode == Mode::On);
        let queue = Queue::new(state);
        let project = event.project().map(recorded_path);
        let name = self.facts.logged(queue.push(event, project.as_deref(), destination.as_ref()))?;
        let dropped = queue.trim_by_turns(event).entries(event.at());
        if !dropped.is_empty() {
            self.facts.logged(Journal::new(state).append(&dropped));
        }
        Some(name)
    }

    /// Says that usage is recorded, and how to refuse.
    fn announce(&self) {
        self.facts.set_notice_new();
        self.facts.program().notify(&format!(
            "{0} records anonymous usage events; `{0} telemetry status` shows what and where. \
             To refuse: `{0} telemetry off`, or set DO_NOT_TRACK.",
            self.facts.profile().program
        ));
    }
}

#[cfg(test)]
mod tests;
