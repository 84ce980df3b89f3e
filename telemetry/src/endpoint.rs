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
/// Displayed without what may be a secret in it: who signs in, a query, and parts of the path that
/// are too long to be words.
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
                // Of a path that does not begin at the root, the parser would make one that does.
                let is_absolute = address.split_once(':').is_some_and(|(_, path)| path.starts_with('/'));
                let file = url.to_file_path().ok().filter(|_| is_absolute && !url.path().ends_with('/'));
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

    /// The whole address as text, with whatever is secret in it.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url.as_str()
    }

    /// The file that events are appended to, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Parts of a path that are longer may be keys.
const LONGEST_WORD: usize = 20;

/// Stands for what is not shown.
const HIDDEN: &str = "***";

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.url;
        if self.file.is_some() {
            return f.write_str(url.as_str());
        }
        write!(f, "{}://", url.scheme())?;
        if !url.username().is_empty() || url.password().is_some() {
            write!(f, "{HIDDEN}@")?;
        }
        f.write_str(url.host_str().unwrap_or_default())?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        for part in url.path_segments().into_iter().flatten() {
            write!(f, "/{}", if part.len() > LONGEST_WORD { HIDDEN } else { part })?;
        }
        if url.query().is_some() {
            write!(f, "?{HIDDEN}")?;
        }
        Ok(())
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
    fn what_may_be_secret_is_not_shown() {
        let shown = |address: &str| Endpoint::parse(address).unwrap().to_string();
        assert_eq!(shown("https://heapanalytics.com/api/track"), "https://heapanalytics.com/api/track");
        assert_eq!(shown("http://ada:s3cret@[::1]:81/a?token=s3cret#s3cret"), "http://***@[::1]:81/a?***");
        assert_eq!(shown("http://s3cret@h/"), "http://***@h/");
        assert_eq!(shown("https://hooks.example/T01ABCDEFGHIJKLMNOPQRST/x"), "https://hooks.example/***/x");
    }

    #[test]
    fn a_file_needs_an_absolute_path() {
        for address in ["file:usage.ndjson", "file:./usage.ndjson", "FILE:a/b", "file:", "file:///", "file:///a/"] {
            assert!(Endpoint::parse(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_file_may_be_the_endpoint() {
        let endpoint = Endpoint::parse("file:///var/lib/my%20usage.ndjson").unwrap();
        assert_eq!(endpoint.file(), Some(Path::new("/var/lib/my usage.ndjson")));
        assert_eq!(Endpoint::parse("http://localhost/").unwrap().file(), None);
    }
}
