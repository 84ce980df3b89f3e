//! Files that cannot be locked.

use std::{fs, path::PathBuf, process::Command};

use crate::Sandbox;

/// A library for `LD_PRELOAD` under which no file can be locked, as on some network file systems;
/// an error says what is missing to make it.
pub fn library(sandbox: &Sandbox) -> Result<PathBuf, String> {
    let (source, library) = (sandbox.path("lockless.c"), sandbox.path("lockless.so"));
    fs::write(&source, "#include <errno.h>\nint flock(int f, int o) { errno = ENOLCK; return -1; }\n")
        .map_err(|error| error.to_string())?;
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    if built.is_ok_and(|status| status.success()) { Ok(library) } else { Err("this needs `cc`".into()) }
}
