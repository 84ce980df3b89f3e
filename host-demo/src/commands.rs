//! The commands, one function each, and what they share.

pub mod catalog;
pub mod completions;
pub mod info;
pub mod new;
pub mod plugin;
pub mod registry;

use std::env;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use once_cell::sync::OnceCell;
use plugin_api::specs::Catalog as CatalogView;

use crate::cli::{CatalogCommand, Cli, Command, GlobalArgs, RegistryCommand};
use crate::config::{self, ConfigSource};
use crate::error::Error;
use crate::plugins::{Plugins, views};
use crate::project::{Project, ProjectError};

/// What every command starts from.
pub struct Context {
    /// The options of every command.
    pub global: GlobalArgs,
    /// The plugins, to be told what happens.
    pub plugins: Arc<Plugins>,
    /// The project, once it has been looked for.
    project: OnceCell<Option<Project>>,
}

impl Context {
    /// The context of a command line.
    pub fn new(global: GlobalArgs, plugins: Arc<Plugins>) -> Self {
        Self { global, plugins, project: OnceCell::new() }
    }

    /// Directory the command works in.
    pub fn directory(&self) -> Result<PathBuf, Error> {
        match &self.global.project {
            Some(directory) => Ok(directory.clone()),
            None => env::current_dir().map_err(Error::CurrentDirectory),
        }
    }

    /// Configuration environment asked for, by `--env` or `KEDRO_ENV`.
    fn environment(&self) -> Option<String> {
        self.global.env.clone().or_else(|| env::var("KEDRO_ENV").ok()).filter(|name| !name.is_empty())
    }

    /// The project here, if there is one.
    pub fn find_project(&self) -> Result<Option<Project>, Error> {
        let found = self.project.get_or_try_init(|| Ok::<_, Error>(Project::find(&self.directory()?)?))?;
        Ok(found.clone())
    }

    /// The project here, for commands that cannot do without.
    pub fn project(&self) -> Result<Project, Error> {
        match self.find_project()? {
            Some(project) => Ok(project),
            None => Err(ProjectError::NotFound(self.directory()?).into()),
        }
    }

    /// Where the configuration of `project` is read from.
    pub fn config_source(&self, project: &Project) -> Result<ConfigSource, Error> {
        Ok(config::source_of(project, self.environment().as_deref())?)
    }

    /// Loads the project here, which plugins hear of.
    pub fn load_project(&self) -> Result<(Project, ConfigSource), Error> {
        let project = self.project()?;
        let source = self.config_source(&project)?;
        self.plugins.after_context_created(&views::context(&project, &source.run_env));
        Ok((project, source))
    }
}

/// Runs a command. `cli` is the command line with what plugins add to it.
pub fn run(
    context: &Context,
    cli: impl FnOnce() -> clap::Command,
    command: &Command,
    out: &mut impl Write,
) -> Result<(), Error> {
    match command {
        Command::Info => info::run(context, out),
        Command::New(args) => new::run(context, args, out),
        Command::Catalog { command: CatalogCommand::List(args) } => catalog::run(context, args, out),
        Command::Plugin { command } => plugin::run(context, command, out),
        Command::Registry { command: RegistryCommand::List(args) } => registry::run(context, args, out),
        Command::Completions(args) => completions::run(cli(), args, out),
    }
}

/// The catalog that the command line `words` would read in `context`; `None` when it would read none, or could not.
pub fn catalog_for(context: &Context, words: &[String]) -> Option<CatalogView> {
    let cli =
        Cli::try_parse_from(std::iter::once(env!("CARGO_PKG_NAME")).chain(words.iter().map(String::as_str))).ok()?;
    if !matches!(cli.command, Command::Catalog { .. }) {
        return None;
    }
    let project = context.project().ok()?;
    let catalog = catalog::load(&context.config_source(&project).ok()?, false).ok()?;
    Some(views::catalog(Arc::new(catalog), project))
}
