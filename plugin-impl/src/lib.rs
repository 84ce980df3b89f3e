//! The telemetry plugin: what `kedro-telemetry` 0.9.0 does for Kedro, for any host of `plugin-api`.
//!
//! The story of one event. A command starts: [`consent`] is asked for first, and after a "no" nothing more happens than that what
//! waits in the [`queue`] is deleted. Otherwise the event takes the user's [`identity`], the [`project`]'s hashed id and the command line,
//! [`mask`]ed against the host's vocabulary. If the command reads the catalog, the event becomes one of project statistics
//! and is recorded then; else it is recorded when the command ends. Recording is writing one small file. Then, if there is an
//! endpoint and no sender at work, the host is started again, detached, on `telemetry flush`, which [`deliver`]s. The command itself never waits.

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
pub mod queue;
pub mod settings;
mod source;
pub mod statement;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use plugin_api::{
    Hooks, Host, LogLevel, Plugin, Result,
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, BeforeCommandRun, Catalog, CommandRun, Context,
        PluginCommand, PluginCommands, Project,
    },
};

use crate::{command::TelemetryCommand, consent::Source, event::Event, queue::Queue, source::Facts};

/// The plugin.
pub struct Telemetry {
    facts: Arc<Facts>,
    state: Mutex<State>,
}

/// How far the event of this command has come.
enum State {
    /// No command has started; the project that was loaded, if any.
    Idle(Option<LoadedProject>),
    /// There is consent and an event that is not recorded yet.
    Pending(Box<Pending>),
    /// Refused, or recorded already: one event per command.
    Done,
}

struct LoadedProject {
    path: PathBuf,
    package_name: String,
}

struct Pending {
    event: Event,
    project: Option<PathBuf>,
    is_implicit: bool,
}

impl Plugin for Telemetry {
    fn new(host: Host) -> Result<Self> {
        Ok(Self { facts: Arc::new(Facts::new(host)), state: Mutex::new(State::Idle(None)) })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, Self::before_command_run);
        hooks.on(AfterContextCreated, Self::after_context_created);
        hooks.on(AfterCatalogCreated, Self::after_catalog_created);
        hooks.on(AfterCommandRun, Self::after_command_run);
        hooks.on(PluginCommands, Self::plugin_commands);
    }
}

impl Telemetry {
    fn before_command_run(&self, run: &CommandRun) -> Result<()> {
        let args = run.args();
        if args.first() == Some(&command::NAME) {
            // Looking at telemetry, or refusing it, is nobody's business.
            *self.state() = State::Done;
            return Ok(());
        }
        let project = run.project();
        let path = project.as_ref().map(|project| PathBuf::from(project.path()));
        let pending = self.begin(path, project.as_ref().map(Project::package_name)).map(|mut pending| {
            let vocabulary = source::vocabulary(&run.vocabulary());
            pending.event.set_command(&self.facts.host(), &mask::mask(&vocabulary, &args));
            pending
        });
        *self.state() = pending.map_or(State::Done, |pending| State::Pending(Box::new(pending)));
        Ok(())
    }

    /// A host may know the project only now, and with it what it says of telemetry.
    fn after_context_created(&self, context: &Context) -> Result<()> {
        let path = PathBuf::from(context.project_path());
        let mut state = self.state();
        match &mut *state {
            State::Idle(project) => {
                *project = Some(LoadedProject { path, package_name: context.package_name().to_owned() });
            }
            State::Pending(pending) => {
                let consent = self.facts.consent(Some(&path));
                if consent.is_granted() {
                    // Asked for again before the event is sent.
                    pending.project.get_or_insert(path);
                } else {
                    *state = State::Done;
                    self.forget(consent.source(), Some(&path));
                }
            }
            State::Done => {}
        }
        Ok(())
    }

    fn after_catalog_created(&self, catalog: &Catalog) -> Result<()> {
        let pending = match std::mem::replace(&mut *self.state(), State::Done) {
            State::Pending(pending) => Some(*pending),
            // A host that loads a catalog outside of any command.
            State::Idle(Some(project)) => self.begin(Some(project.path), Some(&project.package_name)),
            State::Idle(None) => self.begin(None, None),
            State::Done => None,
        };
        if let Some(mut pending) = pending {
            pending.event.set_statistics(&source::statistics(catalog));
            self.record(&pending);
        }
        Ok(())
    }

    fn after_command_run(&self, _: &CommandRun) -> Result<()> {
        if let State::Pending(pending) = std::mem::replace(&mut *self.state(), State::Done) {
            self.record(&pending);
        }
        Ok(())
    }

    fn plugin_commands(&self, _: &plugin_api::specs::CommandSet) -> Result<Vec<PluginCommand>> {
        Ok(vec![PluginCommand::new(TelemetryCommand::new(Arc::clone(&self.facts)))])
    }

    /// An event about a command in `project`, if there is consent.
    fn begin(&self, project: Option<PathBuf>, package_name: Option<&str>) -> Option<Pending> {
        let consent = self.facts.consent(project.as_deref());
        if !consent.is_granted() {
            self.forget(consent.source(), project.as_deref());
            return None;
        }
        let dirs = self.debug(self.facts.dirs())?;
        let user =
            identity::or_empty(identity::get_or_create(&dirs.identity_file()).inspect_err(|error| self.log(error)));
        let described = match &project {
            Some(root) => project::identify(root, package_name),
            None => project::Reading::default(),
        };
        if let Some(problem) = &described.problem {
            self.log(problem);
        }
        let event = self.facts.event(&user, &described.project);
        Some(Pending { event, project, is_implicit: consent.is_implicit() })
    }

    /// Withdrawal stops processing from this moment: what waits is deleted.
    fn forget(&self, refused_by: &Source, project: Option<&Path>) {
        let Some(dirs) = self.debug(self.facts.dirs()) else { return };
        let queue = Queue::new(dirs.state());
        let removed = match (refused_by, project) {
            (Source::Project(_) | Source::ProjectIllegible(_), Some(root)) => queue.clear_project(root),
            _ => queue.clear(),
        };
        self.debug(removed);
    }

    fn record(&self, pending: &Pending) {
        let Some(dirs) = self.debug(self.facts.dirs()) else { return };
        let recorded = Queue::new(dirs.state()).push(&pending.event, pending.project.as_deref());
        if self.debug(recorded).is_none() {
            return;
        }
        if pending.is_implicit && !self.facts.is_ci() {
            self.announce(&dirs.choice_file());
        }
        self.ensure_sender(dirs.state());
    }

    /// Says once per user that usage is recorded, and how to refuse.
    fn announce(&self, choice_file: &Path) {
        if self.debug(consent::mark_notice_shown(choice_file)) == Some(true) {
            let host = self.facts.host();
            self.facts.plugin_host().notify(&format!(
                "{0} records anonymous usage events; `{0} telemetry status` shows what and where. To refuse: `{0} telemetry off`, or set DO_NOT_TRACK.",
                host.name
            ));
        }
    }

    fn ensure_sender(&self, state: &Path) {
        let settings = match self.facts.settings() {
            Ok(settings) => settings,
            Err(error) => return self.facts.plugin_host().log(LogLevel::Warn, &error.to_string()),
        };
        if settings.endpoint.is_some() && deliver::is_sender_needed(state, SystemTime::now()) {
            self.debug(self.facts.plugin_host().relaunch(command::SENDER.to_vec()));
        }
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
}

plugin_api::export_plugin!(Telemetry);
