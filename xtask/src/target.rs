//! Where this program was built into.

use std::{
    env,
    path::{Path, PathBuf},
};

use tests::workspace;

/// The target directory that this program was built into.
pub fn target() -> PathBuf {
    let exe = env::current_exe().unwrap_or_default();
    exe.ancestors().nth(2).map_or_else(|| workspace().join("target"), Path::to_owned)
}
