//! What packs wheels: maturin, and zig to link by.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{process::succeeds, standard_library, target::target, zig::Zig};

/// An environment of its own, with all of them.
pub struct Tools {
    dir: PathBuf,
    zig: Zig,
}

impl Tools {
    /// Made below `dir`, or as it was left there.
    pub fn get(dir: &Path) -> Result<Self, String> {
        Ok(Self { dir: dir.to_owned(), zig: Zig::get(dir)? })
    }

    /// Its Python, which finds and is found with the other programs.
    pub fn python(&self) -> Result<Command, String> {
        let mut python = self.zig.python()?;
        python.env("CARGO_TARGET_DIR", self.dir.join("build"));
        Ok(python)
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
