//! A host that runs pipelines as Kedro does, as far as plugins can see: it fires the hooks in
//! Kedro's order, with nothing behind them.
//!
//! `pipeline-host SCENARIO.json` runs a pipeline; `pipeline-host SCENARIO.json WORD…` runs a plugin's
//! command.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test host that cannot go on fails")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::PathBuf,
    process::{Command, Stdio, exit},
};

use hookspec::{
    Error, LogLevel,
    command::{CommandCall, CommandCallSource, CommandSet, CommandSetSource, PluginCommands},
};
use hookspec_host::{ErrorPolicy, HostServices, PluginFile, PluginManager, Trust};
use serde::Deserialize;
use tests::{PipelineHooks, RunScript};

#[derive(Deserialize)]
struct Scenario {
    /// The plugin's library.
    library: PathBuf,
    settings: BTreeMap<String, String>,
    #[serde(default)]
    script: RunScript,
}

fn main() {
    let mut args = env::args().skip(1);
    let file = PathBuf::from(args.next().expect("a scenario file"));
    let words: Vec<String> = args.collect();
    let Scenario { library, settings, script } = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();

    let manager = PluginManager::new(Services { settings, file }, ErrorPolicy::Propagate);
    let hooks = PipelineHooks::declare(&manager);
    let commands = manager.declare(PluginCommands).unwrap();
    manager.load(&PluginFile::inspect(&library, Trust::Everyone)).unwrap();
    let Some((name, args)) = words.split_first() else { return hooks.run(&script) };

    let added = commands.call(&CommandSet::new(NoCommands)).unwrap();
    let command = added.iter().flatten().find(|command| command.name() == name).expect("a plugin's command");
    let code = command.run(CommandCall::new(Call(args.to_vec()))).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        1
    });
    exit(code);
}

struct Services {
    settings: BTreeMap<String, String>,
    file: PathBuf,
}

impl HostServices for Services {
    fn name(&self) -> &str {
        "kedro"
    }

    fn version(&self) -> &str {
        "1.7.0"
    }

    fn setting(&self, _: &str, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    fn log(&self, _: &str, level: LogLevel, message: &str) {
        if level >= LogLevel::Warn {
            eprintln!("warning: {message}");
        }
    }

    fn relaunch(&self, _: &str, args: &[&str]) -> Result<(), Error> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(&self.file).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.spawn().map(drop)?)
    }
}

struct NoCommands;

impl CommandSetSource for NoCommands {
    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

struct Call(Vec<String>);

impl CommandCallSource for Call {
    fn args(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    fn print(&self, text: &str) -> Result<(), Error> {
        print!("{text}");
        Ok(())
    }

    fn print_error(&self, text: &str) {
        eprint!("{text}");
    }

    fn colors(&self) -> bool {
        false
    }
}
