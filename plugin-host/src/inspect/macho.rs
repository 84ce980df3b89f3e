//! The libraries that a Mach-O library names, and where it has them looked for.

use std::path::Path;

use object::{
    endian::Endian,
    macho::LC_ID_DYLIB,
    read::{
        ReadRef,
        macho::{LoadCommandIterator, LoadCommandVariant, MachHeader, MachOFile},
    },
};

use super::companions::{Companions, Rules};
use crate::error::LoadProblem;

/// Where `@rpath` leads is judged where it is said.
const SEARCHED: &[u8] = b"@rpath/";

/// How `dyld` reads paths in a library of this `folder`.
pub(super) fn rules(folder: &Path) -> Rules {
    let program = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    let mut origins = vec![("@loader_path", folder.to_owned())];
    origins.extend(program.map(|program| ("@executable_path", program)));
    Rules { origins, is_plain: |_| true }
}

/// Refuses a library with which others would be loaded that somebody else may have put there.
pub(super) fn check<'data, H: MachHeader, R: ReadRef<'data>>(
    library: &MachOFile<'data, H, R>,
    companions: &mut Companions<'_>,
) -> Result<(), LoadProblem> {
    let commands = library.macho_load_commands().map_err(LoadProblem::not_a_library)?;
    check_commands(library.endian(), commands, companions)
}

fn check_commands<E: Endian>(
    endian: E,
    mut commands: LoadCommandIterator<'_, E>,
    companions: &mut Companions<'_>,
) -> Result<(), LoadProblem> {
    while let Some(command) = commands.next().map_err(LoadProblem::not_a_library)? {
        let (entry, text) = match command.variant().map_err(LoadProblem::not_a_library)? {
            LoadCommandVariant::Rpath(rpath) => ("LC_RPATH", rpath.path),
            LoadCommandVariant::Dylib(dylib) if command.cmd() != LC_ID_DYLIB => ("LC_LOAD_DYLIB", dylib.dylib.name),
            _ => continue,
        };
        let value = command.string(endian, text).map_err(LoadProblem::not_a_library)?;
        if entry == "LC_LOAD_DYLIB" && value.starts_with(SEARCHED) {
            continue;
        }
        let path = companions.resolve(entry, value)?;
        companions.check(entry, value, &path)?;
    }
    Ok(())
}
