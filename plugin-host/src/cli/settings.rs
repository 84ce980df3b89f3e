//! The configuration file of a program: `config.toml`, with a table `[plugins.NAME]` for each
//! plugin's settings.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use small_files::FileError;
use terminal_text::one_line;
use toml::{Table, Value};

use crate::{cli::directories, message::shown, program::Program};

/// More than this is not a configuration that a person has written, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Why the configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("cannot read the configuration {}: {}; check that it exists and that you may read it", shown(path), error.reason())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: FileError,
    },
    /// It is not TOML.
    #[error("{}:{line}: invalid TOML: {}; correct this line", shown(path), one_line(message))]
    InvalidToml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// `plugins` is not a table of tables.
    #[error("{}: `{}` must be a table, as in [plugins.NAME]", shown(path), one_line(key))]
    NotATable {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// A setting of the program's has a value that it does not know.
    #[error("{}: `{key}` must be one of {known}", shown(path))]
    UnknownValue {
        /// The file.
        path: PathBuf,
        /// The setting.
        key: &'static str,
        /// What it may be.
        known: &'static str,
    },
}

/// What becomes of a library that was put into a plugin directory by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unlocked {
    /// It is loaded.
    #[default]
    Allow,
    /// It is loaded, with a warning.
    Warn,
    /// It is not loaded.
    Refuse,
}

impl Unlocked {
    const KEY: &str = "trust.unlocked";
    const KNOWN: &str = "\"allow\", \"warn\", \"refuse\"";

    fn parse(value: &Value) -> Option<Self> {
        match value.as_str()? {
            "allow" => Some(Self::Allow),
            "warn" => Some(Self::Warn),
            "refuse" => Some(Self::Refuse),
            _ => None,
        }
    }
}

/// The settings of all plugins, as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    plugins: BTreeMap<String, BTreeMap<String, String>>,
    /// What else is in the file, by name.
    others: Vec<String>,
    path: PathBuf,
    unlocked: Unlocked,
    keys: Vec<String>,
    index: Option<String>,
}

impl Settings {
    /// Reads `given`, or the user's configuration file if there is one.
    pub(crate) fn load(program: &Program, given: Option<&Path>) -> Result<Self, SettingsError> {
        if let Some(path) = given {
            let missing = || FileError::io("read", path)(io::ErrorKind::NotFound.into());
            let unreadable = || SettingsError::Unreadable { path: path.to_owned(), error: missing() };
            return Self::read_if_there(path)?.ok_or_else(unreadable);
        }
        let Some(path) = directories::configuration(program, "config.toml") else {
            return Ok(Self::default());
        };
        Ok(Self::read_if_there(&path)?.unwrap_or_default())
    }

    /// A plugin's setting.
    pub(crate) fn get(&self, plugin: &str, key: &str) -> Option<&str> {
        self.plugins.get(plugin)?.get(key).map(String::as_str)
    }

    /// The file that they are from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What becomes of a library that was put into a plugin directory by hand.
    pub(crate) fn unlocked(&self) -> Unlocked {
        self.unlocked
    }

    /// The public keys whose packages are installed without a question.
    pub(crate) fn keys_trusted(&self) -> &[String] {
        &self.keys
    }

    /// Where plugins are looked for by name.
    pub(crate) fn index(&self) -> Option<&str> {
        self.index.as_deref()
    }

    /// That a setting of the program's has a value that it does not know.
    pub(crate) fn unknown_value(&self, key: &'static str, known: &'static str) -> SettingsError {
        SettingsError::UnknownValue { path: self.path.clone(), key, known }
    }

    /// The plugins that have settings.
    pub(crate) fn plugins(&self) -> impl Iterator<Item = &str> {
        self.plugins.keys().map(String::as_str)
    }

    /// The names of what else is in the file.
    pub(crate) fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(String::as_str)
    }

    /// The keys of a plugin's settings.
    pub(crate) fn keys(&self, plugin: &str) -> impl Iterator<Item = &str> {
        self.plugins.get(plugin).into_iter().flatten().map(|(key, _)| key.as_str())
    }

    fn read_if_there(path: &Path) -> Result<Option<Self>, SettingsError> {
        let read = small_files::read_text(path, MAX_FILE);
        let read = read.map_err(|error| SettingsError::Unreadable { path: path.to_owned(), error })?;
        read.map(|text| Self::parse(path, &text)).transpose()
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| SettingsError::InvalidToml {
            path: path.to_owned(),
            line: text[..error.span().map_or(0, |span| span.start.min(text.len()))].matches('\n').count() + 1,
            message: error.message().to_owned(),
        })?;
        let not_a_table = |key: &str| SettingsError::NotATable { path: path.to_owned(), key: key.to_owned() };
        let unknown = |key, known| SettingsError::UnknownValue { path: path.to_owned(), key, known };
        let of_table = |name: &'static str, key: &str| match table.get(name) {
            None => Ok(None),
            Some(values) => Ok(values.as_table().ok_or_else(|| not_a_table(name))?.get(key)),
        };
        let unlocked = of_table("trust", "unlocked")?
            .map(|value| Unlocked::parse(value).ok_or_else(|| unknown(Unlocked::KEY, Unlocked::KNOWN)));
        let unlocked = unlocked.transpose()?.unwrap_or_default();
        let keys = of_table("trust", "keys")?.map(|keys| texts(keys).ok_or_else(|| unknown("trust.keys", KEYS)));
        let keys = keys.transpose()?.unwrap_or_default();
        let index = of_table("index", "url")?.map(|url| {
            url.as_str().map(str::to_owned).ok_or_else(|| unknown("index.url", "\"https://…\" and a folder"))
        });
        let index = index.transpose()?;
        let others = table.keys().filter(|key| *key != "plugins").cloned().collect();
        let plugins = match table.get("plugins") {
            None => &Table::new(),
            Some(plugins) => plugins.as_table().ok_or_else(|| not_a_table("plugins"))?,
        };
        let mut settings = BTreeMap::new();
        for (plugin, values) in plugins {
            let values = values.as_table().ok_or_else(|| not_a_table(&format!("plugins.{plugin}")))?;
            settings.insert(plugin.clone(), values.iter().map(|(key, value)| (key.clone(), text_of(value))).collect());
        }
        Ok(Self { plugins: settings, others, path: path.to_owned(), unlocked, keys, index })
    }
}

const KEYS: &str = "lists of public keys, such as [\"RWQ…\"]";

/// A list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Text as it is; anything else as JSON, which plugins can read in any version.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_else(|_| other.to_string()),
    }
}
