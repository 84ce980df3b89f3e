//! Looks at a library file before it is loaded.
//!
//! The dynamic linker trusts what it loads: it maps what the headers promise, which kills the
//! process when the file is shorter, and follows every offset it finds. So the file is read first,
//! as data: the right machine, whole, exporting the root symbol, carrying a manifest, and, on ELF
//! systems, with tables that lead nowhere outside of it. Nothing of the file is run.

mod companions;
mod elf;
mod macho;

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
};

use hookspec::{
    Manifest,
    abi::{ABI_VERSION, ROOT_SYMBOL},
    manifest,
};
use object::{
    Architecture, BinaryFormat, FileKind, Object, ObjectKind, ObjectSection, ObjectSegment,
    read::{ReadCache, ReadRef},
};

use small_files::{FileAccess, FileError, RegularFile};

use self::companions::Companions;
use crate::{
    error::{LoadError, LoadProblem},
    stamp::Stamp,
    trust::{Judge, Trust},
};

/// Reads the manifest of the library at `path`.
///
/// Whose the file is does not count; whose the folders are, in which it has other libraries looked
/// for, does.
///
/// # Errors
/// The first thing that would keep it from being loaded, as far as that shows without loading it.
pub fn inspect(path: &Path) -> Result<Manifest, LoadError> {
    manifest_of(path, Trust::Owner)
}

/// The same, under the rules of `trust`.
pub(crate) fn manifest_of(path: &Path, trust: Trust) -> Result<Manifest, LoadError> {
    look(path, trust).map(|library| library.description.manifest)
}

/// What has been found about a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) manifest: Manifest,
    /// The state of the file that this tells of.
    pub(crate) stamp: Stamp,
    /// Whether the system has to know its folder, to find what it needs.
    pub(crate) uses_origin: bool,
}

/// A library that has been found sound, open.
pub(crate) struct OpenLibrary<'a> {
    pub(crate) path: &'a Path,
    pub(crate) file: File,
    pub(crate) description: Description,
}

/// Looks at the library at `path`, whoever may have written it.
pub(crate) fn look(path: &Path, trust: Trust) -> Result<OpenLibrary<'_>, LoadError> {
    let opened = open(path).and_then(|(file, metadata)| read(path, file, &metadata, &Judge::new(trust)));
    opened.map_err(|problem| LoadError::new(path, problem))
}

/// Looks at a library that [`open`] has opened at `path`.
pub(crate) fn read<'a>(
    path: &'a Path,
    file: File,
    metadata: &Metadata,
    judge: &Judge,
) -> Result<OpenLibrary<'a>, LoadProblem> {
    let absolute = std::path::absolute(path).map_err(LoadProblem::unreadable)?;
    let folder = absolute.parent().unwrap_or(&absolute);
    let data = ReadCache::new(file);
    let (manifest, uses_origin) = find_manifest(&data, metadata.len(), folder, judge)?;
    if manifest.abi_version != ABI_VERSION {
        return Err(LoadProblem::AbiVersion {
            api_version: manifest.api_version,
            found: manifest.abi_version,
            expected: ABI_VERSION,
        });
    }
    let description = Description { manifest, stamp: Stamp::of(metadata), uses_origin };
    Ok(OpenLibrary { path, file: data.into_inner(), description })
}

/// Opens a regular file, without waiting for anybody, and tells what has been opened.
pub(crate) fn open(path: &Path) -> Result<(File, Metadata), LoadProblem> {
    // Devices are not even opened, for that alone can have an effect.
    if !std::fs::metadata(path).map_err(LoadProblem::unreadable)?.is_file() {
        return Err(LoadProblem::NotAFile);
    }
    match small_files::open(path, FileAccess::Read, "open") {
        Ok(Some(RegularFile { file, metadata, .. })) => Ok((file, metadata)),
        Ok(None) => Err(LoadProblem::unreadable(io::ErrorKind::NotFound.into())),
        Err(FileError::Io { source, .. }) => Err(LoadProblem::unreadable(source)),
        Err(_) => Err(LoadProblem::NotAFile),
    }
}

/// How an archive of object files begins (`ar`).
const ARCHIVE: &[u8] = b"!<arch>\n";

/// The manifest, and whether the system has to know the library's `folder`.
fn find_manifest(
    data: &ReadCache<File>,
    len: u64,
    folder: &Path,
    judge: &Judge,
) -> Result<(Manifest, bool), LoadProblem> {
    if len == 0 {
        return Err(LoadProblem::NotALibrary("it is empty".to_owned()));
    }
    if data.read_bytes_at(0, ARCHIVE.len() as u64) == Ok(ARCHIVE) {
        return Err(LoadProblem::NotALibrary("it is an archive of object files".to_owned()));
    }
    let kind = FileKind::parse(data).map_err(LoadProblem::not_a_library)?;
    if BinaryFormat::native_object() == BinaryFormat::Elf {
        if !matches!(kind, FileKind::Elf32 | FileKind::Elf64) {
            // Not even taken apart, which could ask for as much memory as the file says.
            let expected = format!("{:?} {:?}", native_architecture(), BinaryFormat::Elf);
            return Err(LoadProblem::WrongMachine { found: format!("{kind:?}"), expected });
        }
        let mut companions = Companions::new(judge, elf::rules(folder));
        let manifest = elf::read(data, kind, len, &mut companions)?;
        return Ok((manifest, companions.uses_origin));
    }
    let library = object::File::parse(data).map_err(LoadProblem::not_a_library)?;
    check_machine(&library)?;
    check_whole(&library, len)?;
    check_symbol(&library)?;
    let mut companions = Companions::new(judge, macho::rules(folder));
    match &library {
        object::File::MachO32(library) => macho::check(library, &mut companions)?,
        object::File::MachO64(library) => macho::check(library, &mut companions)?,
        _ => {}
    }
    Ok((read_manifest(&library)?, companions.uses_origin))
}

fn check_machine<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<(), LoadProblem> {
    let (format, architecture) = (BinaryFormat::native_object(), native_architecture());
    if library.format() != format
        || library.architecture() != architecture
        || library.is_64() != cfg!(target_pointer_width = "64")
    {
        return Err(LoadProblem::WrongMachine {
            found: format!("{:?} {:?}", library.architecture(), library.format()),
            expected: format!("{architecture:?} {format:?}"),
        });
    }
    if library.is_little_endian() != cfg!(target_endian = "little") {
        return Err(LoadProblem::NotALibrary("its byte order is another".to_owned()));
    }
    if library.kind() != ObjectKind::Dynamic {
        return Err(LoadProblem::NotALibrary(format!("it is of the kind {:?}", library.kind()).to_lowercase()));
    }
    Ok(())
}

fn native_architecture() -> Architecture {
    match std::env::consts::ARCH {
        "x86_64" => Architecture::X86_64,
        "x86" => Architecture::I386,
        "aarch64" => Architecture::Aarch64,
        "arm" => Architecture::Arm,
        "riscv64" => Architecture::Riscv64,
        "powerpc64" => Architecture::PowerPc64,
        "s390x" => Architecture::S390x,
        "loongarch64" => Architecture::LoongArch64,
        _ => Architecture::Unknown,
    }
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
    use object::ObjectSymbol;
    let prefix = if library.format() == BinaryFormat::MachO { "_" } else { "" };
    let exported = match library.format() {
        // In PE only the export table says what is exported.
        BinaryFormat::Pe => library
            .exports()
            .map_err(LoadProblem::not_a_library)?
            .iter()
            .any(|export| export.name() == ROOT_SYMBOL.as_bytes()),
        _ => library.dynamic_symbols().chain(library.symbols()).any(|symbol| {
            symbol.is_definition() && symbol.name().is_ok_and(|name| name.strip_prefix(prefix) == Some(ROOT_SYMBOL))
        }),
    };
    if exported { Ok(()) } else { Err(LoadProblem::no_root()) }
}

fn read_manifest<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<Manifest, LoadProblem> {
    let section = ["__plugin_api", ".plugapi"]
        .into_iter()
        .find_map(|name| library.section_by_name(name))
        .ok_or_else(LoadProblem::no_manifest)?;
    if section.size() > manifest::MAX_LEN {
        return Err(LoadProblem::not_a_plugin("its manifest is too long"));
    }
    Manifest::parse(section.data().map_err(LoadProblem::not_a_library)?).map_err(LoadProblem::not_a_plugin)
}
