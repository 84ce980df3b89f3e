//! Notes, with plugins and telemetry: a whole host that has nothing to do with any other.

mod hooks;
mod usage;

use std::{fs::OpenOptions, io, io::Write, process::ExitCode};

use clap::{Parser, Subcommand};
use hookspec_host::{App, CommandError, HookCaller, HostProgram, ManagePlugins, PluginManager, PluginOptions, Program};
use usage_telemetry::{Telemetry, TelemetryWords, Terminal};

/// Keep notes in the file notes.txt.
#[derive(Parser)]
#[command(name = "notes", version)]
struct Cli {
    #[command(flatten)]
    options: PluginOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keep a note
    Add { text: String },
    /// See, install and switch plugins
    #[command(subcommand)]
    Plugin(ManagePlugins),
    /// See, refuse and send usage events
    Telemetry(TelemetryWords),
}

struct Notes(HookCaller<hooks::BeforeSave>);

impl HostProgram for Notes {
    const PROGRAM: Program = Program::new("notes", env!("CARGO_PKG_VERSION"));
    type Cli = Cli;
    type Options = PluginOptions;
    fn declare(manager: &PluginManager, _: &PluginOptions) -> Result<Self, hookspec_host::RegisterError> {
        manager.declare(hooks::BeforeSave).map(Self)
    }

    fn run(&self, cli: Cli, app: &App<Self>) -> Result<u8, CommandError> {
        let telemetry = Telemetry::new(usage::profile(), app.relauncher());
        match cli.command {
            Command::Add { text } => {
                let text = self.0.call(&hooks::note(&text))?.unwrap_or(text);
                writeln!(OpenOptions::new().create(true).append(true).open("notes.txt")?, "{text}")?;
                telemetry.count("note_added", |event| event.set(usage::WORDS, text.split(' ').count() as u64));
            }
            Command::Plugin(command) => app.manage_plugins(&command, &mut io::stdout())?,
            Command::Telemetry(words) => return Ok(telemetry.run_command(words, &Terminal)),
        }
        Ok(0)
    }
}

fn main() -> ExitCode {
    hookspec_host::run::<Notes>()
}
