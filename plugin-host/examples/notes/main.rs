//! Notes, with plugins and telemetry: a whole host that has nothing to do with any other.

mod notebook;
mod usage;

use std::{io, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use hookspec_host::{App, CommandError, HostProgram, ManagePlugins, PluginManager, PluginOptions, Program};
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
    /// Write all notes to a file, as a page if it ends in .html
    Export { file: PathBuf },
    /// See, install and switch plugins
    #[command(subcommand)]
    Plugin(ManagePlugins),
    /// See, refuse and send usage events
    Telemetry(TelemetryWords),
}

impl HostProgram for notebook::Notebook {
    const PROGRAM: Program = Program::new("notes", env!("CARGO_PKG_VERSION"));
    type Cli = Cli;
    type Options = PluginOptions;
    fn declare(manager: &PluginManager, _: &PluginOptions) -> Result<Self, hookspec_host::RegisterError> {
        Self::declare(manager)
    }

    fn run(&self, cli: Cli, app: &App<Self>) -> Result<u8, CommandError> {
        let telemetry = Telemetry::new(usage::profile(), app.relauncher());
        match cli.command {
            Command::Add { text } => {
                let words = self.add(text)?.text.split(' ').count() as u64;
                telemetry.count("note_added", |event| event.set(usage::WORDS, words));
            }
            Command::Export { file } => self.export(&file)?,
            Command::Plugin(command) => app.manage_plugins(&command, &mut io::stdout())?,
            Command::Telemetry(words) => return Ok(telemetry.run_command(words, &Terminal)),
        }
        Ok(0)
    }
}

fn main() -> ExitCode {
    hookspec_host::run::<notebook::Notebook>()
}
