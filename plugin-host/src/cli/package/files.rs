//! The files of a package.

use std::{
    io,
    path::{Path, PathBuf},
};

use small_files::{FileAccess, FileError, Replacement, Visibility};

use super::{error::PackageError, manifest::PackageManifest};
use crate::cli::keys::{PublicKey, SecretKey};

/// What is said of a library is not longer, in bytes; nor is a signature.
const MAX_TEXT: u64 = 64 << 10;
const MANIFEST: &str = ".json";
const SIGNATURE: &str = ".json.minisig";

/// A package whose signature, if any, is by the key that it names.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) manifest: PackageManifest,
    /// What was signed.
    pub(crate) text: String,
    pub(crate) signature: Option<String>,
}

impl Package {
    /// Of what is said of a library, and the signature of that. The error says what is wrong.
    pub(crate) fn verified(text: String, signature: Option<String>) -> Result<Self, String> {
        let manifest = PackageManifest::parse(&text)?;
        match (&manifest.key, &signature) {
            (None, None) => {}
            (Some(key), Some(signature)) => {
                let key = PublicKey::parse(key).map_err(|error| error.to_string())?;
                key.verify(text.as_bytes(), signature).map_err(|error| error.to_string())?;
            }
            (Some(_), None) => return Err("it names a key and has no signature".to_owned()),
            (None, Some(_)) => return Err("it has a signature and names no key".to_owned()),
        }
        Ok(Self { manifest, text, signature })
    }

    /// The package whose `.json` is at `path`; with the library beside it.
    pub(crate) fn read(path: &Path) -> Result<(Self, PathBuf), PackageError> {
        let invalid = |problem: String| PackageError::Invalid { path: path.to_owned(), problem };
        let text = small_files::read_text(path, MAX_TEXT)?.ok_or_else(|| missing(path))?;
        let stem = stem_of(path).ok_or_else(|| invalid("its name does not end with .json".to_owned()))?;
        let signature = small_files::read_text(&beside(path, &stem, SIGNATURE), MAX_TEXT)?;
        let package = Self::verified(text, signature).map_err(invalid)?;
        let library = beside(path, &stem, std::env::consts::DLL_SUFFIX);
        // Of another platform, whose libraries have another ending.
        let others = [".so", ".dylib", ".dll"].map(|ending| beside(path, &stem, ending));
        let library = std::iter::once(library).chain(others).find(|library| library.is_file());
        Ok((package, library.ok_or_else(|| invalid("the library is not beside it".to_owned()))?))
    }
}

/// What the names of the package's files begin with, of the one that ends with `.json`.
pub(crate) fn stem_of(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.strip_suffix(MANIFEST).map(str::to_owned)
}

/// A package that was written.
pub(crate) struct Written {
    pub(crate) manifest: PathBuf,
    pub(crate) files: Vec<PathBuf>,
}

/// Writes a package into the folder `out`: the library first, what is said of it last, so that
/// there never is one that is half there.
pub(crate) fn write(
    out: &Path,
    library: &Path,
    manifest: &PackageManifest,
    key: Option<&SecretKey>,
) -> Result<Written, PackageError> {
    small_files::public_folder(out)?;
    let stem = manifest.stem();
    let ending = library.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let copied = out.join(format!("{stem}{ending}"));
    copy(library, &copied, Visibility::Umask)?;
    let mut files = vec![copied];
    let path = out.join(format!("{stem}{MANIFEST}"));
    let failed = |error| FileError::io("write", &path)(io::Error::other(error));
    // As it is signed, without a line end: an index has it in the midst of others.
    let text = serde_json::to_string_pretty(manifest).map_err(failed)?;
    let signature = out.join(format!("{stem}{SIGNATURE}"));
    match key {
        None => drop(small_files::remove(&signature)?),
        Some(key) => {
            let signed = key.sign(text.as_bytes(), &stem);
            let signed = signed.map_err(|error| PackageError::Key { path: path.clone(), error })?;
            small_files::replace(&signature, signed.as_bytes(), Visibility::Umask)?;
            files.push(signature);
        }
    }
    small_files::replace(&path, text.as_bytes(), Visibility::Umask)?;
    files.push(path.clone());
    Ok(Written { manifest: path, files })
}

/// Copies a file, in one step; the folder is there.
pub(crate) fn copy(from: &Path, to: &Path, visibility: Visibility) -> Result<(), FileError> {
    let mut file = small_files::open(from, FileAccess::Read, "read")?.ok_or_else(|| missing(from))?.file;
    let mut copy = Replacement::begin(to, visibility)?;
    io::copy(&mut file, &mut copy).map_err(FileError::io("write", to))?;
    copy.commit_durably()
}

fn missing(path: &Path) -> FileError {
    FileError::io("read", path)(io::ErrorKind::NotFound.into())
}

fn beside(path: &Path, stem: &str, ending: &str) -> PathBuf {
    path.with_file_name(format!("{stem}{ending}"))
}
