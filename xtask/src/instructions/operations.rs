//! What is counted, and where it runs.

use std::{borrow::Cow, fs, path::Path, process::Command};

use tests::{Artifacts, Sandbox};

use crate::bench::startup::install_noops;

/// An operation of the program `instructions`.
pub struct Operation {
    /// Its name there.
    pub name: Cow<'static, str>,
    /// What it is, for readers.
    pub what: &'static str,
    /// What it cannot do without, by its name.
    pub floor: Option<&'static str>,
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

const fn operation(
    name: &'static str,
    what: &'static str,
    times: usize,
    needs: Needs,
    floor: Option<&'static str>,
) -> Operation {
    Operation { name: Cow::Borrowed(name), what, floor, times, needs }
}

const POINTER: Option<&str> = Some("pointer");
const AGREED: Needs = Needs::Telemetry { is_refused: false };
const REFUSED: Needs = Needs::Telemetry { is_refused: true };

/// All of them; behind those of ours what they cannot do without.
pub static OPERATIONS: [Operation; 12] = [
    operation("no-answer-1", "a hook call without answer, one hookimpl", 1000, Needs::Nothing, POINTER),
    operation("no-answer-10", "the same, ten hookimpls", 1000, Needs::Nothing, POINTER),
    operation("answer-1", "a hook call with a number as answer, one hookimpl", 1000, Needs::Nothing, POINTER),
    operation("answer-10", "the same, ten hookimpls", 1000, Needs::Nothing, POINTER),
    operation("fold-10", "a fold of a number through ten hookimpls", 1000, Needs::Nothing, POINTER),
    operation("load", "a plugin: a look at its library, and loading it", 10, Needs::Noops, Some("dlopen")),
    operation("record", "an event of a command in a project", 20, AGREED, Some("file")),
    operation("refuse", "such a command of a user who refuses", 20, REFUSED, None),
    operation("pointer", "a call through a pointer", 1000, Needs::Nothing, None),
    operation("dlopen", "`dlopen` of a Rust library that is no plugin", 10, Needs::Libraries, None),
    operation("file", "a file made, written, closed and renamed", 100, Needs::Folder, None),
    operation("append", "as much at the end of an open file", 100, Needs::Folder, None),
];

impl Operation {
    /// One that works on nothing, so often and twice as often.
    pub const fn plain(name: String, times: usize) -> Self {
        Self { name: Cow::Owned(name), what: "", floor: None, times, needs: Needs::Nothing }
    }

    /// The command that does it so many times, in a sandbox that nothing has been done in.
    pub fn command(&self, artifacts: &Artifacts, sandbox: &Sandbox, times: usize) -> Result<Command, String> {
        let mut command = sandbox.command(&artifacts.binary("instructions"));
        command.args([&*self.name, &times.to_string()]).current_dir(sandbox.path("home"));
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
