//! What is counted, and where it runs.

use std::{fs, path::Path, process::Command};

use tests::{Artifacts, Sandbox};

use crate::bench::startup::install_noops;

/// An operation of the program `instructions`.
pub struct Operation {
    /// Its name there.
    pub name: &'static str,
    /// So many times, and twice as many: the difference is that of so many alone.
    pub times: usize,
    needs: Needs,
}

/// What an operation works on.
enum Needs {
    Nothing,
    /// So many plugins that do nothing, each a library of its own.
    Noops,
    /// As many libraries that are no plugins.
    Libraries,
    /// The telemetry plugin, for a user who agrees or refuses.
    Telemetry {
        is_refused: bool,
    },
    /// An empty folder.
    Folder,
}

const fn operation(name: &'static str, times: usize, needs: Needs) -> Operation {
    Operation { name, times, needs }
}

/// All of them; behind those of ours what they cannot do without.
pub const OPERATIONS: [Operation; 12] = [
    operation("no-answer-1", 1000, Needs::Nothing),
    operation("no-answer-10", 1000, Needs::Nothing),
    operation("answer-1", 1000, Needs::Nothing),
    operation("answer-10", 1000, Needs::Nothing),
    operation("fold-10", 1000, Needs::Nothing),
    operation("load", 10, Needs::Noops),
    operation("record", 20, Needs::Telemetry { is_refused: false }),
    operation("refuse", 20, Needs::Telemetry { is_refused: true }),
    operation("pointer", 1000, Needs::Nothing),
    operation("dlopen", 10, Needs::Libraries),
    operation("file", 100, Needs::Folder),
    operation("append", 100, Needs::Folder),
];

impl Operation {
    /// The command that does it so many times, in a sandbox that nothing has been done in.
    pub fn command(&self, artifacts: &Artifacts, sandbox: &Sandbox, times: usize) -> Result<Command, String> {
        let mut command = sandbox.command(&artifacts.binary("instructions"));
        command.args([self.name, &times.to_string()]).current_dir(sandbox.path("home"));
        let plugins = sandbox.path("plugins");
        match self.needs {
            Needs::Nothing => {}
            Needs::Noops => {
                install_noops(sandbox, artifacts, times)
                    .map_err(|error| format!("no plugin can be copied: {error}"))?;
                command.arg(plugins);
            }
            Needs::Libraries => {
                copies(&artifacts.fixture("no_plugin"), &plugins, times)?;
                command.arg(plugins);
            }
            Needs::Telemetry { is_refused } => {
                // No endpoint is known: events stay in the sandbox.
                sandbox.set_told();
                command.envs(is_refused.then_some(("DO_NOT_TRACK", "1")));
                command.arg(artifacts.telemetry()).arg(sandbox.project()).arg(sandbox.path("state"));
            }
            Needs::Folder => {
                command.arg(plugins);
            }
        }
        Ok(command)
    }
}

fn copies(library: &Path, folder: &Path, count: usize) -> Result<(), String> {
    for index in 0..count {
        let copy = folder.join(format!("{index:03}"));
        fs::copy(library, &copy).map_err(|error| format!("cannot write {}: {error}", copy.display()))?;
    }
    Ok(())
}
