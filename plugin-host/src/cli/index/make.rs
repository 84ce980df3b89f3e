//! Makes an index out of packages.

use std::{fs, io, path::Path};

use semver::Version;
use serde::Serialize;
use serde_json::value::RawValue;
use small_files::{FileError, Replacement, Visibility, lock_folder};

use super::{
    address::Address,
    document::{Listed, PluginDocument, ROOT, Release, RootDocument},
    error::IndexError,
};
use crate::cli::package::{Package, PackageManifest, copy};

const LIBRARIES: &str = "files";

/// Makes an index without any plugins in the folder `dir`, which may be there and empty.
pub(crate) fn new(dir: &Path) -> Result<(), IndexError> {
    let not_made = |reason| IndexError::NotMade { path: dir.to_owned(), reason };
    let is_empty = fs::read_dir(dir).map(|mut entries| entries.next().is_none());
    match is_empty {
        Ok(true) => {}
        Ok(false) => return Err(not_made("it is not empty")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(_) => return Err(not_made("it cannot be read")),
    }
    small_files::public_folder(dir)?;
    write(&dir.join(ROOT), &RootDocument::new())
}

/// Puts a package into the index in `dir`: its library first and the list last, so that whoever
/// reads meanwhile finds what the list has. Gives where its library is.
pub(crate) fn add(dir: &Path, package: &Package, library: &Path) -> Result<String, IndexError> {
    let index = Address::Folder(dir.to_owned());
    // What is not an index yet is not made one by a slip of the hand.
    RootDocument::read(&index)?;
    let _lock = lock_folder(dir)?;
    let manifest = &package.manifest;
    let mut document =
        PluginDocument::read_if_there(&index, &manifest.name)?.unwrap_or_else(|| PluginDocument::new(&manifest.name));
    let raw = RawValue::from_string(package.text.clone());
    let raw = raw.map_err(|error| index.invalid(&manifest.stem(), error.to_string()))?;
    check_new(&document, manifest)?;
    let name = library.extension().map(|ending| format!("{}.{}", manifest.stem(), ending.to_string_lossy()));
    let place = format!("{LIBRARIES}/{}", name.unwrap_or_else(|| manifest.stem()));
    small_files::public_folder(&dir.join(LIBRARIES))?;
    copy(library, &dir.join(&place), Visibility::Everyone)?;
    document.releases.retain(|release| release.library != place);
    document.releases.push(Release { manifest: raw, signature: package.signature.clone(), library: place.clone() });
    write(&dir.join(PluginDocument::place(&manifest.name)), &document)?;
    let mut root = RootDocument::read(&index)?;
    let listed = root.plugins.entry(manifest.name.clone());
    let listed = listed.or_insert_with(|| Listed { description: String::new(), latest: String::new() });
    let is_newer = |latest: &str| match (Version::parse(latest), manifest.semver()) {
        (Ok(latest), Ok(version)) => version >= latest,
        _ => true,
    };
    if is_newer(&listed.latest) {
        listed.latest.clone_from(&manifest.version);
        listed.description.clone_from(&manifest.description);
    }
    write(&dir.join(ROOT), &root)?;
    Ok(place)
}

/// A version is published once: whoever has it would be told that it was exchanged.
fn check_new(document: &PluginDocument, manifest: &PackageManifest) -> Result<(), IndexError> {
    let known = document.releases.iter().filter_map(|release| PackageManifest::parse(release.manifest.get()).ok());
    for known in known.filter(|known| known.stem() == manifest.stem()) {
        if known.digest != manifest.digest {
            let (name, version, platform) =
                (manifest.name.clone(), manifest.version.clone(), manifest.platform.clone());
            return Err(IndexError::Published { name, version, platform });
        }
    }
    Ok(())
}

fn write(path: &Path, document: &impl Serialize) -> Result<(), IndexError> {
    let failed = |error: serde_json::Error| FileError::io("write", path)(io::Error::other(error));
    let text = serde_json::to_string_pretty(document).map_err(failed)? + "\n";
    Ok(Replacement::write(path, text.as_bytes(), Visibility::Everyone)?.commit_durably()?)
}
