//! Manual pages of a program's commands, those of plugins too.

use std::{io, path::Path};

/// Writes a page for each command into the folder `dir`, which is made if need be.
pub(crate) fn write(cli: clap::Command, dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    clap_mangen::generate_to(cli, dir)
}
