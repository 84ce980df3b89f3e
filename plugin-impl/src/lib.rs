//! The telemetry plugin: what `kedro-telemetry` 0.9.0 does for Kedro, for any host of `hookspec`.
//!
//! The story of one event. A command starts: [`consent`] is asked for first, and after a "no" nothing more happens than that what
//! waits in the [`queue`] is deleted. Otherwise the event takes the user's [`identity`], the [`project`]'s hashed id and the command line,
//! [`mask`]ed against the host's vocabulary; [`schema`] says what may be in it, and [`public`] which names. If the command reads the catalog, the event becomes one of project statistics
//! and is recorded then; else it is recorded when the command ends. Recording is writing one small file. Then, if there is an
//! endpoint and no sender at work, the host is started again, detached, on `telemetry flush`, which [`deliver`]s. The command itself never waits,
//! unless its user has asked for that ([`settings::Delivery::Blocking`]).
//!
//! What other plugins, or the host, raise through the hook `usage_event` goes the same way, with the same consent.

mod append;
pub mod backoff;
pub mod command;
pub mod consent;
pub mod deliver;
pub mod dirs;
pub mod env;
pub mod event;
pub mod files;
pub mod identity;
pub mod journal;
mod literal;
pub mod mask;
pub mod project;
pub mod public;
pub mod queue;
pub mod schema;
pub mod settings;
mod source;
pub mod statement;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use hookspec::{
    Hooks, Host, LogLevel, Plugin, Result,
    command::{PluginCommand, PluginCommands},
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, BeforeCommandRun, Catalog, CommandRun, Context,
        Usage, UsageEvent,
    },
};

use crate::{
    command::TelemetryCommand,
    consent::{Consent, Source},
    event::Event,
    journal::Journal,
    queue::Queue,
    settings::Delivery,
    source::Facts,
};

/// The plugin.
pub struct Telemetry {
    facts: Arc<Facts>,
    state: Mutex<State>,
    /// The project that the command works on, once known: what it says of telemetry counts for all that happens meanwhile.
    project: Mutex<Option<LoadedProject>>,
}

/// How far the event of this command has come.
enum State {
    /// No command has started.
    Idle,
    /// There is consent and an event that is not recorded yet.
    Pending(Box<Pending>),
    /// Recorded; sent when the command ends, which waits for that.
    Recorded,
    /// Refused, or recorded already: one event per command.
    Done,
}

#[derive(Clone)]
struct LoadedProject {
    path: PathBuf,
    package_name: String,
}

impl LoadedProject {
    fn new(path: &str, package_name: &str) -> Self {
        Self { path: path.into(), package_name: package_name.to_owned() }
    }
}

struct Pending {
    event: Event,
    project: Option<PathBuf>,
    /// Whether the user is to be told before anything is recorded.
    is_to_be_announced: bool,
}

impl Plugin for Telemetry {
    fn new(host: Host) -> Result<Self> {
        Ok(Self { facts: Arc::new(Facts::new(host)), state: Mutex::new(State::Idle), project: Mutex::default() })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, Self::before_command_run);
        hooks.on(AfterContextCreated, Self::after_context_created);
        hooks.on(AfterCatalogCreated, Self::after_catalog_created);
        hooks.on(AfterCommandRun, Self::after_command_run);
        hooks.on(PluginCommands, Self::plugin_commands);
        hooks.on(UsageEvent, Self::usage_event).optional();
    }
}

impl Telemetry {
    fn before_command_run(&self, run: &CommandRun) -> Result<()> {
        let args = run.args();
        let project = run.project().map(|project| LoadedProject::new(project.path(), project.package_name()));
        self.project().clone_from(&project);
        *self.facts.project.lock().unwrap_or_else(PoisonError::into_inner) =
            project.as_ref().map(|project| project.path.clone());
        if args.first() == Some(&command::NAME) {
            // Looking at telemetry, or refusing it, is nobody's business.
            *self.state() = State::Done;
            return Ok(());
        }
        let pending = self.begin(project).map(|mut pending| {
            let vocabulary = source::vocabulary(&run.vocabulary());
            pending.event.set_command(&self.facts.host(), &mask::mask(&vocabulary, &args));
            pending
        });
        *self.state() = pending.map_or(State::Done, |pending| State::Pending(Box::new(pending)));
        Ok(())
    }

    /// A host may know the project only now, and with it what it says of telemetry.
    fn after_context_created(&self, context: &Context) -> Result<()> {
        let project = LoadedProject::new(context.project_path(), context.package_name());
        let path = project.path.clone();
        *self.project() = Some(project);
        let mut state = self.state();
        if let State::Pending(pending) = &mut *state {
            if self.ask(Some(&path)).is_some() {
                // Asked for again before the event is sent.
                pending.project.get_or_insert(path);
            } else {
                *state = State::Done;
            }
        }
        Ok(())
    }

    fn after_catalog_created(&self, catalog: &Catalog) -> Result<()> {
        let state = std::mem::replace(&mut *self.state(), State::Done);
        let goes_on = matches!(state, State::Pending(_));
        let pending = match state {
            State::Pending(pending) => Some(*pending),
            // A host that loads a catalog outside of any command.
            State::Idle => self.begin(self.project().clone()),
            State::Recorded | State::Done => None,
        };
        let Some(mut pending) = pending else { return Ok(()) };
        pending.event.set_statistics(&source::statistics(catalog));
        if self.record(&pending) && !self.deliver(goes_on) {
            *self.state() = State::Recorded;
        }
        Ok(())
    }

    fn after_command_run(&self, _: &CommandRun) -> Result<()> {
        // Not within the match, which would hold the lock while the host is told.
        let state = std::mem::replace(&mut *self.state(), State::Done);
        let is_recorded = match state {
            State::Pending(pending) => self.record(&pending),
            State::Recorded => true,
            State::Idle | State::Done => false,
        };
        if is_recorded {
            self.deliver(false);
        }
        Ok(())
    }

    fn plugin_commands(&self, _: &hookspec::command::CommandSet) -> Result<Vec<PluginCommand>> {
        Ok(vec![PluginCommand::new(TelemetryCommand::new(Arc::clone(&self.facts)))])
    }

    /// Whether the event has been recorded.
    fn usage_event(&self, usage: &Usage) -> Result<bool> {
        let is_recorded = self.raised(usage).is_some_and(|pending| self.record(&pending));
        if is_recorded {
            let goes_on = matches!(*self.state(), State::Pending(_) | State::Recorded);
            self.deliver(goes_on);
        }
        Ok(is_recorded)
    }

    /// The event that another plugin, or the host, has raised, if there is consent.
    ///
    /// Not under a refusal of the project that the command works on either, whatever project the event is about. As Heap takes no event
    /// without a name, none is recorded.
    fn raised(&self, usage: &Usage) -> Option<Pending> {
        if usage.name().is_empty() {
            self.log(format_args!("a usage event of `{}` has no name: it is not recorded", usage.raised_by()));
            return None;
        }
        let current = self.project().clone();
        // Consent is asked for again by a process that works elsewhere.
        let path =
            usage.project_path().map(std::path::absolute).map(|path| self.debug(path).ok_or(())).transpose().ok()?;
        self.ask(current.as_ref().map(|current| current.path.as_path()))?;
        let is_current = |path: &PathBuf| current.as_ref().is_some_and(|current| current.path == *path);
        let project = match path {
            Some(path) if is_current(&path) => current.clone(),
            Some(path) => Some(LoadedProject { path, package_name: String::new() }),
            None => None,
        };
        let mut pending = self.begin(project)?;
        let properties = usage.properties();
        let properties = properties.into_iter().map(|(name, value)| (name, source::scalar(value)));
        pending.event.set_raised(usage.name(), properties);
        pending.project = pending.project.or(current.map(|current| current.path));
        Some(pending)
    }

    /// Asks for consent to record something about `project`; `None` when it is refused. Withdrawal stops processing from this moment, so that
    /// what waits is deleted then.
    fn ask(&self, project: Option<&Path>) -> Option<Consent> {
        let consent = self.facts.consent(project);
        if consent.is_granted() {
            return Some(consent);
        }
        self.forget(consent.source(), project);
        None
    }

    /// An event about something in `project`, if there is consent.
    fn begin(&self, project: Option<LoadedProject>) -> Option<Pending> {
        let consent = self.ask(project.as_ref().map(|project| project.path.as_path()))?;
        let dirs = self.debug(self.facts.dirs())?;
        let user =
            identity::or_empty(identity::get_or_create(&dirs.identity_file()).inspect_err(|error| self.log(error)));
        let described = match &project {
            Some(project) => project::identify(&project.path, Some(&project.package_name)),
            None => project::Reading::default(),
        };
        if let Some(problem) = &described.problem {
            self.log(problem);
        }
        let event = self.facts.event(&user, &described.project);
        let is_to_be_announced = consent.is_to_be_announced() && !self.facts.is_ci();
        Some(Pending { event, project: project.map(|project| project.path), is_to_be_announced })
    }

    /// Deletes what waits.
    fn forget(&self, refused_by: &Source, project: Option<&Path>) {
        let Some(dirs) = self.debug(self.facts.dirs()) else { return };
        let queue = Queue::new(dirs.state());
        let removed = match (refused_by, project) {
            (Source::Project(_) | Source::ProjectIllegible(_), Some(root)) => queue.clear_project(root),
            _ => queue.clear(),
        };
        self.debug(removed);
    }

    /// Records the event, and tells the user if it is the first; `false` when it could not be recorded.
    fn record(&self, pending: &Pending) -> bool {
        let Some(dirs) = self.debug(self.facts.dirs()) else { return false };
        let choice_file = dirs.choice_file();
        let is_first = match pending.is_to_be_announced.then(|| consent::mark_notice_shown(&choice_file)).transpose() {
            Ok(is_first) => is_first == Some(true),
            Err(error) => {
                // A user who would be told with every command, or never, is not recorded.
                self.log(error);
                return false;
            }
        };
        let is_recorded = self.push(pending, dirs.state());
        match (is_first, is_recorded) {
            (true, true) => self.announce(),
            (true, false) => drop(self.debug(consent::unmark_notice(&choice_file))),
            (false, _) => {}
        }
        is_recorded
    }

    fn push(&self, pending: &Pending, state: &Path) -> bool {
        let recorded = Queue::new(state).push(&pending.event, pending.project.as_deref());
        let Some(trimmed) = self.debug(recorded) else { return false };
        let dropped = trimmed.entries(pending.event.at());
        if !dropped.is_empty() {
            self.debug(Journal::new(state).append(&dropped));
        }
        true
    }

    /// Says that usage is recorded, and how to refuse.
    fn announce(&self) {
        let host = self.facts.host();
        self.facts.plugin_host().notify(&format!(
            "{0} records anonymous usage events; `{0} telemetry status` shows what and where. To refuse: `{0} telemetry off`, or set DO_NOT_TRACK.",
            host.name
        ));
    }

    /// Sees to it that what is recorded is delivered; `false` when that has to wait for the end of the command, which `goes_on`.
    fn deliver(&self, goes_on: bool) -> bool {
        let Some(dirs) = self.debug(self.facts.dirs()) else { return true };
        let settings = match self.facts.settings() {
            Ok(settings) => settings,
            Err(error) => {
                self.facts.plugin_host().log(LogLevel::Warn, &error.to_string());
                return true;
            }
        };
        if settings.endpoint.is_none() {
            return true;
        }
        match settings.delivery {
            Delivery::Blocking { .. } if goes_on => return false,
            Delivery::Blocking { timeout } => command::flush::within(timeout, &self.facts),
            Delivery::Background if deliver::is_sender_needed(dirs.state(), SystemTime::now()) => {
                self.debug(self.facts.plugin_host().relaunch(command::SENDER.to_vec()));
            }
            Delivery::Background => {}
        }
        true
    }

    fn debug<T, E: std::fmt::Display>(&self, result: std::result::Result<T, E>) -> Option<T> {
        result.inspect_err(|error| self.log(error)).ok()
    }

    fn log(&self, message: impl std::fmt::Display) {
        self.facts.plugin_host().log(LogLevel::Debug, &message.to_string());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is replaced whole, so a panic leaves a sound one behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn project(&self) -> MutexGuard<'_, Option<LoadedProject>> {
        // As above.
        self.project.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

hookspec::export_plugin!(Telemetry);
