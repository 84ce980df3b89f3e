//! The native program of the Python package kedro-telemetry.
//!
//! `kedro plugin …` and the commands that plugins add run in it, without another Python, and so does
//! what plugins do in the background: sending events. It is started by the package and finds the
//! plugins beside itself first, then the user's.

use std::{io, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use hookspec::{
    Hooks, Host, Plugin,
    specs::{
        Catalog, CommandLine, CommandNode, CommandNodeSource, CommandRun, CommandRunSource, CountPipelines, Project,
        ProjectSource, Rehearsal, RehearsalSource, RehearseCommand, UsageEvent,
    },
};
use hookspec_host::{
    App, CommandError, HostProgram, ManagePlugins, PluginManager, PluginOptions, Program, RegisterError, output::warn,
};

/// Plugins of Kedro, and what they add to it.
#[derive(Debug, Parser)]
#[command(name = "kedro", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// See, check, install and switch plugins that are shared libraries
    #[command(subcommand)]
    Plugin(ManagePlugins),
}

#[derive(Debug, Default, Clone, Args)]
struct Options {
    #[command(flatten)]
    plugins: PluginOptions,
    /// Folder of the project that Kedro has found
    #[arg(long, value_name = "DIR", global = true, hide = true)]
    project: Option<PathBuf>,
    /// Name of the project's package
    #[arg(long, value_name = "NAME", global = true, hide = true)]
    package: Option<String>,
}

impl AsRef<PluginOptions> for Options {
    fn as_ref(&self) -> &PluginOptions {
        &self.plugins
    }
}

struct KedroPrograms;

impl HostProgram for KedroPrograms {
    const PROGRAM: Program = Program::new("kedro", env!("CARGO_PKG_VERSION")).with_own_plugins_first();
    type Cli = Cli;
    type Options = Options;

    fn declare(manager: &PluginManager, options: &Options) -> Result<Self, RegisterError> {
        manager.declare(UsageEvent)?;
        manager.declare(RehearseCommand)?;
        manager.declare(CountPipelines)?;
        let project = options.project.as_ref().and_then(|path| path.to_str());
        let package = options.package.clone().unwrap_or_default();
        let found = Found(project.map(|path| (path.to_owned(), package)));
        if let Err(error) = manager.register_value(Self::PROGRAM.name(), found) {
            warn(&error.to_string());
        }
        Ok(Self)
    }

    fn run(&self, cli: Cli, app: &App<Self>) -> Result<u8, CommandError> {
        let Command::Plugin(command) = cli.command;
        app.manage_plugins(&command, &mut io::stdout())?;
        Ok(0)
    }
}

fn main() -> ExitCode {
    hookspec_host::run::<KedroPrograms>()
}

/// The project that Kedro has found, for plugins that ask for it: folder and package.
#[derive(Clone)]
struct Found(Option<(String, String)>);

impl Plugin for Found {
    fn new(_: Host) -> hookspec::Result<Self> {
        Err(hookspec::Failed::new("it is made with the program's own options"))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(RehearseCommand, |found, line| Ok(Some(Rehearsal::new(Rehearsed::of(found, line)))));
    }
}

/// A command line in that project. Which words are Kedro's, only Kedro itself can tell.
#[derive(Clone)]
struct Rehearsed {
    words: Vec<String>,
    found: Found,
}

impl Rehearsed {
    fn of(found: &Found, line: &CommandLine) -> Self {
        Self { words: line.args().into_iter().map(str::to_owned).collect(), found: found.clone() }
    }
}

impl RehearsalSource for Rehearsed {
    fn run(&self) -> CommandRun {
        CommandRun::new(self.clone())
    }

    fn catalog(&self) -> Option<Catalog> {
        None
    }
}

impl CommandRunSource for Rehearsed {
    fn args(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    fn project(&self) -> Option<Project> {
        self.found.0.clone().map(|(path, package)| Project::new(FoundProject { path, package }))
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(NoWords)
    }

    fn exit_code(&self) -> Option<i32> {
        None
    }
}

struct FoundProject {
    path: String,
    package: String,
}

impl ProjectSource for FoundProject {
    fn path(&self) -> &str {
        &self.path
    }

    fn package_name(&self) -> &str {
        &self.package
    }
}

struct NoWords;

impl CommandNodeSource for NoWords {
    fn name(&self) -> &str {
        "kedro"
    }

    fn options(&self) -> Vec<&str> {
        Vec::new()
    }

    fn commands(&self) -> Vec<CommandNode> {
        Vec::new()
    }
}
