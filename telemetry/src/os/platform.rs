//! The conventions of where files are.

/// The conventions to follow; a parameter so that each can be tested anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// XDG Base Directory Specification.
    Xdg,
    /// `~/Library/Application Support`.
    MacOs,
    /// `%LOCALAPPDATA%`.
    Windows,
}

impl Platform {
    /// The one this library was built for.
    pub const CURRENT: Self = if cfg!(target_os = "macos") {
        Self::MacOs
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Xdg
    };

    /// The variable that gives the home directory, or what stands for it.
    pub fn home(self) -> &'static str {
        if self == Self::Windows { "LOCALAPPDATA" } else { "HOME" }
    }
}
