//! The plugin and its hookimpls.

use std::{
    fmt::Display,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use hookspec::{
    Hooks, Host, LogLevel, Plugin, Result,
    command::{CommandSet, PluginCommand, PluginCommands},
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, BeforeCommandRun, Catalog, CommandRun, Context,
        Usage, UsageEvent,
    },
};
use usage_telemetry::{CommandStage, DeliveryStep, Event, Telemetry};

use crate::{
    answer,
    command::{self, TelemetryCommand},
    current_project::{CurrentProject, LoadedProject},
    event::{self, COMMAND_EVENT},
    mask::{self, KnownCommand},
    profile::profile,
    project::{self, ProjectReading},
    source::{self, HostAsProgram},
};

/// The plugin.
struct TelemetryPlugin {
    host: Host,
    telemetry: Telemetry,
    state: Mutex<State>,
    project: Arc<CurrentProject>,
}

/// How far the event of this command has come.
enum State {
    /// No command has started.
    Idle,
    /// There is consent and a command that is not recorded yet.
    Pending(Box<StartedCommand>),
    /// Recorded; sent when the command ends, which waits for that.
    Recorded,
    /// Its own words refuse: of all that happens in it, nothing is recorded.
    RefusedByWords,
    /// Refused, or recorded already: one event per command.
    Done,
}

/// A command that is to be recorded. Its event is made when it is, and the ids of user and project
/// with it: a project that is found later may refuse.
struct StartedCommand {
    at: SystemTime,
    args: Vec<String>,
    vocabulary: KnownCommand,
    project: Option<LoadedProject>,
    found_later: Option<PathBuf>,
}

impl Plugin for TelemetryPlugin {
    fn new(host: Host) -> Result<Self> {
        let telemetry = Telemetry::new(profile(host.name()), HostAsProgram(host.clone()));
        Ok(Self { host, telemetry, state: Mutex::new(State::Idle), project: Arc::default() })
    }

    fn register(hooks: &mut Hooks<Self>) {
        // What the project or the command line refuses has to be known when others raise events.
        hooks.on(BeforeCommandRun, Self::before_command_run).try_first();
        hooks.on(AfterContextCreated, Self::after_context_created);
        hooks.on(AfterCatalogCreated, Self::after_catalog_created);
        hooks.on(AfterCommandRun, Self::after_command_run);
        hooks.on(PluginCommands, Self::plugin_commands);
        hooks.on(UsageEvent, Self::usage_event).optional();
    }
}

impl TelemetryPlugin {
    fn before_command_run(&self, run: &CommandRun) -> Result<()> {
        let args = run.args();
        let project = run.project().map(|project| LoadedProject::new(project.path(), project.package_name()));
        self.project.set(project.clone());
        let path = project.as_ref().map(|project| project.path.as_path());
        let state = if answer::refuses(&args) {
            State::RefusedByWords
        } else if command::is_own(&args) || self.telemetry.ask(path).is_none() {
            State::Done
        } else {
            let args = args.into_iter().map(str::to_owned).collect();
            let (at, vocabulary) = (SystemTime::now(), source::vocabulary(&run.vocabulary()));
            State::Pending(Box::new(StartedCommand { at, args, vocabulary, project, found_later: None }))
        };
        *self.state() = state;
        Ok(())
    }

    /// A host may know the project only now, and with it what it says of telemetry.
    fn after_context_created(&self, context: &Context) -> Result<()> {
        let project = LoadedProject::new(context.project_path(), context.package_name());
        let path = project.path.clone();
        self.project.set(Some(project));
        let mut state = self.state();
        if let State::Pending(command) = &mut *state {
            if self.telemetry.ask(Some(&path)).is_some() {
                // Asked for again before the event is sent.
                command.found_later = Some(path);
            } else {
                *state = State::Done;
            }
        }
        Ok(())
    }

    fn after_catalog_created(&self, catalog: &Catalog) -> Result<()> {
        let project = self.project.get();
        let (command, stage) = match self.take_state() {
            State::Pending(command) => (Some(command), CommandStage::Running),
            // A host that loads a catalog outside of any command.
            State::Idle if self.telemetry.ask(project.as_ref().map(|project| project.path.as_path())).is_some() => {
                (None, CommandStage::Ending)
            }
            State::Idle | State::Recorded | State::RefusedByWords | State::Done => return Ok(()),
        };
        let statistics = source::statistics(catalog);
        let event = match command {
            Some(command) => self.event_of(&command),
            None => self.begin(project.as_ref()),
        };
        let Some(mut event) = event else { return Ok(()) };
        event::set_statistics(&mut event, &statistics);
        if catalog.pipelines_deferred() {
            event.set_incomplete();
        }
        if self.telemetry.record(&event) && self.telemetry.deliver(stage) == DeliveryStep::AtCommandEnd {
            *self.state() = State::Recorded;
        }
        Ok(())
    }

    fn after_command_run(&self, _: &CommandRun) -> Result<()> {
        let is_recorded = match self.take_state() {
            State::Pending(command) => self.event_of(&command).is_some_and(|event| self.telemetry.record(&event)),
            State::Recorded => true,
            State::Idle | State::RefusedByWords | State::Done => false,
        };
        if is_recorded {
            self.telemetry.deliver(CommandStage::Ending);
        }
        Ok(())
    }

    fn plugin_commands(&self, _: &CommandSet) -> Result<Vec<PluginCommand>> {
        let command = TelemetryCommand::new(self.telemetry.clone(), self.host.clone(), Arc::clone(&self.project));
        Ok(vec![PluginCommand::new(command)])
    }

    /// Whether the event has been recorded.
    fn usage_event(&self, usage: &Usage) -> Result<bool> {
        let is_recorded = self.raised(usage).is_some_and(|event| self.telemetry.record(&event));
        if is_recorded {
            let goes_on = matches!(*self.state(), State::Pending(_) | State::Recorded);
            self.telemetry.deliver(if goes_on { CommandStage::Running } else { CommandStage::Ending });
        }
        Ok(is_recorded)
    }

    /// The event that another plugin, or the host, has raised, if there is consent.
    ///
    /// Not under a refusal of the command line, or of the project that the command works on, either,
    /// whatever project the event is about. As Heap takes no event without a name, none is recorded.
    fn raised(&self, usage: &Usage) -> Option<Event> {
        if matches!(*self.state(), State::RefusedByWords) {
            return None;
        }
        if usage.name().is_empty() {
            self.log(format_args!("a usage event of `{}` has no name: it is not recorded", usage.raised_by()));
            return None;
        }
        let current = self.project.get();
        let current_path = current.as_ref().map(|current| current.path.as_path());
        // Consent is asked for again by a process that works elsewhere.
        let path = usage.project_path().map(std::path::absolute).transpose();
        let path = path.inspect_err(|error| self.log(error)).ok()?;
        self.telemetry.ask(current_path)?;
        let project = match path {
            Some(path) if current_path == Some(&path) => current.clone(),
            Some(path) => Some(LoadedProject { path, package_name: String::new() }),
            None => None,
        };
        let mut event = self.begin(project.as_ref())?;
        let properties = usage.properties();
        let properties = properties.into_iter().map(|(name, value)| (name, source::scalar(value)));
        event::set_raised(&mut event, usage.name(), properties);
        if let Some(path) = current_path {
            event.set_project(path);
        }
        Some(event)
    }

    /// The event of this command, if there is still consent.
    fn event_of(&self, command: &StartedCommand) -> Option<Event> {
        let mut event = self.begin(command.project.as_ref())?;
        event.set_time(command.at);
        let masked = mask::mask(&command.vocabulary, &command.args);
        event::set_command(&mut event, &source::host_facts(&self.host), &masked);
        if let Some(path) = &command.found_later {
            event.set_project(path);
        }
        Some(event)
    }

    /// An event about something in `project`, if there is consent; to be recorded at once, as ids
    /// are made for it.
    fn begin(&self, project: Option<&LoadedProject>) -> Option<Event> {
        let path = project.map(|project| project.path.as_path());
        let mut event = self.telemetry.begin(COMMAND_EVENT, path)?;
        let described = match project {
            Some(project) if self.telemetry.is_unattended() => {
                project::describe(&project.path, Some(&project.package_name))
            }
            Some(project) => project::identify(&project.path, Some(&project.package_name)),
            None => ProjectReading::default(),
        };
        if let Some(problem) = &described.problem {
            self.log(problem);
        }
        event::describe(&mut event, &described.project, &source::host_facts(&self.host), self.telemetry.is_ci());
        Some(event)
    }

    /// The state, which goes on as done, or as refused until the next command. Taken and not looked
    /// at in place: the lock must not be held while the host is told something.
    fn take_state(&self) -> State {
        let mut state = self.state();
        let next = if matches!(*state, State::RefusedByWords) { State::RefusedByWords } else { State::Done };
        std::mem::replace(&mut *state, next)
    }

    fn log(&self, message: impl Display) {
        self.host.log(LogLevel::Debug, &message.to_string());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is replaced whole, so a panic leaves a sound one behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

hookspec::export_plugin!(TelemetryPlugin, settings = ["endpoint", "app_id", "delivery", "timeout"]);
