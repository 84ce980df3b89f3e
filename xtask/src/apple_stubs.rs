//! Stubs of the frameworks in Apple's SDK, to link by where there is no SDK.
//!
//! A stub has a library's place on a Mac and the names of what it exports. Names are those that the
//! crates declare by which the frameworks are used.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tests::workspace;

use crate::process::succeeds;

/// Each framework, and the crate that declares what is in it.
const FRAMEWORKS: [(&str, &str); 2] =
    [("CoreFoundation", "core-foundation-sys"), ("Security", "security-framework-sys")];

/// Writes a stub for each framework below `dir`. Gives the words by which a linker finds them.
pub fn write(dir: &Path) -> Result<String, String> {
    let args = ["metadata", "--format-version", "1", "--filter-platform", "aarch64-apple-darwin"];
    let metadata = succeeds(tests::cargo().args(args).current_dir(workspace()))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let frameworks = dir.join("frameworks");
    for (framework, name) in FRAMEWORKS {
        let sources = sources(&metadata, name).ok_or_else(|| format!("there is no crate {name}"))?;
        let mut names = BTreeSet::new();
        collect(&sources, &mut names).map_err(|error| format!("cannot read {}: {error}", sources.display()))?;
        let folder = frameworks.join(format!("{framework}.framework"));
        let path = folder.join(format!("{framework}.tbd"));
        let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, stub(framework, &names)));
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(format!("-F'{}'", frameworks.display()))
}

fn sources(metadata: &Value, name: &str) -> Option<PathBuf> {
    let package = metadata["packages"].as_array()?.iter().find(|package| package["name"] == name)?;
    Some(Path::new(package["manifest_path"].as_str()?).parent()?.join("src"))
}

/// The names of all functions and data that are declared in a folder's files.
fn collect(folder: &Path, names: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, names)?;
            continue;
        }
        names.extend(fs::read_to_string(&path)?.lines().filter_map(declared));
    }
    Ok(())
}

fn declared(line: &str) -> Option<String> {
    let line = line.trim_start();
    // Some data are declared by a macro, as what a name of the crate's own stands for.
    let by_macro = || line.split_once(" => ").map(|(_, name)| name).filter(|name| name.starts_with('k'));
    let rest = line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub static ")).or_else(by_macro)?;
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
    Some(rest.get(..end)?.to_owned())
}

fn stub(framework: &str, names: &BTreeSet<String>) -> String {
    let symbols: Vec<String> = names.iter().map(|name| format!("_{name}")).collect();
    format!(
        "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\n\
         install-name: '/System/Library/Frameworks/{framework}.framework/Versions/A/{framework}'\n\
         exports:\n  - targets: [ arm64-macos ]\n    symbols: [ {} ]\n...\n",
        symbols.join(", ")
    )
}

#[cfg(test)]
mod names {
    use super::declared;

    #[test]
    fn functions_and_data_have_names() {
        assert_eq!(declared("    pub fn SecRandomCopyBytes(rnd: T) -> c_int;").as_deref(), Some("SecRandomCopyBytes"));
        assert_eq!(declared("    pub static kSecClass: CFStringRef;").as_deref(), Some("kSecClass"));
        assert_eq!(declared("    RSASignatureRaw => kSecKeyAlgorithmRSA,").as_deref(), Some("kSecKeyAlgorithmRSA"));
        assert_eq!(declared("    LastOfAll => kSecLast").as_deref(), Some("kSecLast"));
        assert_eq!(declared("pub type CFIndex = isize;"), None);
        assert_eq!(declared("        _ => None,"), None);
    }
}
