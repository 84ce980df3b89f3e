//! What differs between systems, apart from tasks that only one of them can do.

/// The Python of a virtual environment.
pub const VENV_PYTHON: &str = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };

/// Whether what is linked against glibc runs here.
pub const HAS_GLIBC: bool = cfg!(all(target_os = "linux", target_env = "gnu"));
