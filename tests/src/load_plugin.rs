//! How the program `load-plugin` ends where loading a file does not end well.

/// The file was refused before it was loaded.
pub const REFUSED: u8 = 3;
/// Loading failed.
pub const FAILED: u8 = 4;
