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
/// Displayed without what may be a secret in it: who signs in, a query, a fragment, and parts of the
/// path that are no plain words. A file's path is displayed whole.
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
            // Not which it is instead: of `user:password@host` it is the user.
            _ => Err(InvalidAddress("it begins with neither http:, https: nor file:".into())),
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

/// Whether a part of a path says what it leads to, as `api`, `v1` or `bulk_track.json`: keys have
/// digits and capitals among their letters, or are long.
fn is_word(part: &str) -> bool {
    let version = part.strip_prefix('v').unwrap_or_default();
    let is_version = (1..=3).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'));
    is_version || is_plain && part.len() <= LONGEST_WORD
}

/// Stands for what is not shown.
const HIDDEN: &str = "***";

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.url;
        if self.file.is_some() {
            return write!(f, "file://{}", url.path());
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
            write!(f, "/{}", if is_word(part) { part } else { HIDDEN })?;
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

    /// What a path begins with in an address, before its first `/`.
    const DRIVE: &str = if cfg!(windows) { "/C:" } else { "" };

    #[test]
    fn what_may_be_secret_is_not_shown() {
        let shown = |address: &str| Endpoint::parse(address).unwrap().to_string();
        assert_eq!(shown("https://heapanalytics.com/api/track"), "https://heapanalytics.com/api/track");
        assert_eq!(shown("http://ada:s3cret@[::1]:81/a?token=s3cret#s3cret"), "http://***@[::1]:81/a?***");
        assert_eq!(shown("http://s3cret@h/"), "http://***@h/");
        assert_eq!(shown("https://hooks.example/T01ABCDEFGHIJKLMNOPQRST/x"), "https://hooks.example/***/x");
        assert_eq!(shown("https://c.example/v1/bulk_track.json/"), "https://c.example/v1/bulk_track.json/");
        for key in ["s3cret", "T01AB", "v1x", "Secret", "4711", "w%C3%B6rter"] {
            assert_eq!(shown(&format!("https://c.example/{key}/x")), "https://c.example/***/x");
        }
        let file = format!("file://{DRIVE}/var/Usage-1.ndjson");
        assert_eq!(shown(&format!("{file}?s3cret#s3cret")), file);
    }

    #[test]
    fn an_address_of_another_scheme_is_refused_without_a_word_of_it() {
        for address in ["s3cret:p4ss@host/", "s3cret://host", "ada:s3cret", "s3cret"] {
            let error = Endpoint::parse(address).unwrap_err().to_string();
            assert!(!error.contains("s3cret") && !error.contains("ada"), "{error}");
        }
    }

    #[test]
    fn a_file_needs_an_absolute_path() {
        for address in ["file:usage.ndjson", "file:./usage.ndjson", "FILE:a/b", "file:", "file:///", "file:///a/"] {
            assert!(Endpoint::parse(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_file_may_be_the_endpoint() {
        let endpoint = Endpoint::parse(&format!("file://{DRIVE}/var/lib/my%20usage.ndjson")).unwrap();
        let path = format!("{}/var/lib/my usage.ndjson", DRIVE.trim_start_matches('/'));
        assert_eq!(endpoint.file(), Some(Path::new(&path)));
        assert_eq!(Endpoint::parse("http://localhost/").unwrap().file(), None);
    }
}
