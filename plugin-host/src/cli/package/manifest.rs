//! What is said of a packed library, and signed.

use hookspec::Manifest;
use serde::{Deserialize, Serialize};

use crate::cli::keys::PublicKey;

/// The form that this program reads and writes.
const FORM: u32 = 1;
/// A larger library is not installed from a package, in bytes.
pub(crate) const MAX_LIBRARY: u64 = 512 << 20;
/// Longest version or platform, in bytes.
const MAX_WORD: usize = 64;
const DIGEST: &str = "sha256:";

/// What is said of a packed library. What a later version says beside it is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PackageManifest {
    form: u32,
    pub(crate) name: String,
    pub(crate) version: String,
    /// As [`platform`](crate::cli::platform::platform) has it.
    pub(crate) platform: String,
    /// The number of the boundary that it is built for.
    pub(crate) abi: u32,
    /// The interfaces that it names, each as name and version.
    #[serde(default)]
    pub(crate) interfaces: Vec<String>,
    /// The length of the library in bytes, and its content.
    pub(crate) size: u64,
    pub(crate) digest: String,
    /// The public key of whoever signs it; `None` where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) license: String,
    #[serde(default)]
    pub(crate) homepage: String,
}

impl PackageManifest {
    /// Of a library whose own manifest this is.
    pub(crate) fn of(manifest: &Manifest, platform: String, content: (u64, String), key: Option<&PublicKey>) -> Self {
        Self {
            form: FORM,
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            platform,
            abi: manifest.abi_version,
            interfaces: manifest.interfaces.clone(),
            size: content.0,
            digest: content.1,
            key: key.map(ToString::to_string),
            description: manifest.description.clone(),
            license: manifest.license.clone(),
            homepage: manifest.homepage.clone(),
        }
    }

    /// Reads what is said of a package. The error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parsed: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        parsed.check().map(|()| parsed).map_err(str::to_owned)
    }

    /// Its version, to be compared with others.
    pub(crate) fn semver(&self) -> Result<semver::Version, semver::Error> {
        semver::Version::parse(&self.version)
    }

    /// How the names of its files begin.
    pub(crate) fn stem(&self) -> String {
        format!("{}-{}-{}", self.name, self.version, self.platform)
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.form != FORM {
            return Err("it has a form that this program does not know; a newer one may");
        }
        if !Manifest::allows_name(&self.name) {
            return Err("no plugin can have its name");
        }
        if self.version.len() > MAX_WORD || self.semver().is_err() {
            return Err("its version is not of the form 1.2.3");
        }
        if !is_word(&self.platform) {
            return Err("no platform has that name");
        }
        if self.size == 0 || self.size > MAX_LIBRARY {
            return Err("no plugin has that size");
        }
        let hex = self.digest.strip_prefix(DIGEST).unwrap_or_default();
        if hex.len() != 64 || !hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return Err("its digest is not one");
        }
        match self.key.as_deref().map(PublicKey::parse) {
            Some(Err(_)) => Err("its key is not one"),
            Some(Ok(_)) | None => Ok(()),
        }
    }
}

fn is_word(text: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
    (1..=MAX_WORD).contains(&text.len()) && text.bytes().all(fits)
}
