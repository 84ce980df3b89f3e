//! Kedro in an environment of its own, and beside it the package.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    thread,
    time::UNIX_EPOCH,
};

use tests::{
    artifacts,
    python::{Environment, EnvironmentError, install_package},
    workspace,
};

/// What most users have.
const NEWEST: &str = "1.7.0";

/// What people test their projects with.
const PYTEST: &str = "pytest==8.4.2";

/// Kedro without plugins, and the package in a folder that commands may have on their path.
pub struct Kedro {
    /// Its version.
    pub version: String,
    /// Where Kedro is.
    pub environment: Environment,
    /// The folder that the package is in.
    pub package: PathBuf,
}

/// The newest Kedro; `None`, said aloud with the test's name, where it cannot be had.
pub fn newest() -> Option<&'static Kedro> {
    static KEDRO: OnceLock<Option<Kedro>> = OnceLock::new();
    let kedro = KEDRO.get_or_init(|| or_said(of(NEWEST))).as_ref();
    if kedro.is_none() {
        passed_over("Kedro of PyPI");
    }
    kedro
}

/// Kedro of a version. The environment is made once in a target directory, whoever asks.
pub fn of(version: &str) -> Result<Kedro, EnvironmentError> {
    made("python3", version, &format!("kedro-{version}"))
}

/// The newest Kedro under another Python.
pub fn under(python: &'static str) -> Result<Kedro, EnvironmentError> {
    made(python, NEWEST, &format!("kedro-{NEWEST}-{python}"))
}

fn made(python: &'static str, version: &str, name: &str) -> Result<Kedro, EnvironmentError> {
    let _lock = lock(&folder().join(format!("{name}.lock")));
    let pinned = [&format!("kedro=={version}"), PYTEST];
    let environment = Environment::of(python, &folder().join(name), &pinned, &["kedro-telemetry"])?;
    let package = folder().join("kedro-package");
    install_once(&package, &environment);
    Ok(Kedro { version: version.to_owned(), environment, package })
}

/// The folder of the original, for the environment's Python, without what it needs: the environment
/// has that.
pub fn original(environment: &Environment) -> Result<PathBuf, EnvironmentError> {
    let target = folder().join("kedro-telemetry-0.9.0");
    let _lock = lock(&folder().join("original.lock"));
    if !target.join("kedro_telemetry/plugin.py").exists() {
        environment.pip(&["install", "--no-deps", "--target", &target.to_string_lossy(), "kedro-telemetry==0.9.0"])?;
    }
    Ok(target)
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// What is there, after it was said why it is not.
pub fn or_said<T>(made: Result<T, EnvironmentError>) -> Option<T> {
    made.inspect_err(|error| println!("{error}")).ok()
}

/// Says that the running test needs what is missing.
pub fn passed_over(needed: &str) {
    println!("{}: passed over, needs {needed}", thread::current().name().unwrap_or("a test"));
}

fn lock(path: &Path) -> File {
    let file = File::create(path).unwrap();
    file.lock().unwrap();
    file
}

/// Puts the package there, unless it is what has been built last. It is compiled, as pip does it:
/// whoever imports it writes nothing.
fn install_once(package: &Path, environment: &Environment) {
    let _lock = lock(&folder().join("kedro-package.lock"));
    let stamp = package.join("built");
    let built = built().unwrap();
    if fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == built) {
        return;
    }
    install_package(artifacts(), package).unwrap();
    let mut compile = Command::new(environment.python());
    assert!(compile.args(["-m", "compileall", "-q"]).arg(package).status().unwrap().success());
    fs::write(stamp, built).unwrap();
}

/// Length and time of change of all that makes up the package.
fn built() -> io::Result<String> {
    let native = [artifacts().library("_native"), artifacts().binary("kedro-plugin-host"), artifacts().telemetry()];
    let sources = fs::read_dir(workspace().join("kedro-bridge/python/kedro_telemetry"))?;
    let sources = sources.collect::<io::Result<Vec<_>>>()?.into_iter().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = sources.filter(|path| path.is_file()).chain(native).collect();
    files.sort();
    let line = |file: PathBuf| {
        let metadata = file.metadata()?;
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        Ok(format!("{} {} {}\n", file.display(), metadata.len(), changed.as_nanos()))
    };
    files.into_iter().map(line).collect()
}
