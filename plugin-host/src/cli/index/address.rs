//! Where an index is, and the files in it.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use small_files::FileAccess;

use super::{error::IndexError, patience::Patience, remote::Remote};

/// More parts than this has no path in an index.
const MAX_PARTS: usize = 16;

/// Where an index is.
#[derive(Debug, Clone)]
pub(crate) enum Address {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// Behind `https://`, or `http://` on this machine.
    Remote(Remote),
}

impl Address {
    /// Reads what a user gave: an address, or the path of a folder.
    pub(crate) fn parse(text: &str) -> Result<Self, IndexError> {
        let refused = |reason| IndexError::Address { address: text.to_owned(), reason };
        if text.is_empty() || text.len() > 2048 {
            return Err(refused("it is empty or too long"));
        }
        if let Some(path) = text.strip_prefix("file://") {
            let path = of_url(path);
            let is_plain = path.is_absolute() && !text.contains(['%', '?', '#']);
            return if is_plain { Ok(Self::Folder(path.to_owned())) } else { Err(refused(FILE)) };
        }
        if text.contains("://") {
            return Remote::parse(text).map(Self::Remote).map_err(refused);
        }
        std::path::absolute(text).map(Self::Folder).map_err(|_| refused("it is not a path"))
    }

    /// The text of the file `name`; `None` where there is none.
    pub(crate) fn text(&self, name: &str, limit: u64) -> Result<Option<String>, IndexError> {
        let mut bytes = Vec::new();
        let Some(mut file) = self.open(name, Patience::Document)? else { return Ok(None) };
        let failed = |error: io::Error| self.unreachable(name, error.to_string());
        (&mut *file).take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > limit {
            return Err(self.invalid(name, format!("it is larger than {} MiB", limit >> 20)));
        }
        String::from_utf8(bytes).map(Some).map_err(|_| self.invalid(name, "it is not text".to_owned()))
    }

    /// Opens the file `name`; `None` where there is none.
    pub(crate) fn open(&self, name: &str, patience: Patience) -> Result<Option<Box<dyn Read>>, IndexError> {
        if !is_inside(name) {
            return Err(self.invalid(name, "its name leads out of the index".to_owned()));
        }
        match self {
            Self::Folder(folder) => {
                let opened = small_files::open(&folder.join(name), FileAccess::Read, "read")?;
                let Some(opened) = opened else { return Ok(None) };
                patience.check(Some(opened.metadata.len())).map_err(|reason| self.invalid(name, reason))?;
                Ok(Some(Box::new(opened.file)))
            }
            Self::Remote(remote) => remote.open(name, patience).map_err(|reason| self.unreachable(name, reason)),
        }
    }

    /// An error about a file of it.
    pub(crate) fn invalid(&self, name: &str, reason: String) -> IndexError {
        IndexError::Invalid { address: self.of(name), reason }
    }

    pub(crate) fn unreachable(&self, name: &str, reason: String) -> IndexError {
        IndexError::Unreachable { address: self.of(name), reason }
    }

    /// The address of a file of it, to be shown.
    pub(crate) fn of(&self, name: &str) -> String {
        let index = self.to_string();
        format!("{}/{name}", index.trim_end_matches('/'))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Remote(remote) => remote.fmt(f),
        }
    }
}

/// The path of a `file` URL: a slash comes before the drive of Windows (RFC 8089, appendix E.2).
fn of_url(path: &str) -> &Path {
    let is_drive = |path: &&str| matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let drive = path.strip_prefix('/').filter(is_drive).filter(|_| MAIN_SEPARATOR == '\\');
    Path::new(drive.unwrap_or(path))
}

const FILE: &str = "after file:// there is the whole path of a folder, without %, ? and #";

/// Whether a name stays within the index.
fn is_inside(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+');
    let is_part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && part.len() <= 255 && part.chars().all(fits);
    name.split('/').count() <= MAX_PARTS && name.split('/').all(is_part)
}

/// Copies from an index into a file, no more than `size` bytes, and says how far it is.
pub(crate) fn download(
    from: &mut dyn Read,
    into: &mut File,
    size: u64,
    progress: &mut dyn FnMut(u64),
) -> io::Result<u64> {
    let (mut piece, mut done) = (vec![0; 1 << 16], 0);
    let mut from = from.take(size + 1);
    loop {
        let length = match from.read(&mut piece) {
            Ok(0) => return Ok(done),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        small_files::check_growth(into, length)?;
        io::Write::write_all(into, &piece[..length])?;
        done += length as u64;
        progress(done.min(size));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_the_index() {
        for name in ["index.json", "plugins/hello.json", "files/hello-1.0.0+a-x86_64-linux.so"] {
            assert!(is_inside(name), "{name}");
        }
        for name in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "c:x", "a?b", "a%2e", ".hidden", "https://x"]
        {
            assert!(!is_inside(name), "{name}");
        }
    }

    #[test]
    fn an_address_is_plain() {
        for text in ["", "ftp://x/y", "http://example.invalid/x", "file://relative", "file:///a%20b"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
        let (url, path) = if MAIN_SEPARATOR == '/' { ("file:///a/b", "/a/b") } else { ("file:///C:/a/b", "C:/a/b") };
        assert!(matches!(Address::parse(url), Ok(Address::Folder(folder)) if folder == Path::new(path)));
    }
}
