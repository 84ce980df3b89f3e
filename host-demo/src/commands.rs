//! The commands, one function each, and what they share.

pub mod catalog;
pub mod completions;
pub mod info;
pub mod new;
pub mod plugin;
pub mod registry;

use std::{io::Write, sync::Arc};

use clap::Parser;
use hookspec::specs::Catalog as CatalogView;
use kedro_project::{ConfigSource, Project};

use crate::{
    cli::{CatalogCommand, Cli, Command, RegistryCommand},
    context::Context,
    error::Error,
    plugins::views,
};

/// Loads the project of a command, which plugins hear of.
fn load_project(context: &Context) -> Result<(Project, ConfigSource), Error> {
    let project = context.project()?;
    let source = context.config_source(&project)?;
    if let Some((plugins, view)) = context.observers().zip(views::context(&project, source.environment())) {
        plugins.after_context_created(&view);
    }
    Ok((project, source))
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
