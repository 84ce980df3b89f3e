//! The plugin and its hookimpls.

use std::{
    fmt::Display,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use hookspec::{
    Hooks, Host, LogLevel, Plugin, Result,
    command::{CommandSet, PluginCommand, PluginCommands},
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, AskUsageFacts, BeforeCommandRun, Catalog,
        CommandRun, Context, Usage, UsageEvent, UsageFacts, UsageScope,
    },
};
use usage_telemetry::{CommandStage, Event, Telemetry};

use crate::{
    answer,
    asked::{Asked, Found},
    command::{self, TelemetryCommand},
    current_project::{CurrentProject, LoadedProject},
    event::{self, COMMAND_EVENT},
    mask,
    profile::profile,
    project::{self, ProjectReading},
    source::{self, HostAsProgram},
    state::{StartedCommand, State},
};

/// The plugin.
struct TelemetryPlugin {
    host: Host,
    telemetry: Telemetry,
    state: Mutex<State>,
    project: Arc<CurrentProject>,
}

impl Plugin for TelemetryPlugin {
    fn new(host: Host) -> Result<Self> {
        let telemetry = Telemetry::new(profile(host.name()), HostAsProgram(host.clone()));
        Ok(Self { host, telemetry, state: Mutex::new(State::default()), project: Arc::default() })
    }

    fn register(hooks: &mut Hooks<Self>) {
        // What the project or the command line refuses has to be known when others raise events. What
        // the host does not have, there is nothing to be recorded of.
        hooks.on(BeforeCommandRun, Self::before_command_run).try_first().optional();
        hooks.on(AfterContextCreated, Self::after_context_created).optional();
        hooks.on(AfterCatalogCreated, Self::after_catalog_created).optional();
        hooks.on(AfterCommandRun, Self::after_command_run).optional();
        hooks.on(PluginCommands, Self::plugin_commands).optional();
        hooks.on(UsageEvent, Self::usage_event).optional();
        hooks.on(AskUsageFacts, Self::ask_usage_facts).optional();
    }
}

impl TelemetryPlugin {
    fn before_command_run(&self, run: &CommandRun) -> Result<()> {
        let args = run.args();
        let project = run.project().map(|project| LoadedProject::new(project.path(), project.package_name()));
        self.project.set(project.clone());
        let state = if answer::refuses(&args) {
            State::RefusedByWords
        } else if command::is_own(&args) {
            State::Own
        } else {
            let is_granted = self.telemetry.ask(LoadedProject::path_of(project.as_ref())).is_some();
            State::running(is_granted.then(|| StartedCommand {
                at: SystemTime::now(),
                vocabulary: source::vocabulary(&run.vocabulary(), &args),
                args: args.into_iter().map(str::to_owned).collect(),
                project,
            }))
        };
        *self.state() = state;
        Ok(())
    }

    /// A host may know the project only now, and with it what it says of telemetry; and it may load
    /// one after the other.
    fn after_context_created(&self, context: &Context) -> Result<()> {
        let project = LoadedProject::new(context.project_path(), context.package_name());
        self.project.set(Some(project.clone()));
        if self.state().records_sessions() {
            // Asked for again before an event is recorded; a refusal deletes what waits even now.
            self.telemetry.ask(Some(&project.path));
        }
        Ok(())
    }

    /// Each catalog that is read is an event, as in the original, within a command or without one.
    fn after_catalog_created(&self, catalog: &Catalog) -> Result<()> {
        if !self.state().records_sessions() {
            return Ok(());
        }
        let project = self.project.get();
        if self.telemetry.ask(LoadedProject::path_of(project.as_ref())).is_none() {
            return Ok(());
        }
        let Some(statistics) = source::statistics(catalog) else {
            self.log("a catalog could not be read: it is not counted");
            return Ok(());
        };
        let command = self.state().command();
        let event = match &command {
            Some(command) => self.event_of(command),
            None => self.begin(project.as_ref()),
        };
        let Some(mut event) = event else { return Ok(()) };
        event::set_statistics(&mut event, &statistics);
        if catalog.pipelines_deferred() {
            event.set_incomplete();
        }
        if self.telemetry.record(&event) {
            self.state().set_recorded();
            self.deliver();
        }
        Ok(())
    }

    fn after_command_run(&self, _: &CommandRun) -> Result<()> {
        let ended = self.state().end();
        let is_recorded = ended.unrecorded.is_some_and(|command| self.record_command(&command));
        if is_recorded || ended.is_delivery_due {
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
            self.deliver();
        }
        Ok(is_recorded)
    }

    /// What a host may say or send itself. Nothing is found out before it is asked for.
    fn ask_usage_facts(&self, scope: &UsageScope) -> Result<Option<UsageFacts>> {
        let current = self.project.get();
        let path = absolute(scope.project_path()).inspect_err(|error| self.log(error));
        // What cannot be looked at may refuse.
        let is_refused = path.is_err() || matches!(*self.state(), State::RefusedByWords);
        let project = path.ok().flatten().map(|path| match &current {
            Some(current) if current.path == path && scope.package_name().is_empty() => current.clone(),
            _ => LoadedProject { path, package_name: scope.package_name().to_owned() },
        });
        let (host, telemetry) = (self.host.clone(), self.telemetry.clone());
        Ok(Some(UsageFacts::new(Asked { host, telemetry, project, current, is_refused, found: Found::default() })))
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
        let current_path = LoadedProject::path_of(current.as_ref());
        let path = absolute(usage.project_path()).inspect_err(|error| self.log(error)).ok()?;
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

    /// Records that the command has run; whether it was recorded.
    fn record_command(&self, command: &StartedCommand) -> bool {
        let Some(mut event) = self.event_of(command) else { return false };
        event.set_time(command.at);
        self.telemetry.record(&event)
    }

    /// An event within this command, if there is still consent: its own project's, and that of another
    /// that is loaded now. It is about the other then; but what a project that is found late is
    /// stays unsaid, as in the original.
    fn event_of(&self, command: &StartedCommand) -> Option<Event> {
        let own = command.project.as_ref();
        let current = self.project.get();
        let other = current.as_ref().filter(|current| own.is_none_or(|own| own.path != current.path));
        if other.is_some() {
            self.telemetry.ask(LoadedProject::path_of(own))?;
            self.telemetry.ask(LoadedProject::path_of(other))?;
        }
        let mut event = self.begin(own.map(|own| other.unwrap_or(own)))?;
        let masked = mask::mask(&command.vocabulary, &command.args);
        event::set_command(&mut event, &source::host_facts(&self.host), &masked);
        if let Some(other) = other {
            event.set_project(&other.path);
        }
        Some(event)
    }

    /// An event about something in `project`, if there is consent; to be recorded at once, as ids
    /// are made for it.
    fn begin(&self, project: Option<&LoadedProject>) -> Option<Event> {
        let mut event = self.telemetry.begin(COMMAND_EVENT, LoadedProject::path_of(project))?;
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

    /// Sees to delivery, of which a command that waits for it does its part when it ends.
    fn deliver(&self) {
        let stage = self.state().stage();
        // The lock must not be held while the host is told something.
        let step = self.telemetry.deliver(stage);
        self.state().note_delivery(step);
    }

    fn log(&self, message: impl Display) {
        self.host.log(LogLevel::Debug, &message.to_string());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that may panic runs under the lock, so it is sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The path for a process that works elsewhere: consent is asked for again there.
fn absolute(path: Option<&str>) -> io::Result<Option<PathBuf>> {
    path.map(std::path::absolute).transpose()
}

hookspec::export_plugin!(
    TelemetryPlugin,
    settings = ["endpoint", "app_id", "format", "headers", "delivery", "timeout"]
);
