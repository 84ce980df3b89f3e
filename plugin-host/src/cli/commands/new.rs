//! `plugin new`: the crate of a new plugin.

use std::{env, ffi::OsStr, io::Write, path::PathBuf};

use super::{arguments::NewPluginArgs, error::ManageError, managed::Managed};
use crate::{cli::scaffold, message::write_line};

/// Where `hookspec` is, for those who work on it; behind the program's name.
pub(crate) const API_VARIABLE: &str = "PLUGIN_API_PATH";

/// Makes the crate and says what to do with it.
pub(super) fn run(managed: &Managed<'_>, args: &NewPluginArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let target = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let from_environment =
        env::var_os(managed.program.variable(API_VARIABLE)).filter(|path| path != OsStr::new("")).map(PathBuf::from);
    let api = args.api_path.clone().or(from_environment);
    let made = scaffold::create(managed.program, &args.name, &target, api.as_deref(), managed.own_commands)?;
    write_line(out, &format!("Made the plugin `{}` in {}", args.name, made.display()))?;
    Ok(writeln!(out, "Next: `cargo test` there; its README says how to install it.")?)
}
