//! Where events go: an address of an HTTP endpoint or of a file.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use reqwest::Url;

/// An address that events can be sent to: of Heap's track API
/// (`https://heapanalytics.com/api/track`, for data in the EU
/// `https://c.eu.heap-api.com/api/track`), of whatever understands the same requests, or of a file
/// (`file:///var/lib/usage.ndjson`) to which each event is appended as a line of JSON, once.
///
/// Displayed without the password it may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    file: Option<PathBuf>,
}

impl Endpoint {
    /// Checks an address; only `http`, `https` and `file` are known.
    pub fn parse(address: &str) -> Result<Self, InvalidAddress> {
        let url = Url::parse(address).map_err(|error| InvalidAddress(error.to_string()))?;
        match url.scheme() {
            "http" | "https" => Ok(Self { url, file: None }),
            "file" => {
                let file = url.to_file_path().ok().filter(|_| !url.path().ends_with('/'));
                let file = file.ok_or_else(|| InvalidAddress("file: needs the absolute path of a file".into()))?;
                Ok(Self { url, file: Some(file) })
            }
            scheme => Err(InvalidAddress(format!("the scheme {scheme}: is not http:, https: or file:"))),
        }
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The file that events are appended to, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.url.clone();
        if url.password().is_some() {
            // Fails only for addresses that cannot have a password.
            let _ = url.set_password(Some("***"));
        }
        f.write_str(url.as_str())
    }
}

/// Why events cannot be sent to an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidAddress(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_the_endpoint() {
        let endpoint = Endpoint::parse("file:///var/lib/my%20usage.ndjson").unwrap();
        assert_eq!(endpoint.file(), Some(Path::new("/var/lib/my usage.ndjson")));
        assert_eq!(Endpoint::parse("http://localhost/").unwrap().file(), None);
    }
}
