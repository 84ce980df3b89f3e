//! The documents of an index.

use std::collections::BTreeMap;

use hookspec::Manifest;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{address::Address, error::IndexError};
use crate::cli::names::did_you_mean;

/// The form that this program reads and writes.
const FORM: u32 = 1;
/// A larger document is not read, in bytes.
const MAX_DOCUMENT: u64 = 8 << 20;

pub(super) const ROOT: &str = "index.json";

/// What the index has.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct RootDocument {
    form: u32,
    #[serde(default)]
    pub(crate) plugins: BTreeMap<String, Listed>,
}

/// A plugin in the list. It is there to be looked for; what is installed is said elsewhere, and
/// signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listed {
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) latest: String,
}

/// The releases of a plugin.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PluginDocument {
    form: u32,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) releases: Vec<Release>,
}

/// A package in the index.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Release {
    /// What is said of it, word for word: that is what was signed.
    pub(crate) manifest: Box<RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<String>,
    /// Where its library is in the index.
    pub(crate) library: String,
}

impl RootDocument {
    /// Without any plugins.
    pub(crate) fn new() -> Self {
        Self { form: FORM, plugins: BTreeMap::new() }
    }

    /// What the index has.
    pub(crate) fn read(index: &Address) -> Result<Self, IndexError> {
        let text = index.text(ROOT, MAX_DOCUMENT)?;
        let text = text.ok_or_else(|| index.unreachable(ROOT, "there is no such file".to_owned()))?;
        let root: Self = serde_json::from_str(&text).map_err(|error| index.invalid(ROOT, error.to_string()))?;
        check_form(index, ROOT, root.form)?;
        Ok(root)
    }
}

impl PluginDocument {
    /// Without any releases.
    pub(crate) fn new(name: &str) -> Self {
        Self { form: FORM, name: name.to_owned(), releases: Vec::new() }
    }

    /// Where the document of a plugin is.
    pub(super) fn place(name: &str) -> String {
        format!("plugins/{name}.json")
    }

    /// The releases of a plugin that the index must have.
    pub(crate) fn read(index: &Address, name: &str) -> Result<Self, IndexError> {
        let known = Manifest::allows_name(name).then(|| Self::read_if_there(index, name)).transpose()?.flatten();
        known.map_or_else(|| Err(unknown(index, name)), Ok)
    }

    /// The same; `None` where the index does not have the plugin.
    pub(crate) fn read_if_there(index: &Address, name: &str) -> Result<Option<Self>, IndexError> {
        let place = Self::place(name);
        let Some(text) = index.text(&place, MAX_DOCUMENT)? else { return Ok(None) };
        let document: Self = serde_json::from_str(&text).map_err(|error| index.invalid(&place, error.to_string()))?;
        check_form(index, &place, document.form)?;
        if document.name != name {
            return Err(index.invalid(&place, format!("it is about `{}`, not about `{name}`", document.name)));
        }
        Ok(Some(document))
    }
}

fn check_form(index: &Address, place: &str, form: u32) -> Result<(), IndexError> {
    match form {
        FORM => Ok(()),
        _ => Err(index.invalid(place, format!("it has the form {form}, and this program knows {FORM}"))),
    }
}

fn unknown(index: &Address, name: &str) -> IndexError {
    let root = RootDocument::read(index).unwrap_or_default();
    let hint = did_you_mean(name, root.plugins.keys().map(String::as_str));
    IndexError::Unknown { address: index.to_string(), name: name.to_owned(), hint }
}
