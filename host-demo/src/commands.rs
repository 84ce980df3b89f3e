//! The commands, one function each, and what they share.

pub mod catalog;
pub mod info;
mod load;
pub mod new;
pub mod registry;
mod used;

use std::{io::Write, sync::Arc};

use clap::Parser;
use hookspec::specs::Catalog as CatalogView;
use hookspec_host::{App, CommandError, HostProgram};

use crate::{
    cli::{CatalogCommand, Cli, Command, RegistryCommand},
    context::Context,
    error::Error,
    views::{self, Counting},
};

/// Runs a command.
pub fn run<H: HostProgram>(
    app: &App<H>,
    context: &Context,
    command: &Command,
    out: &mut impl Write,
) -> Result<(), CommandError> {
    match command {
        Command::Info => info::run(context, out)?,
        Command::New(args) => new::run(context, args, out)?,
        Command::Catalog { command: CatalogCommand::List(args) } => catalog::run(context, args, out)?,
        Command::Plugin { command } => app.manage_plugins(command, out)?,
        Command::Catalog { command: CatalogCommand::ListPatterns(args) } => catalog::list_patterns(context, args, out)?,
        Command::Catalog { command: CatalogCommand::DescribeDatasets(args) } => used::describe(context, args, out)?,
        Command::Catalog { command: CatalogCommand::ResolvePatterns(args) } => used::resolve(context, args, out)?,
        Command::Registry { command: RegistryCommand::List(args) } => registry::run(context, args, out)?,
        Command::Registry { command: RegistryCommand::Describe(args) } => registry::describe(context, args, out)?,
        Command::ManPages { dir } => app.write_man_pages(dir)?,
        Command::Completions(args) => app.print_completions(args.shell, out).map_err(Error::from)?,
    }
    Ok(())
}

/// The catalog that the command line `words` would read in `context`; `None` when it would read
/// none, or could not.
pub fn catalog_for(context: &Context, words: &[String]) -> Option<CatalogView> {
    let cli =
        Cli::try_parse_from(std::iter::once(env!("CARGO_PKG_NAME")).chain(words.iter().map(String::as_str))).ok()?;
    if !matches!(cli.command, Command::Catalog { .. }) {
        return None;
    }
    let project = context.project().ok()?;
    let catalog = catalog::load(&context.config_source(&project).ok()?, false).ok()?;
    Some(views::catalog(Arc::new(catalog), project, Counting::Whole))
}
