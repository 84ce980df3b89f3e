//! What lets a shell complete a program's command lines, those of plugins too.

use std::io::{self, Write};

/// The shells that can be taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Shell {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

/// Prints the script for a shell.
pub(crate) fn print(mut cli: clap::Command, program: &str, shell: Shell, out: &mut impl Write) -> io::Result<()> {
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    // Into memory first: the generator does not say when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli, program, &mut script);
    out.write_all(&script)
}
