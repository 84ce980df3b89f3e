//! `plugin`: see, check, install, remove and switch plugins, and make new ones. None of it loads a plugin into this process.

mod install;
mod list;
mod new;
mod switch;
mod verify;

use std::io::Write;

use crate::{
    cli::plugin::PluginCommand,
    context::Context,
    error::Error,
    plugins::check::{self, Conditions},
};

/// Runs a command of `plugin`.
pub fn run(context: &Context, command: &PluginCommand, out: &mut impl Write) -> Result<(), Error> {
    match command {
        PluginCommand::List(args) => list::run(context, args, out),
        PluginCommand::Verify(args) => verify::run(context, args, out),
        PluginCommand::Install(args) => install::install(context, args, out),
        PluginCommand::Remove(args) => install::remove(context, args, out),
        PluginCommand::Disable(args) => switch::disable(context, args, out),
        PluginCommand::Enable(args) => switch::enable(context, args, out),
        PluginCommand::New(args) => new::run(args, out),
    }
}

/// How this command line loads a library to check it.
fn conditions(context: &Context, timeout: Option<u64>) -> Conditions {
    Conditions { config: context.global.config.clone(), timeout: timeout.unwrap_or(check::PATIENCE) }
}
