//! `plugin new`: the crate of a new plugin.

use std::{env, ffi::OsStr, io::Write, path::PathBuf};

use clap::CommandFactory;

use crate::{
    cli::{Cli, plugin::NewPluginArgs},
    error::Error,
    plugins::scaffold,
    table::one_line,
};

/// Where `hookspec` is, for those who work on it.
const API_VARIABLE: &str = "HOST_DEMO_PLUGIN_API_PATH";

/// Makes the crate and says what to do with it.
pub fn run(args: &NewPluginArgs, out: &mut impl Write) -> Result<(), Error> {
    let target = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let from_environment = env::var_os(API_VARIABLE).filter(|path| path != OsStr::new("")).map(PathBuf::from);
    let api = args.api_path.clone().or(from_environment);
    let taken: Vec<String> = Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let made = scaffold::create(&args.name, &target, api.as_deref(), &taken)?;
    writeln!(out, "Made the plugin `{}` in {}", args.name, one_line(&made.display().to_string()))?;
    Ok(writeln!(out, "Next: `cargo test` there; its README says how to install it.")?)
}
