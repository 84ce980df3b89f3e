//! The manifest: what a plugin library says of itself in a section of its own, so that it can be
//! read without running it.
//!
//! The section (`.plugin_api` in ELF, `__DATA,__plugin_api` in Mach-O, `.plugapi` in PE) holds
//! UTF-8 text: the line `plugin-api manifest 1`, then `key=value` lines, then a NUL. Unknown keys
//! are left alone, so that it can grow.

use std::fmt;

/// What a plugin library says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Manifest {
    /// The plugin's name: letters, digits, `-` and `_`.
    pub name: String,
    /// The plugin's version.
    pub version: String,
    /// The version of `hookspec` it was built with.
    pub api_version: String,
    /// The number of the boundary, [`abi::ABI_VERSION`](crate::abi::ABI_VERSION).
    pub abi_version: u32,
    /// One line; may be empty.
    pub description: String,
    /// The keys of its settings; `None` unless the plugin says which it knows.
    pub settings: Option<Vec<String>>,
}

/// Why a manifest could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError(&'static str);

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ManifestError {}

const HEADER: &str = "plugin-api manifest 1\n";

/// Longest manifest that is read, in bytes.
pub const MAX_LEN: u64 = 4096;

impl Manifest {
    /// Whether a plugin may have this name: letters, digits, `-` and `_`, at most 64.
    #[must_use]
    pub const fn allows_name(name: &str) -> bool {
        is_name(name.as_bytes())
    }

    /// Reads the content of the section.
    ///
    /// # Errors
    /// When it is not a manifest, lacks a key or holds a name that no plugin may have.
    pub fn parse(section: &[u8]) -> Result<Self, ManifestError> {
        let end = section.iter().position(|byte| *byte == 0).unwrap_or(section.len());
        let text = std::str::from_utf8(&section[..end]).map_err(|_| ManifestError("its manifest is not UTF-8"))?;
        if text.chars().any(|letter| letter.is_control() && letter != '\n') {
            return Err(ManifestError("its manifest has control characters"));
        }
        let lines = text.strip_prefix(HEADER).ok_or(ManifestError("its manifest has another format"))?;
        let value = |key: &str| lines.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let required = |key, missing| value(key).ok_or(ManifestError(missing));

        let name = required("name", "its manifest lacks a name")?;
        if !is_name(name.as_bytes()) {
            return Err(ManifestError("its name may have letters, digits, `-` and `_` only, at most 64"));
        }
        Ok(Self {
            name: name.to_owned(),
            version: required("version", "its manifest lacks a version")?.to_owned(),
            api_version: required("api", "its manifest lacks the version of hookspec")?.to_owned(),
            abi_version: required("abi", "its manifest lacks an ABI version")?
                .parse()
                .map_err(|_| ManifestError("its ABI version is not a number"))?,
            description: value("description").unwrap_or_default().to_owned(),
            settings: value("settings").map(|keys| keys.split_whitespace().map(str::to_owned).collect()),
        })
    }
}

const fn is_name(name: &[u8]) -> bool {
    let mut i = 0;
    while i < name.len() {
        if !(name[i].is_ascii_alphanumeric() || name[i] == b'-' || name[i] == b'_') {
            return false;
        }
        i += 1;
    }
    !name.is_empty() && name.len() <= 64
}

/// Number of pieces that [`parts`] gives.
#[doc(hidden)]
pub const PARTS: usize = 13;

/// The text of a manifest, in pieces, since `concat!` takes no constants.
#[doc(hidden)]
#[must_use]
pub const fn parts<'a>(name: &'a str, version: &'a str, description: &'a str) -> [&'a str; PARTS] {
    assert!(is_name(name.as_bytes()), "a plugin's name may have letters, digits, `-` and `_` only, at most 64");
    assert!(is_line(version) && is_line(description), "a plugin's version and description are one line each");
    assert!(name.len() + version.len() + description.len() < 3072, "a plugin's description is too long");
    [
        HEADER,
        "name=",
        name,
        "\nversion=",
        version,
        "\napi=",
        env!("CARGO_PKG_VERSION"),
        "\nabi=2",
        "\ndescription=",
        description,
        "",
        "",
        "\n\0",
    ]
}

/// The same pieces with the keys of the plugin's settings, a blank between each two.
#[doc(hidden)]
#[must_use]
pub const fn declaring<'a>(mut parts: [&'a str; PARTS], settings: &'a str) -> [&'a str; PARTS] {
    assert!(are_names(settings.as_bytes()), "the key of a setting may have letters, digits, `-` and `_` only");
    assert!(settings.len() < 512, "a plugin's settings have too long names");
    parts[PARTS - 3] = "\nsettings=";
    parts[PARTS - 2] = settings;
    parts
}

const fn are_names(names: &[u8]) -> bool {
    let mut i = 0;
    while i < names.len() {
        if !(names[i].is_ascii_alphanumeric() || names[i] == b'-' || names[i] == b'_' || names[i] == b' ') {
            return false;
        }
        i += 1;
    }
    true
}

const _: () = assert!(crate::abi::ABI_VERSION == 2, "`parts` writes the ABI version");

const fn is_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] < b' ' {
            return false;
        }
        i += 1;
    }
    true
}

/// The length of the pieces together, in bytes.
#[doc(hidden)]
#[must_use]
pub const fn len(parts: &[&str; PARTS]) -> usize {
    let mut total = 0;
    let mut i = 0;
    while i < PARTS {
        total += parts[i].len();
        i += 1;
    }
    total
}

/// The pieces put together.
#[doc(hidden)]
#[must_use]
pub const fn bytes<const N: usize>(parts: &[&str; PARTS]) -> [u8; N] {
    let mut out = [0; N];
    let (mut at, mut i) = (0, 0);
    while i < PARTS {
        let part = parts[i].as_bytes();
        let mut j = 0;
        while j < part.len() {
            out[at] = part[j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    out
}
