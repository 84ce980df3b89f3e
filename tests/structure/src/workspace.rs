//! The packages of this workspace, as cargo tells of them, and their files.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A package of the workspace.
pub struct Package {
    /// What it is called.
    pub name: String,
    /// Whether a registry may get it.
    pub is_published: bool,
    /// The names of what it needs to run or to build, from anywhere.
    pub needs: Vec<String>,
    /// The names of what its tests and examples need besides.
    pub tests_need: Vec<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// The root files of its library and its programs that lie in `src/`, relative to the folder.
    pub roots: Vec<String>,
}

/// The text of every file of a crate.
pub struct CrateSource {
    /// The package it belongs to.
    pub package: String,
    /// Where it starts, such as `src/lib.rs`.
    pub root: String,
    /// The text of each file by its path within the package.
    pub files: BTreeMap<String, String>,
}

/// Asks cargo for the packages of the workspace that this package belongs to.
///
/// # Errors
/// When cargo cannot be asked, or gives something else.
pub fn packages() -> Result<Vec<Package>, String> {
    let metadata = cargo_metadata()?;
    list(&metadata, "packages").map(package).collect()
}

/// Reads the crates of a package, one for each root.
///
/// # Errors
/// When a file cannot be read.
pub fn sources(package: &Package) -> Result<Vec<CrateSource>, String> {
    let mut files = BTreeMap::new();
    read_folder(&package.folder, "src", &mut files)?;
    let source =
        |root: &String| CrateSource { package: package.name.clone(), root: root.clone(), files: files.clone() };
    Ok(package.roots.iter().map(source).collect())
}

fn cargo_metadata() -> Result<Value, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .map_err(|error| format!("cannot run cargo: {error}; put it on the PATH"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo metadata` failed; mend what it says: {said}"));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cannot read what `cargo metadata` wrote: {error}"))
}

fn package(value: &Value) -> Result<Package, String> {
    let manifest = PathBuf::from(text(value, "manifest_path")?);
    let folder = manifest.parent().unwrap_or(&manifest).to_owned();
    Ok(Package {
        name: text(value, "name")?.to_owned(),
        is_published: value["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
        needs: needs(value, |kind| kind != "dev")?,
        tests_need: needs(value, |kind| kind == "dev")?,
        roots: roots(value, &folder)?,
        folder,
    })
}

/// The names of the dependencies of some kinds: `null` (to run), `build` and `dev`.
fn needs(package: &Value, is_meant: impl Fn(&Value) -> bool) -> Result<Vec<String>, String> {
    let meant = list(package, "dependencies").filter(|needed| is_meant(&needed["kind"]));
    meant.map(|needed| text(needed, "name").map(str::to_owned)).collect()
}

fn roots(package: &Value, folder: &Path) -> Result<Vec<String>, String> {
    let mut roots = Vec::new();
    for target in list(package, "targets") {
        let path = Path::new(text(target, "src_path")?);
        let within = path.strip_prefix(folder).unwrap_or(path);
        if within.starts_with("src") {
            roots.push(slashed(within));
        }
    }
    Ok(roots)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    let missing = || format!("what `cargo metadata` wrote has no text `{key}` where one belongs");
    value[key].as_str().ok_or_else(missing)
}

fn read_folder(package: &Path, within: &str, files: &mut BTreeMap<String, String>) -> Result<(), String> {
    let cannot_read = |path: &str, error| format!("cannot read {path} of {}: {error}", package.display());
    let entries = fs::read_dir(package.join(within)).map_err(|error| cannot_read(within, error))?;
    for entry in entries {
        let path = entry.map_err(|error| cannot_read(within, error))?.path();
        let name = slashed(path.strip_prefix(package).unwrap_or(&path));
        if path.is_dir() {
            read_folder(package, &name, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(|error| cannot_read(&name, error))?;
            files.insert(name, text);
        }
    }
    Ok(())
}

/// A path within a package, the same on every system.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
