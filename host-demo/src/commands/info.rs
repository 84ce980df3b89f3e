//! `info`: the version and the project found.

use std::io::Write;

use hookspec_host::output::write_line;

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
    write_line(out, &format!("project      {}", project.project_name()))?;
    write_line(out, &format!("directory    {}", project.root().display()))?;
    write_line(out, &format!("package      {}", project.package_name()))?;
    write_line(out, &format!("made with    Kedro {}", project.kedro_init_version()))?;
    write_line(out, &format!("environment  {}", source.environment()))?;
    Ok(())
}
