//! `completions`: what lets a shell complete this program's command lines.

use std::io::Write;

use crate::{
    cli::{CompletionsArgs, Shell},
    error::Error,
};

/// Prints the script for a shell. `cli` has the commands of plugins, too.
pub fn run(mut cli: clap::Command, args: &CompletionsArgs, out: &mut impl Write) -> Result<(), Error> {
    let shell = match args.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    // Into memory first: the generator does not say when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli, env!("CARGO_PKG_NAME"), &mut script);
    Ok(out.write_all(&script)?)
}
