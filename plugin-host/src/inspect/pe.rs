//! A PE library (a DLL) as Windows will see it, read as data.
//!
//! What the loader follows without looking: the section table, which it maps, and the data
//! directories, by which it finds what to import, to relocate and to run. What no check can find is
//! damage to code and data themselves.
#![allow(clippy::manual_is_multiple_of, reason = "the manager builds with rustc 1.85, which lacks it")]

mod exceptions;
mod exports;
mod image;
mod imports;
mod relocations;
mod resources;
mod sections;
mod storage;
#[cfg(test)]
mod tests;

use hookspec::{Manifest, manifest};
use object::{
    FileKind,
    pe::{
        IMAGE_DIRECTORY_ENTRY_ARCHITECTURE, IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT, IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR,
        IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, IMAGE_DIRECTORY_ENTRY_GLOBALPTR, ImageNtHeaders32, ImageNtHeaders64,
    },
    read::ReadRef,
};

use self::image::{Image, damaged};
use crate::error::{CompanionProblem, LoadProblem};

/// Where the manifest is.
const SECTION: &[u8; 8] = b".plugapi";

/// Directories by which more is loaded than the imports name.
const UNWANTED: [(usize, &str); 3] = [
    (IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, "table of delayed imports"),
    (IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT, "table of bound imports"),
    (IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, "header for .NET"),
];

/// Reads the manifest, once all else has been found sound.
pub(super) fn read<'data, R: ReadRef<'data>>(data: R, kind: FileKind, len: u64) -> Result<Manifest, LoadProblem> {
    let image = match kind {
        FileKind::Pe64 => Image::open::<ImageNtHeaders64>(data, len)?,
        _ => Image::open::<ImageNtHeaders32>(data, len)?,
    };
    image.check_sections(len)?;
    let manifest = read_manifest(&image)?;
    let exports = image.exports()?;
    image.check_root(&exports)?;
    image.check_exports(&exports)?;
    for (directory, name) in UNWANTED {
        if image.directory(directory).is_some() {
            return Err(CompanionProblem::Unwanted(name).into());
        }
    }
    for directory in [IMAGE_DIRECTORY_ENTRY_ARCHITECTURE, IMAGE_DIRECTORY_ENTRY_GLOBALPTR] {
        if image.directory(directory).is_some() {
            return Err(damaged("it has a table that no linker makes"));
        }
    }
    if !image.is_code(image.entry) {
        return Err(damaged("the function it would run when loaded is not where it says"));
    }
    image.check_imports()?;
    let relocated = image.relocations()?;
    image.check_storage(&relocated)?;
    image.check_configuration(&relocated)?;
    image.check_exceptions()?;
    image.check_resources()?;
    Ok(manifest)
}

fn read_manifest<'data, R: ReadRef<'data>>(image: &Image<'data, R>) -> Result<Manifest, LoadProblem> {
    let section =
        image.sections.iter().find(|section| section.name == *SECTION).ok_or_else(LoadProblem::no_manifest)?;
    let size = section.file_size.min(section.size);
    if u64::from(size) > manifest::MAX_LEN {
        return Err(LoadProblem::not_a_plugin("its manifest is too long"));
    }
    Manifest::parse(image.bytes_at(section.address, size, "manifest")?).map_err(LoadProblem::not_a_plugin)
}
