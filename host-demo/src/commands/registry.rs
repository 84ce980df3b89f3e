//! `registry list`: the registered pipelines and their numbers of nodes.

use std::io::{self, Write};

use kedro_project::{Pipeline, Project, Registry};
use serde_json::json;

use hookspec_host::{Format, ListArgs, output};

use crate::{cli::DescribeArgs, commands::load, context::Context, error::Error, yaml};

const UNKNOWN: &str = "?";

/// Prints the pipelines of the project.
pub fn run(context: &Context, args: &ListArgs, out: &mut impl Write) -> Result<(), Error> {
    let project = load::project(context)?;
    let pipelines = match Registry::read(&project) {
        Registry::Known(pipelines) => pipelines,
        Registry::Unknown(reason) => return Ok(write_unknown(context, args.format, &reason, out)?),
        Registry::Invalid(reason) => return Err(Error::Registry(reason)),
        _ => return Err(Error::Registry("they are of a new kind".to_owned())),
    };
    match args.format {
        Format::Table => write_table(context, &pipelines, out)?,
        Format::Json => write_json(&pipelines, out)?,
    }
    Ok(())
}

/// The pipelines of a project, for commands that cannot do without.
pub fn known(project: &Project) -> Result<Vec<Pipeline>, Error> {
    match Registry::read(project) {
        Registry::Known(pipelines) => Ok(pipelines),
        Registry::Unknown(reason) => Err(Error::UnknownRegistry(reason)),
        Registry::Invalid(reason) => Err(Error::Registry(reason)),
        _ => Err(Error::Registry("they are of a new kind".to_owned())),
    }
}

/// Prints the nodes of one pipeline.
pub fn describe(context: &Context, args: &DescribeArgs, out: &mut impl Write) -> Result<(), Error> {
    let pipelines = known(&load::project(context)?)?;
    let Some(pipeline) = pipelines.iter().find(|pipeline| pipeline.name() == args.name) else {
        return Err(Error::NoPipeline(args.name.clone()));
    };
    let Some(nodes) = pipeline.described() else {
        let reason = pipeline.nodes().err().unwrap_or("the names of its nodes are computed");
        return Err(Error::UnknownRegistry(reason.to_owned()));
    };
    match args.list.format {
        Format::Table => yaml::write(out, &json!({ "Nodes": nodes }))?,
        Format::Json => output::write_json(out, &json!({ "name": pipeline.name(), "nodes": nodes }))?,
    }
    Ok(())
}

/// Says that not even the names are known.
fn write_unknown(context: &Context, format: Format, reason: &str, out: &mut impl Write) -> io::Result<()> {
    if matches!(format, Format::Json) {
        return output::write_json(out, &json!({ "pipelines": null, "reason": reason }));
    }
    output::write_table(out, ["PIPELINE", "NODES"], &[[UNKNOWN.to_owned(), UNKNOWN.to_owned()]])?;
    let is_verbose = context.options.plugins.verbose;
    let hint = if is_verbose { "" } else { " (-v says why)" };
    writeln!(out, "\n{UNKNOWN}: cannot determine the pipelines without running Python{hint}")?;
    if is_verbose {
        output::write_line(out, &format!("   {reason}"))?;
    }
    Ok(())
}

fn write_table(context: &Context, pipelines: &[Pipeline], out: &mut impl Write) -> io::Result<()> {
    let row = |pipeline: &Pipeline| {
        let nodes = pipeline.nodes().map_or(UNKNOWN.to_owned(), |nodes| nodes.to_string());
        [pipeline.name().to_owned(), nodes]
    };
    let rows: Vec<[String; 2]> = pipelines.iter().map(row).collect();
    output::write_table(out, ["PIPELINE", "NODES"], &rows)?;
    let unknown: Vec<&Pipeline> = pipelines.iter().filter(|pipeline| pipeline.nodes().is_err()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let is_verbose = context.options.plugins.verbose;
    let hint = if is_verbose { "" } else { " (-v says why)" };
    writeln!(out, "\n{UNKNOWN}: cannot determine the number of nodes without running Python{hint}")?;
    if is_verbose {
        for pipeline in unknown {
            let reason = pipeline.nodes().err().unwrap_or_default();
            output::write_line(out, &format!("   {}: {reason}", pipeline.name()))?;
        }
    }
    Ok(())
}

fn write_json(pipelines: &[Pipeline], out: &mut impl Write) -> io::Result<()> {
    let entry = |pipeline: &Pipeline| match pipeline.nodes() {
        Ok(nodes) => json!({ "name": pipeline.name(), "nodes": nodes }),
        Err(reason) => json!({ "name": pipeline.name(), "nodes": null, "reason": reason }),
    };
    output::write_json(out, &json!({ "pipelines": pipelines.iter().map(entry).collect::<Vec<_>>() }))
}
