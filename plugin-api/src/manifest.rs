//! The manifest: what a plugin library says of itself in a section of its own, so that it can be
//! read without running it.
//!
//! The section (`.plugin_api` in ELF, `__DATA,__plugin_api` in Mach-O, `.plugapi` in PE) holds
//! UTF-8 text: the line `plugin-api manifest 1`, then `key=value` lines, then a NUL. Unknown keys
//! are left alone, so that it can grow.

use std::fmt;

use crate::{interface::Interface, layouts::LAYOUTS};

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
    /// The layouts of the boundary's types, by a digest of their declarations; `None` for a plugin
    /// that was built before plugins said so.
    pub layouts: Option<String>,
    /// One line; may be empty.
    pub description: String,
    /// The keys of its settings; `None` unless the plugin says which it knows.
    pub settings: Option<Vec<String>>,
    /// The interfaces whose hooks it implements, as name and version; those that it names.
    pub interfaces: Vec<String>,
    /// Its licence, as in `Cargo.toml`; may be empty, as may what follows.
    pub license: String,
    /// Where to read about it.
    pub homepage: String,
    /// Where its source is.
    pub repository: String,
    /// Who has written it.
    pub authors: Vec<String>,
    /// The hooks that it implements; `None` unless the plugin lists them, and so may be loaded when
    /// one of them is first called.
    pub hooks: Option<Vec<String>>,
    /// The commands that it adds; those that it lists.
    pub commands: Vec<String>,
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

/// Longest manifest that is made, in bytes.
const CAPACITY: usize = 4096;

/// Longest manifest that is read, in bytes.
pub const MAX_LEN: u64 = CAPACITY as u64;

impl Manifest {
    /// Whether the boundary's types have the same layouts there and here, as far as that can be told
    /// without a look at each.
    #[must_use]
    pub fn has_own_layouts(&self) -> bool {
        self.layouts.as_deref() == Some(LAYOUTS)
    }

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
        let lines = text.strip_prefix(HEADER).ok_or(ManifestError("its manifest has another format"))?;
        Self::from_lines(lines)
    }
}

/// The values of a manifest by their keys. Of a key that is there twice, the first counts.
#[derive(Default)]
struct Values<'a> {
    name: Option<&'a str>,
    version: Option<&'a str>,
    api: Option<&'a str>,
    abi: Option<&'a str>,
    layouts: Option<&'a str>,
    description: Option<&'a str>,
    settings: Option<&'a str>,
    interfaces: Option<&'a str>,
    license: Option<&'a str>,
    homepage: Option<&'a str>,
    repository: Option<&'a str>,
    authors: Option<&'a str>,
    hooks: Option<&'a str>,
    commands: Option<&'a str>,
}

impl<'a> Values<'a> {
    fn of(lines: &'a str) -> Self {
        let mut values = Self::default();
        for (key, value) in lines.lines().filter_map(|line| line.split_once('=')) {
            let place = match key {
                "name" => &mut values.name,
                "version" => &mut values.version,
                "api" => &mut values.api,
                "abi" => &mut values.abi,
                "layouts" => &mut values.layouts,
                "description" => &mut values.description,
                "settings" => &mut values.settings,
                "interfaces" => &mut values.interfaces,
                "license" => &mut values.license,
                "homepage" => &mut values.homepage,
                "repository" => &mut values.repository,
                "authors" => &mut values.authors,
                "hooks" => &mut values.hooks,
                "commands" => &mut values.commands,
                // Of a later version.
                _ => continue,
            };
            place.get_or_insert(value);
        }
        values
    }
}

impl Manifest {
    /// It as the lines of a section, the first of all aside. What [`parse`](Self::parse) reads of them
    /// is this again.
    #[doc(hidden)]
    #[must_use]
    pub fn to_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |key: &str, value: &str| lines.push(format!("{key}={value}"));
        line("name", &self.name);
        line("version", &self.version);
        line("api", &self.api_version);
        line("abi", &self.abi_version.to_string());
        if let Some(layouts) = &self.layouts {
            line("layouts", layouts);
        }
        if let Some(keys) = &self.settings {
            line("settings", &keys.join(" "));
        }
        if let Some(hooks) = &self.hooks {
            line("hooks", &hooks.join(","));
        }
        let rest = [
            ("description", self.description.clone()),
            ("interfaces", self.interfaces.join(",")),
            ("commands", self.commands.join(",")),
            ("license", self.license.clone()),
            ("homepage", self.homepage.clone()),
            ("repository", self.repository.clone()),
            ("authors", self.authors.join(":")),
        ];
        for (key, value) in rest.iter().filter(|(_, value)| !value.is_empty()) {
            line(key, value);
        }
        lines
    }

    /// What [`to_lines`](Self::to_lines) has given, a line each.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    #[doc(hidden)]
    pub fn from_lines(lines: &str) -> Result<Self, ManifestError> {
        if has_control(lines) {
            return Err(ManifestError("its manifest has control characters"));
        }
        let values = Values::of(lines);
        let name = values.name.ok_or(ManifestError("its manifest lacks a name"))?;
        if !is_name(name.as_bytes()) {
            return Err(ManifestError("its name may have letters, digits, `-` and `_` only, at most 64"));
        }
        let version = values.version.ok_or(ManifestError("its manifest lacks a version"))?;
        let api_version = values.api.ok_or(ManifestError("its manifest lacks the version of hookspec"))?;
        let number = values.abi.ok_or(ManifestError("its manifest lacks an ABI version"))?;
        let owned = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Ok(Self {
            name: name.to_owned(),
            version: version.to_owned(),
            api_version: api_version.to_owned(),
            abi_version: number.parse().map_err(|_| ManifestError("its ABI version is not a number"))?,
            layouts: values.layouts.map(str::to_owned),
            description: owned(values.description),
            settings: values.settings.map(|keys| keys.split_whitespace().map(str::to_owned).collect()),
            interfaces: list(values.interfaces, ','),
            license: owned(values.license),
            homepage: owned(values.homepage),
            repository: owned(values.repository),
            authors: list(values.authors, ':'),
            hooks: values.hooks.map(|hooks| list(Some(hooks), ',')),
            commands: list(values.commands, ','),
        })
    }
}

/// Whether there are control characters other than the ends of lines.
fn has_control(lines: &str) -> bool {
    if lines.is_ascii() {
        return lines.bytes().any(|byte| byte.is_ascii_control() && byte != b'\n');
    }
    lines.chars().any(|letter| letter.is_control() && letter != '\n')
}

fn list(items: Option<&str>, separator: char) -> Vec<String> {
    let items = items.unwrap_or_default().split(separator).map(str::trim);
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
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

/// What [`export_plugin!`](crate::export_plugin) knows of a plugin.
#[doc(hidden)]
pub struct Facts<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub description: &'a str,
    pub license: &'a str,
    pub homepage: &'a str,
    pub repository: &'a str,
    /// As cargo gives them, a `:` between each two.
    pub authors: &'a str,
    /// `None` unless the plugin says which it knows.
    pub settings: Option<&'a [&'a str]>,
    pub interfaces: &'a [Interface],
    /// `None` unless the plugin lists them.
    pub hooks: Option<&'a [&'a str]>,
    pub commands: &'a [&'a str],
}

impl<'a> Facts<'a> {
    /// Of which no more is known.
    #[must_use]
    pub const fn named(name: &'a str, version: &'a str) -> Self {
        Self {
            name,
            version,
            description: "",
            license: "",
            homepage: "",
            repository: "",
            authors: "",
            settings: None,
            interfaces: &[],
            hooks: None,
            commands: &[],
        }
    }
}

/// Longest licence, address or list that a manifest has, in bytes.
const MAX_LINE: usize = 256;

/// The text of a manifest, made while the plugin is compiled.
#[doc(hidden)]
pub struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    /// # Panics
    /// When it cannot be a manifest; in a constant, that fails the build.
    #[must_use]
    pub const fn of(facts: &Facts<'_>) -> Self {
        assert!(
            is_name(facts.name.as_bytes()),
            "a plugin's name may have letters, digits, `-` and `_` only, at most 64"
        );
        assert!(
            is_line(facts.version) && is_line(facts.description),
            "a plugin's version and description are one line each"
        );
        let len = facts.name.len() + facts.version.len() + facts.description.len();
        assert!(len < 1536, "a plugin's description is too long");

        let mut text = Self { bytes: [0; CAPACITY], len: 0 };
        text.push(HEADER);
        text.line("name", facts.name);
        text.line("version", facts.version);
        text.line("api", env!("CARGO_PKG_VERSION"));
        text.line("abi", ABI);
        text.line("description", facts.description);
        text.settings(facts.settings);
        text.interfaces(facts.interfaces);
        if let Some(hooks) = facts.hooks {
            text.names("hooks", hooks);
        }
        if !facts.commands.is_empty() {
            text.names("commands", facts.commands);
        }
        text.short_line("license", facts.license);
        text.short_line("homepage", facts.homepage);
        text.short_line("repository", facts.repository);
        text.short_line("authors", within(facts.authors));
        text.line("layouts", LAYOUTS);
        text.push("\0");
        text
    }

    /// In bytes, with the NUL at its end.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.len
    }

    /// Its first `N` bytes.
    #[must_use]
    pub const fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        let mut at = 0;
        while at < N {
            out[at] = self.bytes[at];
            at += 1;
        }
        out
    }

    const fn settings(&mut self, settings: Option<&[&str]>) {
        let Some(keys) = settings else { return };
        self.push("settings=");
        let start = self.len;
        let mut i = 0;
        while i < keys.len() {
            let fits = is_name(keys[i].as_bytes());
            assert!(fits, "the key of a setting may have letters, digits, `-` and `_` only, at most 64");
            self.push(keys[i]);
            self.push(" ");
            i += 1;
        }
        assert!(self.len - start < 768, "a plugin's settings have too long names");
        self.push("\n");
    }

    const fn interfaces(&mut self, interfaces: &[Interface]) {
        if interfaces.is_empty() {
            return;
        }
        self.push("interfaces=");
        let start = self.len;
        let mut i = 0;
        while i < interfaces.len() {
            let Interface { name, version } = interfaces[i];
            let fits = is_name(name.as_bytes()) && is_version(version.as_bytes());
            assert!(fits, "an interface has a name of letters, digits, `-` and `_`, and a version");
            if i > 0 {
                self.push(",");
            }
            self.push(name);
            self.push(" ");
            self.push(version);
            i += 1;
        }
        assert!(self.len - start < 512, "a plugin names too many interfaces");
        self.push("\n");
    }

    /// Names of hooks or commands, which may be none.
    const fn names(&mut self, key: &str, names: &[&str]) {
        self.push(key);
        self.push("=");
        let mut i = 0;
        while i < names.len() {
            assert!(is_listed(names[i]), "a hook or command that is listed has a name without commas and spaces");
            if i > 0 {
                self.push(",");
            }
            self.push(names[i]);
            i += 1;
        }
        self.push("\n");
    }

    /// Left out where it is empty.
    const fn short_line(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        assert!(is_line(value), "a plugin's licence, homepage, repository and authors are one line each");
        assert!(value.len() <= MAX_LINE, "a plugin's licence, homepage and repository have 256 bytes at most");
        self.line(key, value);
    }

    const fn line(&mut self, key: &str, value: &str) {
        self.push(key);
        self.push("=");
        self.push(value);
        self.push("\n");
    }

    const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        assert!(self.len + text.len() <= self.bytes.len(), "a plugin's manifest is too long");
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len + i] = text[i];
            i += 1;
        }
        self.len += text.len();
    }
}

const ABI: &str = "2";

const _: () = assert!(crate::abi::ABI_VERSION == 2, "`ABI` is how a manifest writes it");

/// As many of these names as a manifest has room for: a crate may have many authors.
const fn within(names: &str) -> &str {
    if names.len() <= MAX_LINE {
        return names;
    }
    let bytes = names.as_bytes();
    let mut end = MAX_LINE;
    while end > 0 && bytes[end] != b':' {
        end -= 1;
    }
    match std::str::from_utf8(bytes.split_at(end).0) {
        Ok(names) => names,
        Err(_) => "",
    }
}

const fn is_version(version: &[u8]) -> bool {
    let mut i = 0;
    while i < version.len() {
        let letter = version[i];
        if !(letter.is_ascii_alphanumeric() || letter == b'.' || letter == b'-' || letter == b'+') {
            return false;
        }
        i += 1;
    }
    !version.is_empty() && version.len() <= 64
}

const fn is_listed(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] <= b' ' || bytes[i] == b',' || bytes[i] == 0x7f {
            return false;
        }
        i += 1;
    }
    !bytes.is_empty()
}

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
