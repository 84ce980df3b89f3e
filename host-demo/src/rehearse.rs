//! What plugins would be told of a command line that is not run.

use std::{
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, OnceLock, Weak},
};

use hookspec::{
    Failed, Hooks, Host, Plugin, Result,
    specs::{Catalog, CommandLine, CommandRun, CountPipelines, Rehearsal, RehearsalSource, RehearseCommand},
};
use hookspec_host::read_command_line;

use crate::{
    cli::{Cli, GlobalOptions},
    commands,
    context::Context,
    count,
    plugins::Plugins,
    views::{Run, to_text},
    vocabulary::Vocabulary,
};

/// Answers the hooks by which plugins ask this program: `rehearse_command` and `count_pipelines`.
pub struct Rehearsing {
    /// Weakly, as the plugins hold on to this.
    plugins: Weak<Plugins>,
    /// The project that the command line names.
    project: Option<PathBuf>,
    vocabulary: Arc<OnceLock<Arc<Vocabulary>>>,
}

impl Rehearsing {
    /// Of command lines typed in place of the one that names `project`.
    pub fn new(plugins: &Arc<Plugins>, project: Option<PathBuf>, vocabulary: Arc<OnceLock<Arc<Vocabulary>>>) -> Self {
        Self { plugins: Arc::downgrade(plugins), project, vocabulary }
    }

    fn rehearse(&self, line: &CommandLine) -> Result<Option<Rehearsal>> {
        let words: Vec<OsString> = line.args().into_iter().map(OsString::from).collect();
        let (Some(plugins), Some(vocabulary)) = (self.plugins.upgrade(), self.vocabulary.get()) else {
            return Ok(None);
        };
        let (mut options, command) = read_command_line::<Cli, GlobalOptions>(&words);
        options.project = options.project.or_else(|| self.project.clone());
        let (context, command) = (Arc::new(Context::new(options, plugins)), to_text(&command));
        if context.observers_of(&command).is_none() {
            return Ok(None);
        }
        let run = Run { words: command, context, vocabulary: Arc::clone(vocabulary), exit_code: None };
        Ok(Some(Rehearsal::new(Rehearsed { run, words: to_text(&words) })))
    }
}

impl Plugin for Rehearsing {
    fn new(_: Host) -> Result<Self> {
        Err(Failed::new("it is made with the program's own options"))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(RehearseCommand, Self::rehearse);
        hooks.on(CountPipelines, |_, project| Ok(count::pipelines(project)));
    }
}

/// A command line that is shown to a plugin and not run.
struct Rehearsed {
    run: Run,
    words: Vec<String>,
}

impl RehearsalSource for Rehearsed {
    fn run(&self) -> CommandRun {
        CommandRun::new(self.run.clone())
    }

    fn catalog(&self) -> Option<Catalog> {
        commands::catalog_for(&self.run.context, &self.words)
    }
}
