//! `registry list`: the registered pipelines and their numbers of nodes.

use std::io::{self, Write};

use kedro_project::{Pipeline, Registry};
use serde_json::json;

use hookspec_host::{Format, ListArgs, output};

use crate::{commands::load::load_project, context::Context, error::Error};

const UNKNOWN: &str = "?";

/// Prints the pipelines of the project.
pub fn run(context: &Context, args: &ListArgs, out: &mut impl Write) -> Result<(), Error> {
    let (project, _) = load_project(context)?;
    let pipelines = match Registry::read(&project) {
        Registry::Known(pipelines) => pipelines,
        Registry::Unknown(reason) => return Err(Error::Registry(reason)),
        _ => return Err(Error::Registry("they are of a new kind".to_owned())),
    };
    match args.format {
        Format::Table => write_table(context, &pipelines, out)?,
        Format::Json => write_json(&pipelines, out)?,
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
    let entry = |pipeline: &Pipeline| json!({ "name": pipeline.name(), "nodes": pipeline.nodes().ok() });
    output::write_json(out, &json!({ "pipelines": pipelines.iter().map(entry).collect::<Vec<_>>() }))
}
