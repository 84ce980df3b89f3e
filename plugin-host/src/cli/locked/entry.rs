//! What is remembered of an installed plugin.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    time::{Duration, SystemTime},
};

use hookspec::Manifest;
use serde::{Deserialize, Serialize};
use small_files::FileError;

use super::digest;
use crate::{cli::platform::platform, discover::PluginFile};

/// A file written to this recently may be written to again without a sign of it in its times, which
/// go by the ticks of the system's clock.
const TICK: Duration = Duration::from_millis(20);

/// Programs with these versions look for the same, and read the same of a manifest.
pub(crate) const LOOK: &str = concat!(env!("CARGO_PKG_VERSION"), " 1");

/// An installed plugin. What a later version writes beside it is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LockedPlugin {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The name of its file, in the directory.
    pub(crate) file: String,
    /// Where it came from.
    pub(crate) origin: String,
    /// The interfaces that it names, each as name and version.
    #[serde(default)]
    pub(crate) interfaces: Vec<String>,
    /// The number of the boundary that it is built for.
    pub(crate) abi: u32,
    /// When it was installed, as RFC 3339 has it.
    pub(crate) installed: String,
    /// By which command.
    pub(crate) command: String,
    /// The index that it was found in by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<String>,
    /// The public key of whoever signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// The state of the file when its content was last read.
    #[serde(default)]
    pub(crate) seen: String,
    /// Its length in bytes.
    pub(crate) size: u64,
    /// Which programs would find by a look at the file what is remembered of one, see [`LOOK`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) looked: Option<String>,
    /// The lines of its manifest, as that look has found them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) manifest: Vec<String>,
    /// The content of what it replaces, until it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<String>,
    /// Its content, for each platform.
    pub(crate) digest: BTreeMap<String, String>,
}

/// Where a plugin comes from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// A path or an address.
    pub(crate) place: String,
    /// The index that it was found in by name.
    pub(crate) index: Option<String>,
    /// The public key of whoever signed it.
    pub(crate) key: Option<String>,
    /// By which command it is installed.
    pub(crate) command: &'static str,
}

impl LockedPlugin {
    /// Of the plugin that is in `copy` and will be `file`.
    pub(crate) fn of(copy: &Path, manifest: &Manifest, file: String, origin: &Origin) -> Result<Self, FileError> {
        let (content, state) = digest::of_file(copy)?;
        let size = state.len();
        Ok(Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            file,
            origin: origin.place.clone(),
            interfaces: manifest.interfaces.clone(),
            abi: manifest.abi_version,
            installed: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            command: origin.command.to_owned(),
            index: origin.index.clone(),
            key: origin.key.clone(),
            seen: String::new(),
            size,
            looked: None,
            manifest: Vec::new(),
            replaces: None,
            digest: BTreeMap::from([(platform(), content)]),
        })
    }

    /// The same before it is there, when a command may still find what was there before.
    pub(crate) fn in_place_of(&self, before: Option<&Self>) -> Self {
        let replaces = before.and_then(Self::content).map(str::to_owned);
        let seen = before.map(|before| before.seen.clone()).unwrap_or_default();
        Self { seen, replaces, looked: None, manifest: Vec::new(), ..self.clone() }
    }

    /// The same once it is there, as the file that is in `dir`.
    pub(crate) fn seen_in(self, dir: &Path) -> Result<Self, FileError> {
        std::thread::sleep(TICK);
        let path = dir.join(&self.file);
        let (content, state) = digest::of_file(&path)?;
        if Some(&*content) != self.content() {
            return Err(FileError::io("read back", &path)(io::Error::other("it was replaced meanwhile")));
        }
        Ok(Self { seen: state.to_string(), ..self })
    }

    /// The same with what a look at the file has found, as far as that follows from the file alone.
    pub(crate) fn looked_at(self, library: &PluginFile) -> Self {
        let is_it = library.stamp().is_some_and(|stamp| stamp.is(&self.seen));
        let manifest = library.found_in_file().filter(|_| is_it).map(Manifest::to_lines);
        Self { looked: manifest.is_some().then(|| LOOK.to_owned()), manifest: manifest.unwrap_or_default(), ..self }
    }

    /// Whether a file of this length can have that content: however large, another one is not read.
    pub(crate) fn may_be(&self, len: u64) -> bool {
        self.replaces.is_some() || self.size == len
    }

    /// Whether this is its content, or that of what it replaces.
    pub(crate) fn is_content(&self, content: &str) -> bool {
        self.content() == Some(content) || self.replaces.as_deref() == Some(content)
    }

    /// Its content on this platform.
    pub(crate) fn content(&self) -> Option<&str> {
        self.digest.get(&platform()).map(String::as_str)
    }
}
