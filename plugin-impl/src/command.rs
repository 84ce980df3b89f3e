//! Telemetry's commands, as commands of the host.

use std::{io, path::Path, sync::Arc};

use hookspec::{
    Failed, Host, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource},
    specs::{CommandLine as RehearsedLine, Project, RehearseCommand},
};
use usage_telemetry::{CommandHelp, CommandLine, Event, Output, Telemetry};

use crate::{
    answer,
    current_project::{CurrentProject, LoadedProject},
    event::{self, COMMAND_EVENT},
    mask, project, source,
};

/// The word that calls them.
const NAME: &str = "telemetry";

/// Whether these words call it: looking at telemetry, or refusing it, is nobody's business.
pub(crate) fn is_own(args: &[&str]) -> bool {
    args.first() == Some(&NAME)
}

/// `telemetry`, with its subcommands.
pub(crate) struct TelemetryCommand {
    help: CommandHelp,
    telemetry: Telemetry,
    host: Host,
    project: Arc<CurrentProject>,
}

impl TelemetryCommand {
    pub(crate) fn new(telemetry: Telemetry, host: Host, project: Arc<CurrentProject>) -> Self {
        Self { help: telemetry.command(), telemetry, host, project }
    }
}

impl PluginCommandSource for TelemetryCommand {
    fn name(&self) -> &str {
        self.help.name
    }

    fn about(&self) -> &str {
        self.help.about
    }

    fn help(&self) -> &str {
        &self.help.help
    }

    fn commands(&self) -> Vec<PluginCommand> {
        self.telemetry.subcommands().into_iter().map(|help| PluginCommand::new(Listed(help))).collect()
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        let project = self.project.get().or_else(|| told_of(&self.host));
        let root = project.as_ref().map(|project| project.path.as_path());
        let output = CallOutput(&call);
        let rehearsal = |words: &[String], event| rehearse(words, event, &self.telemetry, &self.host);
        let line = CommandLine::new(call.args(), &output).in_project(root).with_rehearsal(&rehearsal);
        self.telemetry.run(&line).map_err(Failed::from)
    }
}

/// The project here, from a host that does not call hooks around plugins' commands.
fn told_of(host: &Host) -> Option<LoadedProject> {
    let rehearsal = host.call(RehearseCommand, RehearsedLine::of([NAME])).ok()??;
    let project = rehearsal.run().project()?;
    Some(LoadedProject::new(project.path(), project.package_name()))
}

/// The event that these words would record. Nothing is run, written or sent.
fn rehearse(
    words: &[String],
    mut event: Event,
    telemetry: &Telemetry,
    host: &Host,
) -> std::result::Result<Option<Event>, usage_telemetry::Error> {
    let line = RehearsedLine::of(words.iter().map(String::as_str));
    let rehearsal = host.call(RehearseCommand, line).map_err(usage_telemetry::Error::new)?;
    let Some(rehearsal) = rehearsal else { return Ok(None) };
    let run = rehearsal.run();
    let args = run.args();
    if is_own(&args) || answer::refuses(&args) {
        return Ok(None);
    }
    let project = run.project();
    let root = project.as_ref().map(|project| Path::new(project.path()));
    let package_name = project.as_ref().map(Project::package_name);
    let described = root.map(|root| project::describe(root, package_name)).unwrap_or_default();
    let host = source::host_facts(host);
    event.rename(COMMAND_EVENT);
    event::describe(&mut event, &described.project, &host, telemetry.is_ci());
    event::set_command(&mut event, &host, &mask::mask(&source::vocabulary(&run.vocabulary(), &args), &args));
    if let Some(statistics) = rehearsal.catalog().as_ref().and_then(source::statistics) {
        event::set_statistics(&mut event, &statistics);
    }
    if let Some(root) = root {
        event.set_project(root);
    }
    Ok(Some(event))
}

/// A subcommand as the host is told of it.
struct Listed(CommandHelp);

impl PluginCommandSource for Listed {
    fn name(&self) -> &str {
        self.0.name
    }

    fn about(&self) -> &str {
        self.0.about
    }

    fn usage(&self) -> &str {
        self.0.usage
    }

    fn help(&self) -> &str {
        &self.0.help
    }

    fn options(&self) -> Vec<&str> {
        self.0.options.to_vec()
    }

    /// Only the outermost command is run.
    fn run(&self, _: CommandCall) -> Result<i32> {
        Err(Failed::new("run it as `telemetry`"))
    }
}

/// Where the host wants a command's output.
struct CallOutput<'a>(&'a CommandCall);

impl Output for CallOutput<'_> {
    fn print(&self, text: &str) -> io::Result<()> {
        self.0.print(text).map_err(|error| io::Error::other(error.to_string()))
    }

    fn print_error(&self, text: &str) {
        self.0.print_error(text);
    }

    fn colors(&self) -> bool {
        self.0.colors()
    }
}
