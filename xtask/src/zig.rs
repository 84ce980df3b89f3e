//! zig, which links for other platforms and for systems older than this one.
//!
//! It comes as a package for Python, and so does maturin, which has what the compiler's words for
//! other linkers are to zig.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::python::Environment;

use crate::os;

/// What zig is called among Python's packages.
pub const ZIG: &str = "ziglang==0.17.1";

const PACKAGES: [&str; 2] = ["maturin==1.16.0", ZIG];

/// An environment of its own, with both.
pub struct Zig {
    dir: PathBuf,
    environment: Environment,
}

impl Zig {
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
        Ok(python)
    }

    /// A program that compiles C and links for what zig calls `platform`, with these words too.
    pub fn compiler(&self, platform: &str, words: &str) -> Result<PathBuf, String> {
        self.script(&format!("{platform}-cc"), &format!("cc -- -g -fno-sanitize=all -target {platform} {words}"))
    }

    /// A program that puts objects together.
    pub fn archiver(&self) -> Result<PathBuf, String> {
        self.script("ar", "ar --")
    }

    /// A folder with the program that Windows' linkers call for libraries that they only name.
    pub fn dlltool(&self) -> Result<PathBuf, String> {
        let tool = self.script("x86_64-w64-mingw32-dlltool", "dlltool --")?;
        Ok(tool.parent().map_or_else(PathBuf::new, Path::to_owned))
    }

    fn script(&self, name: &str, words: &str) -> Result<PathBuf, String> {
        let folder = self.dir.join("linkers");
        let path = folder.join(name);
        let search = self.path()?;
        let text = format!(
            "#!/bin/sh\nexport PATH='{}' CARGO_ZIGBUILD_CACHE_DIR='{}'\nexec '{}' zig {words} \"$@\"\n",
            search.display(),
            self.dir.join("zigbuild").display(),
            self.environment.program("maturin").display(),
        );
        write_program(&path, &text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        Ok(path)
    }

    fn path(&self) -> Result<OsString, String> {
        let own = self.environment.program("");
        let others = env::var_os("PATH").unwrap_or_default();
        env::join_paths([own].into_iter().chain(env::split_paths(&others))).map_err(|error| error.to_string())
    }
}

/// Writes a script that can be started. One that is there already is left as it is, since cargo
/// builds anew with a newer one.
pub fn write_program(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)?;
    os::let_start(path)
}
