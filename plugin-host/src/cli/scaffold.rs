//! Makes the crate of a new plugin: small, and it builds, loads and passes its own test.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use hookspec::Manifest;
use small_files::FileError;

use crate::{cli::names::cargo_file_name, message::shown, program::Program};

/// More than this is not a `Cargo.toml`, in bytes.
const MAX_MANIFEST: u64 = 1 << 20;

/// Words that cannot name a crate: Rust's keywords in any edition, and names that `cargo new`
/// refuses or the crate depends on.
const RESERVED: &str = "\
    abstract alloc as async await become box break build const continue core crate deps do dyn else enum examples \
    extern false final fn for gen if impl in incremental let loop macro match mod move mut override \
    hookspec priv proc-macro proc_macro pub ref return self Self static std struct super test trait true try \
    type typeof unsafe unsized use virtual where while yield";

/// Why the crate could not be made. Nothing is left behind then.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The name cannot be a plugin's.
    #[error("`{name}` cannot be the name of a plugin: {problem}")]
    Name {
        /// The name.
        name: String,
        /// Why not, and what to do.
        problem: String,
    },
    /// There is something of that name.
    #[error("{} exists already; choose another name or --path", shown(.0))]
    Exists(PathBuf),
    /// It was not said where `hookspec` is.
    #[error("hookspec is not published; pass its folder, in a clone of this program's repository, as --api-path")]
    ApiNeeded,
    /// There is no `hookspec` where it was said to be, or no `hookspec-host` beside it.
    #[error(
        "there is no crate `{package}` in {}; pass the folder `plugin-api` of a clone of the repository as --api-path",
        shown(folder)
    )]
    NoApi {
        /// What is missing.
        package: &'static str,
        /// Where it should be.
        folder: PathBuf,
    },
    /// A file or directory could not be written.
    #[error(
        "cannot make a plugin in {}: {error}; check that the directory exists and that you may write there",
        shown(path)
    )]
    Unwritable {
        /// The directory that was to be made.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Makes the crate of the plugin `name` in the new directory `target`, and gives that as an
/// absolute path.
///
/// `api` is the folder of `hookspec`; without it there is no plugin, for the crate of that name
/// that a registry has is not ours. `taken` are the commands of this host, of which the plugin's
/// own cannot be one.
pub(crate) fn create(
    program: &Program,
    name: &str,
    target: &Path,
    api: Option<&Path>,
    taken: &[String],
) -> Result<PathBuf, ScaffoldError> {
    check_name(name, taken).map_err(|problem| ScaffoldError::Name { name: name.to_owned(), problem })?;
    let unwritable = |error| ScaffoldError::Unwritable { path: target.to_owned(), error };
    let target = std::path::absolute(target).map_err(unwritable)?;
    if target.symlink_metadata().is_ok() {
        return Err(ScaffoldError::Exists(target));
    }
    let dependencies = Dependencies::of(api.ok_or(ScaffoldError::ApiNeeded)?)?;
    match write(program, name, &target, &dependencies) {
        Ok(()) => Ok(target),
        // Somebody else made it meanwhile.
        Err(error) if matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists) => {
            Err(ScaffoldError::Exists(target))
        }
        Err(error) => Err(unwritable(error)),
    }
}

fn check_name(name: &str, taken: &[String]) -> Result<(), String> {
    if !Manifest::allows_name(name) {
        return Err("use letters, digits, `-` and `_`, at most 64".to_owned());
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err("it needs a letter at its start".to_owned());
    }
    if RESERVED.split_whitespace().any(|reserved| reserved == name) {
        return Err("it is a reserved word of Rust or cargo; choose another".to_owned());
    }
    if taken.iter().any(|taken| taken == name) {
        return Err("it is a command of this program; choose another".to_owned());
    }
    Ok(())
}

/// What `Cargo.toml` says of the crates that a plugin and its test need.
struct Dependencies {
    api: String,
    host: String,
}

impl Dependencies {
    /// Of the folder of `hookspec`, beside which that of `hookspec-host` is.
    fn of(api: &Path) -> Result<Self, ScaffoldError> {
        let host = api.join("../plugin-host");
        Ok(Self { api: dependency(api, "hookspec")?, host: dependency(&host, "hookspec-host")? })
    }
}

fn dependency(folder: &Path, package: &'static str) -> Result<String, ScaffoldError> {
    let missing = || ScaffoldError::NoApi { package, folder: folder.to_owned() };
    let manifest = small_files::read_text(&folder.join("Cargo.toml"), MAX_MANIFEST);
    let manifest: toml::Table = manifest.ok().flatten().unwrap_or_default().parse().unwrap_or_default();
    let name = manifest.get("package").and_then(|package| package.get("name"));
    if name.and_then(toml::Value::as_str) != Some(package) {
        return Err(missing());
    }
    let path = small_files::resolve(folder).map_err(|_| missing())?;
    let path = path.to_str().ok_or_else(missing)?;
    Ok(format!("path = {}", toml::Value::from(path)))
}

/// In a temporary directory beside, which is then renamed.
fn write(program: &Program, name: &str, target: &Path, dependencies: &Dependencies) -> io::Result<()> {
    let parent = target.parent().ok_or(io::ErrorKind::AlreadyExists)?;
    let temporary = tempfile::Builder::new().prefix(".plugin-new-").tempdir_in(parent)?;
    // One level deeper, for the temporary directory itself is closed to others.
    let root = temporary.path().join("crate");
    fs::create_dir_all(root.join("src"))?;
    fs::create_dir_all(root.join(".github/workflows"))?;
    let template = program.template();
    let files = [
        ("Cargo.toml", include_str!("../../data/plugin/Cargo.toml.in")),
        ("README.md", template.readme),
        (".gitignore", "/target\n"),
        (".github/workflows/ci.yml", include_str!("../../data/plugin/ci.yml.in")),
        ("src/lib.rs", template.lib),
        ("src/tests.rs", template.tests),
    ];
    for (path, text) in files {
        let text = fill(text, program, name, dependencies);
        small_files::write_new(&root.join(path), text.as_bytes()).map_err(FileError::into_io)?;
    }
    fs::rename(&root, target)
}

fn fill(text: &str, program: &Program, name: &str, dependencies: &Dependencies) -> String {
    text.replace("{{name}}", name)
        .replace("{{Type}}", &type_name(name))
        .replace("{{library}}", &cargo_file_name(name))
        .replace("{{program}}", program.name())
        .replace("{{hookspec}}", &dependencies.api)
        .replace("{{hookspec-host}}", &dependencies.host)
}

/// `my-plugin` as a type: `MyPlugin`. The suffix keeps it apart from what it is used with, and from
/// Rust's own types.
fn type_name(name: &str) -> String {
    let words = name.split(['-', '_']).filter(|word| !word.is_empty());
    let mut camel: String =
        words.flat_map(|word| word[..1].to_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>()).collect();
    if !camel.ends_with("Plugin") {
        camel.push_str("Plugin");
    }
    camel
}
