//! A Mach-O library: whole, with a plugin, and the libraries that it names, and where it has them
//! looked for.

use std::{fs::File, path::Path};

use hookspec::{Manifest, abi::ROOT_SYMBOL, manifest};
use object::{
    FileKind, NativeEndian, Object, ObjectKind, ObjectSection, ObjectSegment, ObjectSymbol, U32,
    endian::Endian,
    macho::LC_ID_DYLIB,
    read::{
        ReadCache, ReadRef,
        macho::{LoadCommandIterator, LoadCommandVariant, MachHeader, MachOFile},
    },
};

use super::companions::{Companions, Rules};
use crate::error::LoadProblem;

/// Where the manifest is.
const SECTION: &str = "__plugin_api";

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
pub(super) fn read(
    data: &ReadCache<File>,
    kind: FileKind,
    len: u64,
    companions: &mut Companions<'_>,
) -> Result<Manifest, LoadProblem> {
    if matches!(kind, FileKind::MachOFat32 | FileKind::MachOFat64) {
        let why = "it holds a library for each of several machines; take out one with `lipo -thin`";
        return Err(LoadProblem::NotALibrary(why.to_owned()));
    }
    check_commands_whole(data, kind, len)?;
    let library = object::File::parse(data).map_err(LoadProblem::not_a_library)?;
    if library.kind() != ObjectKind::Dynamic {
        return Err(LoadProblem::NotALibrary(format!("it is of the kind {:?}", library.kind()).to_lowercase()));
    }
    check_whole(&library, len)?;
    check_symbol(&library)?;
    match &library {
        object::File::MachO32(library) => check(library, companions)?,
        object::File::MachO64(library) => check(library, companions)?,
        _ => {}
    }
    read_manifest(&library)
}

/// Load commands are read in one piece, however long they say they are.
fn check_commands_whole(data: &ReadCache<File>, kind: FileKind, found: u64) -> Result<(), LoadProblem> {
    let header = if kind == FileKind::MachO64 { 32 } else { 28 };
    let size =
        data.read_at::<U32<NativeEndian>>(20).map_err(|()| LoadProblem::Truncated { found, expected: header })?;
    let expected = header + u64::from(size.get(NativeEndian));
    if expected > found { Err(LoadProblem::Truncated { found, expected }) } else { Ok(()) }
}

fn check_whole<'data, R: ReadRef<'data>>(library: &object::File<'data, R>, found: u64) -> Result<(), LoadProblem> {
    let segments = library.segments().map(|segment| segment.file_range());
    let sections = library.sections().filter_map(|section| section.file_range());
    let end = segments.chain(sections).map(|(offset, size)| offset.saturating_add(size)).max();
    match end {
        Some(expected) if expected > found => Err(LoadProblem::Truncated { found, expected }),
        _ => Ok(()),
    }
}

fn check_symbol<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<(), LoadProblem> {
    let is_root = |name: &str| name.strip_prefix('_') == Some(ROOT_SYMBOL);
    let mut symbols = library.dynamic_symbols().chain(library.symbols());
    let exported = symbols.any(|symbol| symbol.is_definition() && symbol.name().is_ok_and(is_root));
    if exported { Ok(()) } else { Err(LoadProblem::no_root()) }
}

fn read_manifest<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<Manifest, LoadProblem> {
    let section = library.section_by_name(SECTION).ok_or_else(LoadProblem::no_manifest)?;
    if section.size() > manifest::MAX_LEN {
        return Err(LoadProblem::not_a_plugin("its manifest is too long"));
    }
    Manifest::parse(section.data().map_err(LoadProblem::not_a_library)?).map_err(LoadProblem::not_a_plugin)
}

/// Refuses a library with which others would be loaded that somebody else may have put there.
fn check<'data, H: MachHeader, R: ReadRef<'data>>(
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

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use object::{Endianness, read::macho::MachOFile64};

    use super::*;
    use crate::{
        error::CompanionProblem,
        trust::{Judge, Trust},
    };

    const LC_RPATH: u32 = 0x8000_001c;
    const LC_LOAD_DYLIB: u32 = 0xc;

    /// A library with one load command, whose text starts at `offset` in it.
    fn library(command: u32, offset: u32, text: &str) -> Vec<u8> {
        let length = (offset + u32::try_from(text.len()).unwrap() + 1).next_multiple_of(8);
        let header = [0xfeed_facf, 0x0100_0007, 3, 6, 1, length, 0, 0];
        let mut bytes: Vec<u8> =
            header.into_iter().chain([command, length, offset]).flat_map(u32::to_le_bytes).collect();
        bytes.resize(32 + offset as usize, 0);
        bytes.extend(text.as_bytes());
        bytes.resize(32 + length as usize, 0);
        bytes
    }

    fn judged(command: u32, offset: u32, text: &str) -> Result<(), LoadProblem> {
        let bytes = library(command, offset, text);
        let library = MachOFile64::<Endianness, &[u8]>::parse(&bytes).unwrap();
        let judge = Judge::new(Trust::Owner);
        check(&library, &mut Companions::new(&judge, rules(Path::new("/usr/lib"))))
    }

    #[test]
    fn libraries_named_from_the_current_directory_are_refused() {
        for text in ["lib", "libx.dylib", "./libx.dylib", "@rpath2"] {
            for (command, offset) in [(LC_RPATH, 12), (LC_LOAD_DYLIB, 24)] {
                let problem = judged(command, offset, text).unwrap_err();
                assert!(matches!(problem, LoadProblem::Companion(CompanionProblem::Relative { .. })), "{problem}");
            }
        }
        for (command, offset, text) in [
            (LC_RPATH, 12, "/usr/lib"),
            (LC_RPATH, 12, "@loader_path/../lib"),
            (LC_LOAD_DYLIB, 24, "/usr/lib/libSystem.B.dylib"),
            (LC_LOAD_DYLIB, 24, "@rpath/libx.dylib"),
        ] {
            judged(command, offset, text).unwrap();
        }
    }
}
