//! The sources of this compiler's standard library, from Debian, for platforms of which there is no
//! built copy here.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{debian::Debian, process::succeeds};

/// Where Debian has sources of compilers newer than its own.
const SUITES: [&str; 3] = ["trixie-backports", "forky", "sid"];

/// Where the sources are: below `dir`, unpacked there if they are not.
pub fn sources(dir: &Path) -> Result<PathBuf, String> {
    let version = compiler_version()?;
    let debian = dir.join("debian");
    let library = debian.join(format!("root/usr/src/rustc-{version}/library"));
    if !library.is_dir() {
        let debian = Debian::of_suites(debian, &SUITES)?;
        let known = debian.versions("rust-src")?;
        let package = known.iter().find(|known| known.starts_with(&format!("{version}+")));
        let package = package.ok_or_else(|| format!("Debian has no sources of rustc {version}"))?;
        debian.unpack(&[&format!("rust-src={package}")])?;
    }
    Ok(library)
}

/// Has a stable compiler build a library that it has no built copy of.
pub fn allow<'c>(cargo: &'c mut Command, library: &Path) -> &'c mut Command {
    cargo.env("RUSTC_BOOTSTRAP", "1").env("__CARGO_TESTS_ONLY_SRC_ROOT", library)
}

/// `1.95.0`.
fn compiler_version() -> Result<String, String> {
    let said = succeeds(Command::new("rustc").arg("-V"))?;
    said.split_whitespace().nth(1).map(str::to_owned).ok_or_else(|| format!("rustc says its version is {said}"))
}
