//! `catalog describe-datasets` and `catalog resolve-patterns`: the datasets that pipelines use.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use hookspec_host::{Format, output};
use kedro_project::{Catalog, Entry, Pipeline, ResolvedFrom};
use serde_json::json;

use crate::{
    cli::UsedArgs,
    commands::{catalog, registry},
    context::Context,
    error::Error,
    yaml,
};

/// Names of datasets by type.
type ByType = BTreeMap<String, Vec<String>>;

/// Prints the datasets of each pipeline, by where they come from and by type.
pub fn describe(context: &Context, args: &UsedArgs, out: &mut impl Write) -> Result<(), Error> {
    let catalog = catalog::observed(context)?;
    let mut described = BTreeMap::new();
    for pipeline in chosen(&registry::known(&context.project()?)?, args)? {
        described.insert(pipeline.name().to_owned(), by_source(&catalog, pipeline)?);
    }
    match args.list.format {
        Format::Table => yaml::write(out, &described)?,
        Format::Json => output::write_json(out, &described)?,
    }
    Ok(())
}

/// Prints the configuration of each dataset of the catalog, and of each that a pipeline uses.
pub fn resolve(context: &Context, args: &UsedArgs, out: &mut impl Write) -> Result<(), Error> {
    let catalog = catalog::observed(context)?;
    let mut names: BTreeSet<String> = catalog.datasets.iter().map(|dataset| dataset.name.clone()).collect();
    for pipeline in chosen(&registry::known(&context.project()?)?, args)? {
        names.extend(datasets(pipeline)?);
    }
    let resolved: BTreeMap<String, Entry> =
        names.into_iter().map(|name| (name.clone(), catalog.resolve(&name).entry)).collect();
    // JSON sorts what is within entries, too, as Kedro does.
    let resolved = json!(resolved);
    match args.list.format {
        Format::Table => yaml::write(out, &resolved)?,
        Format::Json => output::write_json(out, &resolved)?,
    }
    Ok(())
}

/// The pipelines that are asked for, or all.
fn chosen<'a>(pipelines: &'a [Pipeline], args: &UsedArgs) -> Result<Vec<&'a Pipeline>, Error> {
    if args.pipeline.is_empty() {
        return Ok(pipelines.iter().collect());
    }
    let named = |name: &String| {
        let found = pipelines.iter().find(|pipeline| pipeline.name() == name.trim());
        found.ok_or_else(|| Error::NoPipeline(name.clone()))
    };
    args.pipeline.iter().map(named).collect()
}

/// The datasets that a pipeline uses, without parameters.
fn datasets(pipeline: &Pipeline) -> Result<impl Iterator<Item = String>, Error> {
    let Some(names) = pipeline.datasets() else {
        let reason = pipeline.nodes().err().unwrap_or("the names of its datasets are computed");
        return Err(Error::UnknownRegistry(format!("{}: {reason}", pipeline.name())));
    };
    let is_dataset = |name: &&String| *name != "parameters" && !name.starts_with("params:");
    Ok(names.iter().filter(is_dataset).cloned())
}

fn by_source(catalog: &Catalog, pipeline: &Pipeline) -> Result<BTreeMap<&'static str, ByType>, Error> {
    let mut sources: BTreeMap<&'static str, ByType> =
        ["datasets", "defaults", "factories"].into_iter().map(|source| (source, ByType::new())).collect();
    for name in datasets(pipeline)? {
        let resolved = catalog.resolve(&name);
        let source = match resolved.source {
            ResolvedFrom::Dataset => "datasets",
            ResolvedFrom::Factory => "factories",
            _ => "defaults",
        };
        sources.entry(source).or_default().entry(resolved.class_path).or_default().push(name);
    }
    Ok(sources)
}
