//! `catalog list`: the datasets and their types.

use std::{
    io::{self, Write},
    sync::Arc,
};

use hookspec_host::{Format, ListArgs, output};
use kedro_project::{Catalog, Config, ConfigSource, Dataset, Factory, Registry};
use serde_json::json;

use crate::{
    commands::load::load_project,
    context::Context,
    error::Error,
    views::{self, Counting},
    yaml,
};

/// Prints the catalog of the project.
pub fn run(context: &Context, args: &ListArgs, out: &mut impl Write) -> Result<(), Error> {
    let catalog = observed(context)?;
    match args.format {
        Format::Table => write_table(&catalog, out)?,
        Format::Json => write_json(&catalog, out)?,
    }
    Ok(())
}

/// Prints the dataset factory patterns of the project.
pub fn list_patterns(context: &Context, args: &ListArgs, out: &mut impl Write) -> Result<(), Error> {
    let catalog = observed(context)?;
    let patterns: Vec<&str> = catalog.patterns().collect();
    match args.format {
        Format::Table => yaml::write(out, &patterns)?,
        Format::Json => output::write_json(out, &json!({ "patterns": patterns }))?,
    }
    Ok(())
}

/// The catalog of the project, of which plugins hear.
pub fn observed(context: &Context) -> Result<Arc<Catalog>, Error> {
    let (project, source) = load_project(context)?;
    if let Some(reason) = Registry::refusal(&project) {
        return Err(Error::Registry(reason));
    }
    let catalog = Arc::new(load(&source, context.options.plugins.verbose)?);
    if let Some(plugins) = context.observers() {
        let view = views::catalog(Arc::clone(&catalog), project, Counting::WithinCommand);
        plugins.after_catalog_created(&view);
    }
    Ok(catalog)
}

/// Reads the catalog, and says which files it is in if asked to.
pub fn load(source: &ConfigSource, verbose: bool) -> Result<Catalog, Error> {
    let config = Config::load_catalog(source)?;
    for file in config.files().iter().filter(|_| verbose) {
        // Merely information: a closed standard error must not fail the command.
        let _ = output::write_line(&mut io::stderr(), &format!("read {}", file.display()));
    }
    Ok(Catalog::from_config(&config)?)
}

fn write_table(catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
    if catalog.datasets.is_empty() {
        writeln!(out, "The catalog has no datasets.")?;
    } else {
        let yes = |holds: bool| if holds { "yes" } else { "no" }.to_owned();
        let row = |dataset: &Dataset| [dataset.name.clone(), dataset.class_path.clone(), yes(dataset.versioned)];
        let rows: Vec<[String; 3]> = catalog.datasets.iter().map(row).collect();
        output::write_table(out, ["DATASET", "TYPE", "VERSIONED"], &rows)?;
    }
    if !catalog.factories.is_empty() {
        let row = |factory: &Factory| {
            [factory.pattern.clone(), factory.declared_type.clone().unwrap_or_else(|| "-".to_owned())]
        };
        let rows: Vec<[String; 2]> = catalog.factories.iter().map(row).collect();
        writeln!(out)?;
        output::write_table(out, ["DATASET FACTORY", "TYPE AS DECLARED"], &rows)?;
    }
    Ok(())
}

fn write_json(catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
    output::write_json(out, catalog)
}
