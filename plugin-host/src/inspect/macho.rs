//! A Mach-O library as `dyld` will see it, read as data.
//!
//! What `dyld` follows: load commands, which say what is mapped, and the tables that they point to:
//! exports, symbols, and the steps or chains by which addresses are written. All of these are
//! judged; code and data themselves no look can judge. Libraries are of 64 bits and little-endian,
//! as all of macOS is by now.
#![allow(clippy::manual_is_multiple_of, reason = "the manager builds with rustc 1.85, which lacks it")]

mod chains;
mod commands;
mod exports;
mod image;
mod leb;
mod opcodes;
mod segments;
mod symbols;
#[cfg(test)]
mod tests;

use std::path::Path;

use hookspec::{Manifest, manifest};
use object::{FileKind, read::ReadRef};

use self::image::Image;
use super::companions::{Companions, Rules};
use crate::error::LoadProblem;

/// Where the manifest is.
const SECTION: &[u8] = b"__plugin_api";

/// Where `@rpath` leads is judged where it is said.
const SEARCHED: &[u8] = b"@rpath/";

/// How `dyld` reads paths in a library of this `folder`.
pub(super) fn rules(folder: &Path) -> Rules {
    let program = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    let mut origins = vec![("@loader_path", folder.to_owned())];
    origins.extend(program.map(|program| ("@executable_path", program)));
    Rules { origins, is_plain: |_| true }
}

/// Reads the manifest, once all else has been found sound.
pub(super) fn read<'data, R: ReadRef<'data>>(
    data: R,
    kind: FileKind,
    len: u64,
    companions: &mut Companions<'_>,
) -> Result<Manifest, LoadProblem> {
    match kind {
        FileKind::MachO64 => {}
        FileKind::MachOFat32 | FileKind::MachOFat64 => {
            let why = "it holds a library for each of several machines; take out one with `lipo -thin`";
            return Err(LoadProblem::NotALibrary(why.to_owned()));
        }
        _ => return Err(LoadProblem::NotALibrary("it is of 32 bits, which macOS no longer loads".to_owned())),
    }
    let image = Image::open(data, len)?;
    image.check_whole(len)?;
    image.check_segments()?;
    let manifest = read_manifest(&image)?;
    image.check_tables()?;
    image.check_root()?;
    image.check_exports()?;
    check_named(&image, companions)?;
    image.check_symbols()?;
    image.check_opcodes()?;
    image.check_chains()?;
    image.check_functions()?;
    Ok(manifest)
}

fn read_manifest<'data, R: ReadRef<'data>>(image: &Image<'data, R>) -> Result<Manifest, LoadProblem> {
    let section = image.section(SECTION).ok_or_else(LoadProblem::no_manifest)?;
    if section.size > manifest::MAX_LEN {
        return Err(LoadProblem::not_a_plugin("its manifest is too long"));
    }
    Manifest::parse(image.content(section)?).map_err(LoadProblem::not_a_plugin)
}

/// Refuses a library with which others would be loaded that somebody else may have put there.
fn check_named<'data, R: ReadRef<'data>>(
    image: &Image<'data, R>,
    companions: &mut Companions<'_>,
) -> Result<(), LoadProblem> {
    for (entry, value) in &image.commands.named {
        if *entry == "LC_LOAD_DYLIB" && value.starts_with(SEARCHED) {
            continue;
        }
        let path = companions.resolve(entry, value)?;
        companions.check(entry, value, &path)?;
    }
    Ok(())
}
