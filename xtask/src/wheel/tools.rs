//! What packs wheels: maturin, and zig to link by, as Python's packages have them.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use tests::python::Environment;

use crate::{platforms::ZIG, process::succeeds, standard_library, target::target};

const PACKAGES: [&str; 2] = ["maturin==1.16.0", ZIG];

/// An environment of its own, with all of them.
pub struct Tools {
    dir: PathBuf,
    environment: Environment,
}

impl Tools {
    /// Made below `dir`, or as it was left there.
    pub fn get(dir: &Path) -> Result<Self, String> {
        let environment = Environment::with(&dir.join("tools"), &PACKAGES, &[]);
        Ok(Self { dir: dir.to_owned(), environment: environment.map_err(|error| error.to_string())? })
    }

    /// Its Python, which finds and is found with the other programs.
    pub fn python(&self) -> Result<Command, String> {
        let mut python = Command::new(self.environment.python());
        python.env("PATH", self.path()?);
        // Nothing is left outside of the target directory, and what a run has made serves the next.
        python.env("CARGO_ZIGBUILD_CACHE_DIR", self.dir.join("zigbuild"));
        python.env("CARGO_TARGET_DIR", self.dir.join("build"));
        Ok(python)
    }

    fn path(&self) -> Result<OsString, String> {
        let own = self.environment.program("").clone();
        let others = env::var_os("PATH").unwrap_or_default();
        env::join_paths([own].into_iter().chain(env::split_paths(&others))).map_err(|error| error.to_string())
    }
}

/// Where the sources of the standard library are, if this compiler has no built copy of it for
/// the platform.
pub fn library(triple: &str) -> Result<Option<PathBuf>, String> {
    let sysroot = succeeds(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim_end()).join("lib/rustlib").join(triple).join("lib").is_dir() {
        return Ok(None);
    }
    standard_library::sources(&target().join("platforms")).map(Some)
}
