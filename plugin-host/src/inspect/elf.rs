//! An ELF library as the dynamic linker will see it, read as data.
//!
//! What `ld.so` follows without looking (glibc 2.36, `elf/dl-load.c`, `elf/dl-reloc.c`,
//! `elf/dl-version.c`): program headers, the dynamic table and the tables it points to. The section
//! headers, which `ld.so` ignores, say most of it a second time; so where the two differ, the file
//! is damaged. What no check can find is damage to code and data themselves.

mod companions;
mod dynamic;
mod library;
mod relocations;
mod segments;
mod symbols;
mod versions;

use std::fs::File;

use hookspec::Manifest;
use object::{
    NativeEndian,
    elf::{DF_1_PIE, DT_FLAGS_1, ET_DYN, ET_EXEC, ET_REL, FileHeader32, FileHeader64},
    read::{ReadCache, elf::FileHeader},
};

pub(super) use self::companions::rules;
use self::library::{ENDIAN, Library};
use super::companions::Companions;
use crate::error::LoadProblem;

/// Reads the manifest, once all else has been found sound.
pub(super) fn read(data: &ReadCache<File>, len: u64, companions: &mut Companions<'_>) -> Result<Manifest, LoadProblem> {
    if cfg!(target_pointer_width = "64") {
        read_native::<FileHeader64<NativeEndian>>(data, len, companions)
    } else {
        read_native::<FileHeader32<NativeEndian>>(data, len, companions)
    }
}

fn read_native<H: FileHeader<Endian = NativeEndian>>(
    data: &ReadCache<File>,
    len: u64,
    companions: &mut Companions<'_>,
) -> Result<Manifest, LoadProblem> {
    let header = H::parse(data).map_err(LoadProblem::not_a_library)?;
    match header.e_type(ENDIAN) {
        ET_DYN => {}
        ET_EXEC => return Err(is_program()),
        ET_REL => return Err(LoadProblem::NotALibrary("it is an object file that has not been linked".to_owned())),
        _ => return Err(LoadProblem::NotALibrary("it is of an unknown kind".to_owned())),
    }
    let library = Library::open(header, data, len)?;
    let dynamic = library.dynamic::<H>()?;
    if dynamic.value(DT_FLAGS_1).is_some_and(|flags| flags & u64::from(DF_1_PIE) != 0) {
        return Err(is_program());
    }
    let manifest = library.manifest()?;
    let symbols = library.symbols::<H>()?;
    library.check_root(&symbols, &dynamic)?;
    library.check_segments(header)?;
    library.check_dynamic(&dynamic)?;
    companions::check(&dynamic, companions)?;
    library.check_symbols(&symbols, &dynamic)?;
    library.check_versions(&dynamic, symbols.len())?;
    library.check_relocations::<H>(&dynamic, symbols.len())?;
    Ok(manifest)
}

fn is_program() -> LoadProblem {
    LoadProblem::NotALibrary("it is a program".to_owned())
}
