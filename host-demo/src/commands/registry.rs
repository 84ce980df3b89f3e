//! `registry list`: the registered pipelines and their numbers of nodes.

use std::io::{self, Write};

use serde_json::json;

use hookspec_host::{Format, ListArgs, output};

use crate::commands::load_project;
use crate::context::Context;
use crate::error::Error;
use crate::pipelines::{self, Pipeline, Registry};

const UNKNOWN: &str = "?";

/// Prints the pipelines of the project.
pub fn run(context: &Context, args: &ListArgs, out: &mut impl Write) -> Result<(), Error> {
    let (project, _) = load_project(context)?;
    let pipelines = match pipelines::read(&project) {
        Registry::Known(pipelines) => pipelines,
        Registry::Unknown(reason) => return Err(Error::Registry(reason)),
    };
    match args.format {
        Format::Table => write_table(context, &pipelines, out)?,
        Format::Json => write_json(&pipelines, out)?,
    }
    Ok(())
}

fn write_table(context: &Context, pipelines: &[Pipeline], out: &mut impl Write) -> io::Result<()> {
    let row = |pipeline: &Pipeline| {
        let nodes = pipeline.nodes.as_ref().map_or(UNKNOWN.to_owned(), u64::to_string);
        [pipeline.name.clone(), nodes]
    };
    let rows: Vec<[String; 2]> = pipelines.iter().map(row).collect();
    output::write_table(out, ["PIPELINE", "NODES"], &rows)?;
    let unknown: Vec<&Pipeline> = pipelines.iter().filter(|pipeline| pipeline.nodes.is_err()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let hint = if context.options.plugins.verbose { "" } else { " (-v says why)" };
    writeln!(out, "\n{UNKNOWN}: the number of nodes cannot be told without running Python{hint}")?;
    if context.options.plugins.verbose {
        for pipeline in unknown {
            let reason = pipeline.nodes.as_ref().err().map_or("", String::as_str);
            writeln!(out, "   {}: {}", output::one_line(&pipeline.name), output::one_line(reason))?;
        }
    }
    Ok(())
}

fn write_json(pipelines: &[Pipeline], out: &mut impl Write) -> io::Result<()> {
    let entry = |pipeline: &Pipeline| json!({ "name": pipeline.name, "nodes": pipeline.nodes.as_ref().ok() });
    let document = json!({ "pipelines": pipelines.iter().map(entry).collect::<Vec<_>>() });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
