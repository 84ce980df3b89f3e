//! `info`: the version and the project found.

use std::io::Write;

use hookspec_host::output::one_line;

use crate::{context::Context, error::Error};

/// Prints the version, and the project with its package and environment.
pub fn run(context: &Context, out: &mut impl Write) -> Result<(), Error> {
    let project = context.find_project()?;
    let source = project.as_ref().map(|project| context.config_source(project)).transpose()?;
    writeln!(out, "host-demo {}", env!("CARGO_PKG_VERSION"))?;
    let (Some(project), Some(source)) = (project, source) else {
        writeln!(out, "project      none here; make one with `host-demo new NAME`")?;
        return Ok(());
    };
    writeln!(out, "project      {}", one_line(project.project_name()))?;
    writeln!(out, "directory    {}", one_line(&project.root().display().to_string()))?;
    writeln!(out, "package      {}", one_line(project.package_name()))?;
    writeln!(out, "made with    Kedro {}", one_line(project.kedro_init_version()))?;
    writeln!(out, "environment  {}", one_line(source.environment()))?;
    Ok(())
}
