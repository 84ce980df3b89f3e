//! `plugin index`: makes an index out of packages.

use std::io::Write;

use super::{arguments::IndexCommand, error::ManageError};
use crate::{
    cli::{index, package::Package},
    message::write_line,
};

/// Runs one of the commands.
pub(super) fn run(command: &IndexCommand, out: &mut impl Write) -> Result<(), ManageError> {
    match command {
        IndexCommand::New { dir } => {
            index::new(dir)?;
            Ok(write_line(out, &format!("Made an index in {}", dir.display()))?)
        }
        IndexCommand::Add { dir, packages } => {
            for path in packages {
                let (package, library) = Package::read(path)?;
                let place = index::add(dir, &package, &library)?;
                let manifest = &package.manifest;
                let added = format!("Added {} {} for {}", manifest.name, manifest.version, manifest.platform);
                write_line(out, &format!("{added}: {}", dir.join(place).display()))?;
            }
            Ok(())
        }
    }
}
