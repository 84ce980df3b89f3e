//! The commands, one function each, and what they share.

pub mod catalog;
pub mod info;
pub mod new;
pub mod plugin;
pub mod registry;

use std::env;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use plugin_api::specs::Catalog as CatalogView;

use crate::cli::{CatalogCommand, Cli, Command, GlobalArgs, PluginCommand, RegistryCommand};
use crate::config::{self, ConfigSource};
use crate::error::Error;
use crate::plugins::{Plugins, views};
use crate::project::{Project, ProjectError};

/// What every command starts from.
pub struct Context {
    /// Directory the command works in.
    pub directory: PathBuf,
    /// Configuration environment asked for, by `--env` or `KEDRO_ENV`.
    pub environment: Option<String>,
    /// The options of every command.
    pub global: GlobalArgs,
    /// The plugins, to be told what happens.
    pub plugins: Arc<Plugins>,
}

impl Context {
    /// The context of a command line.
    pub fn new(args: &GlobalArgs, plugins: Arc<Plugins>) -> Result<Self, Error> {
        let directory = match &args.project {
            Some(directory) => directory.clone(),
            None => env::current_dir().map_err(Error::CurrentDirectory)?,
        };
        let environment = args.env.clone().or_else(|| env::var("KEDRO_ENV").ok()).filter(|name| !name.is_empty());
        Ok(Self { directory, environment, global: args.clone(), plugins })
    }

    /// The project here, if there is one.
    pub fn find_project(&self) -> Result<Option<Project>, Error> {
        Ok(Project::find(&self.directory)?)
    }

    /// The project here, for commands that cannot do without.
    pub fn project(&self) -> Result<Project, Error> {
        Ok(self.find_project()?.ok_or_else(|| ProjectError::NotFound(self.directory.clone()))?)
    }

    /// Where the configuration of `project` is read from.
    pub fn config_source(&self, project: &Project) -> Result<ConfigSource, Error> {
        Ok(config::source_of(project, self.environment.as_deref())?)
    }

    /// Loads the project here, which plugins hear of.
    pub fn load_project(&self) -> Result<(Project, ConfigSource), Error> {
        let project = self.project()?;
        let source = self.config_source(&project)?;
        self.plugins.after_context_created(&views::context(&project, &source.run_env));
        Ok((project, source))
    }
}

/// Runs a command.
pub fn run(context: &Context, command: &Command, out: &mut impl Write) -> Result<(), Error> {
    match command {
        Command::Info => info::run(context, out),
        Command::New(args) => new::run(context, args, out),
        Command::Catalog { command: CatalogCommand::List(args) } => catalog::run(context, args, out),
        Command::Plugin { command: PluginCommand::List(args) } => plugin::list(context, args, out),
        Command::Registry { command: RegistryCommand::List(args) } => registry::run(context, args, out),
    }
}

/// The catalog that the command line `words` would read, for a plugin that shows what it would say of it.
pub fn catalog_for(context: &Context, words: &[&str]) -> Result<Option<CatalogView>, Error> {
    let Ok(cli) = Cli::try_parse_from([&[env!("CARGO_PKG_NAME")], words].concat()) else {
        return Ok(None);
    };
    if !matches!(cli.command, Command::Catalog { .. }) {
        return Ok(None);
    }
    let mut other = Context::new(&cli.global, Arc::clone(&context.plugins))?;
    if cli.global.project.is_none() {
        other.directory.clone_from(&context.directory);
    }
    let project = other.project()?;
    let catalog = catalog::load(&other.config_source(&project)?, false)?;
    Ok(Some(views::catalog(Arc::new(catalog), project)))
}
