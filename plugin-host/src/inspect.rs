//! Looks at a library file before it is loaded.
//!
//! The dynamic linker trusts what it loads: it maps what the headers promise, which kills the
//! process when the file is shorter, and follows every offset it finds. So the file is read first,
//! as data: for the right machine, whole, exporting the root symbol, carrying a manifest, and with
//! tables that lead nowhere outside of it. Nothing of the file is run.

mod companions;
mod elf;
mod machine;
mod macho;
mod pe;

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
};

use hookspec::{Manifest, abi::ABI_VERSION};
use object::{
    FileKind,
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
    /// Whether all that was found follows from the file itself, and so holds as long as that stays.
    pub(crate) is_of_file_alone: bool,
}

#[cfg(feature = "cli")]
impl Description {
    /// What was found of a file in this state, as its manifest; `None` unless this program would find
    /// the same.
    pub(crate) fn remembered(stamp: Stamp, manifest: &str) -> Option<Self> {
        let manifest = Manifest::from_lines(manifest).ok()?;
        let is_own = manifest.abi_version == ABI_VERSION;
        is_own.then_some(Self { manifest, stamp, uses_origin: false, is_of_file_alone: true })
    }
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
    let Found { manifest, uses_origin, is_of_file_alone } = find_manifest(&data, metadata.len(), folder, judge)?;
    if manifest.abi_version != ABI_VERSION {
        return Err(LoadProblem::AbiVersion {
            api_version: manifest.api_version,
            found: manifest.abi_version,
            expected: ABI_VERSION,
        });
    }
    let description = Description { manifest, stamp: Stamp::of(metadata), uses_origin, is_of_file_alone };
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

/// What the file says, see [`Description`].
struct Found {
    manifest: Manifest,
    uses_origin: bool,
    is_of_file_alone: bool,
}

impl Found {
    fn new(manifest: Manifest, companions: &Companions<'_>) -> Self {
        let Companions { uses_origin, names_paths, .. } = *companions;
        Self { manifest, uses_origin, is_of_file_alone: !names_paths }
    }
}

/// The manifest, and what it takes to load the library, which is in `folder`.
fn find_manifest(data: &ReadCache<File>, len: u64, folder: &Path, judge: &Judge) -> Result<Found, LoadProblem> {
    if len == 0 {
        return Err(LoadProblem::NotALibrary("it is empty".to_owned()));
    }
    if data.read_bytes_at(0, ARCHIVE.len() as u64) == Ok(ARCHIVE) {
        return Err(LoadProblem::NotALibrary("it is an archive of object files".to_owned()));
    }
    let kind = FileKind::parse(data).map_err(LoadProblem::not_a_library)?;
    machine::check(data, kind)?;
    match kind {
        FileKind::Elf32 | FileKind::Elf64 => {
            let mut companions = Companions::new(judge, elf::rules(folder));
            let manifest = elf::read(data, len, &mut companions)?;
            Ok(Found::new(manifest, &companions))
        }
        // The folder is one of those where this host has the system look.
        FileKind::Pe32 | FileKind::Pe64 => {
            Ok(Found { manifest: pe::read(data, kind, len)?, uses_origin: true, is_of_file_alone: false })
        }
        _ => {
            let mut companions = Companions::new(judge, macho::rules(folder));
            let manifest = macho::read(data, kind, len, &mut companions)?;
            Ok(Found::new(manifest, &companions))
        }
    }
}
