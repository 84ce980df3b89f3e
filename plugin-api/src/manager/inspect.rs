//! Looks at a library file before it is loaded.
//!
//! `dlopen` maps what a file's headers promise, and a file shorter than that kills the process on first touch. So the headers are
//! read first, as data: the right machine, whole, exporting the root symbol, and carrying a manifest. Nothing of the file is run.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use object::{
    Architecture, BinaryFormat, Object, ObjectKind, ObjectSection, ObjectSegment,
    read::{ReadCache, ReadRef},
};

use super::error::{LoadError, Reason};
use crate::{
    Manifest,
    abi::{ABI_VERSION, ROOT_SYMBOL},
    manifest,
};

/// Reads the manifest of the library at `path`.
///
/// # Errors
/// The first thing that would keep it from being loaded, as far as that shows without loading it.
pub fn inspect(path: &Path) -> Result<Manifest, LoadError> {
    read(path).map_err(|reason| LoadError::new(path, reason))
}

fn read(path: &Path) -> Result<Manifest, Reason> {
    let file = open(path)?;
    let len = file.metadata().map_err(Reason::Unreadable)?.len();
    let cache = ReadCache::new(file);
    let library = object::File::parse(&cache).map_err(not_a_library)?;
    check_machine(&library)?;
    check_whole(&library, len)?;
    check_symbol(&library)?;
    let manifest = read_manifest(&library)?;
    if manifest.abi_version != ABI_VERSION {
        return Err(Reason::AbiVersion {
            api_version: manifest.api_version,
            found: manifest.abi_version,
            expected: ABI_VERSION,
        });
    }
    Ok(manifest)
}

#[cfg_attr(unix, allow(clippy::cast_possible_wrap, reason = "flags, not a number"))]
/// Opens a regular file, without waiting for a writer when it is a FIFO after all.
fn open(path: &Path) -> Result<File, Reason> {
    let metadata = std::fs::metadata(path).map_err(Reason::Unreadable)?;
    if !metadata.is_file() {
        return Err(Reason::NotAFile);
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits() as i32);
    let file = options.open(path).map_err(Reason::Unreadable)?;
    if !file.metadata().map_err(Reason::Unreadable)?.is_file() {
        return Err(Reason::NotAFile);
    }
    Ok(file)
}

fn not_a_library(error: object::Error) -> Reason {
    Reason::NotALibrary(error.to_string())
}

fn check_machine<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<(), Reason> {
    let (format, architecture) = (BinaryFormat::native_object(), native_architecture());
    if library.format() != format
        || library.architecture() != architecture
        || library.is_64() != cfg!(target_pointer_width = "64")
    {
        return Err(Reason::WrongMachine {
            found: format!("{:?} {:?}", library.architecture(), library.format()),
            expected: format!("{architecture:?} {format:?}"),
        });
    }
    if library.is_little_endian() != cfg!(target_endian = "little") {
        return Err(Reason::NotALibrary("its byte order is another".to_owned()));
    }
    if library.kind() != ObjectKind::Dynamic {
        return Err(Reason::NotALibrary(format!("it is of the kind {:?}", library.kind()).to_lowercase()));
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

fn check_whole<'data, R: ReadRef<'data>>(library: &object::File<'data, R>, found: u64) -> Result<(), Reason> {
    let segments = library.segments().map(|segment| segment.file_range());
    let sections = library.sections().filter_map(|section| section.file_range());
    let end = segments.chain(sections).map(|(offset, size)| offset.saturating_add(size)).max();
    match end {
        Some(expected) if expected > found => Err(Reason::Truncated { found, expected }),
        _ => Ok(()),
    }
}

fn check_symbol<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<(), Reason> {
    use object::ObjectSymbol;
    let prefix = if library.format() == BinaryFormat::MachO { "_" } else { "" };
    let exported = match library.format() {
        // In PE only the export table says what is exported.
        BinaryFormat::Pe => {
            library.exports().map_err(not_a_library)?.iter().any(|export| export.name() == ROOT_SYMBOL.as_bytes())
        }
        _ => library.dynamic_symbols().chain(library.symbols()).any(|symbol| {
            symbol.is_definition() && symbol.name().is_ok_and(|name| name.strip_prefix(prefix) == Some(ROOT_SYMBOL))
        }),
    };
    if exported {
        return Ok(());
    }
    Err(Reason::NotAPlugin("it does not export a plugin".to_owned()))
}

fn read_manifest<'data, R: ReadRef<'data>>(library: &object::File<'data, R>) -> Result<Manifest, Reason> {
    let section = [".plugin_api", "__plugin_api", ".plugapi"]
        .into_iter()
        .find_map(|name| library.section_by_name(name))
        .ok_or_else(|| Reason::NotAPlugin("it has no manifest".to_owned()))?;
    if section.size() > manifest::MAX_LEN {
        return Err(Reason::NotAPlugin("its manifest is too long".to_owned()));
    }
    let data = section.data().map_err(not_a_library)?;
    Manifest::parse(data).map_err(|error| Reason::NotAPlugin(error.to_string()))
}
