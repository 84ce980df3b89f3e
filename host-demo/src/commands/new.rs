//! `new`: a new project.

use std::io::Write;

use hookspec_host::output::write_line;

use crate::cli::{Answer, NewArgs};
use crate::context::Context;
use crate::error::Error;
use crate::new;

/// Makes a project in a new directory below the directory the command works in.
pub fn run(context: &Context, args: &NewArgs, out: &mut impl Write) -> Result<(), Error> {
    let telemetry = args.telemetry.map(|answer| answer == Answer::Yes);
    let directory = new::create(&context.directory()?, &args.name, telemetry)?;
    write_line(out, &format!("Made the project `{}` in {}", args.name.trim(), directory.display()))?;
    Ok(())
}
