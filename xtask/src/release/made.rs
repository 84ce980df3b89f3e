//! What is made.

use std::path::PathBuf;

use super::platform::Platform;

/// What users download for one platform.
pub struct Archive {
    pub platform: &'static Platform,
    pub file_name: String,
}

/// All that is made.
pub struct Release {
    pub folder: PathBuf,
    pub archives: Vec<Archive>,
    /// The `.json` of the plugin's package for this platform.
    pub package: Option<PathBuf>,
    /// The public key of the signatures.
    pub key: String,
}
