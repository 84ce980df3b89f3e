//! What differs between systems, apart from tasks that only one of them can do.

use std::{io, path::Path};

/// The Python of a virtual environment.
pub const VENV_PYTHON: &str = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };

/// Lets a file be started as a program, where that is not up to its name.
#[cfg(unix)]
pub fn let_start(path: &Path) -> io::Result<()> {
    use std::{fs, os::unix::fs::PermissionsExt};
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
pub fn let_start(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether what is linked against glibc runs here.
pub const HAS_GLIBC: bool = cfg!(all(target_os = "linux", target_env = "gnu"));
