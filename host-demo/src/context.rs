//! What every command starts from: its options, its project, its plugins.

use std::{env, path::PathBuf, sync::Arc};

use kedro_project::{ConfigSource, Project};
use once_cell::sync::OnceCell;

use crate::{cli::GlobalOptions, error::Error, plugins::Plugins};

/// The command that shells run as they start, of which no plugin is told.
const UNOBSERVED: &str = "completions";

/// What every command starts from.
pub struct Context {
    /// The options of every command.
    pub options: GlobalOptions,
    /// The plugins, to be told what happens.
    pub plugins: Arc<Plugins>,
    /// The project, once it has been looked for.
    project: OnceCell<Option<Project>>,
}

impl Context {
    /// The context of a command line.
    pub fn new(options: GlobalOptions, plugins: Arc<Plugins>) -> Self {
        Self { options, plugins, project: OnceCell::new() }
    }

    /// Directory the command works in.
    pub fn directory(&self) -> Result<PathBuf, Error> {
        match &self.options.project {
            Some(directory) => Ok(directory.clone()),
            None => env::current_dir().map_err(Error::CurrentDirectory),
        }
    }

    /// Configuration environment asked for, by `--env` or `KEDRO_ENV`.
    fn environment(&self) -> Option<String> {
        self.options.env.clone().or_else(|| env::var("KEDRO_ENV").ok()).filter(|name| !name.is_empty())
    }

    /// The project here, if there is one.
    pub fn find_project(&self) -> Result<Option<Project>, Error> {
        let found = self.project.get_or_try_init(|| Ok::<_, Error>(Project::find(&self.directory()?)?))?;
        Ok(found.clone())
    }

    /// The plugins, as long as they can be told which project a command is about.
    ///
    /// A project that cannot be read, or whose path is not text, cannot be named to them, and a
    /// plugin that took it for none would not find what the project says of that plugin, a refusal
    /// of telemetry for one.
    pub fn observers(&self) -> Option<&Plugins> {
        let project = self.find_project().ok()?;
        let is_text = project.is_none_or(|project| project.root().to_str().is_some());
        is_text.then_some(&self.plugins)
    }

    /// The same for the command of these words, if plugins are told of it.
    pub fn observers_of(&self, words: &[String]) -> Option<&Plugins> {
        let is_unobserved = words.first().is_some_and(|command| command == UNOBSERVED);
        self.observers().filter(|_| !is_unobserved)
    }

    /// The project here, for commands that cannot do without.
    pub fn project(&self) -> Result<Project, Error> {
        match self.find_project()? {
            Some(project) => Ok(project),
            None => Err(Error::NoProject(self.directory()?)),
        }
    }

    /// Where the configuration of `project` is read from.
    pub fn config_source(&self, project: &Project) -> Result<ConfigSource, Error> {
        let mut source = ConfigSource::of(project, self.environment().as_deref())?;
        if let Some(conf) = &self.options.conf_source {
            source = source.with_conf_source(self.directory()?.join(conf));
        }
        match &self.options.params {
            Some(params) => Ok(source.with_params(params)?),
            None => Ok(source),
        }
    }
}
