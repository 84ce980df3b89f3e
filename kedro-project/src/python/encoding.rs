//! A source's bytes as text.

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undecoded {
    /// Python refuses them.
    Invalid,
    /// They are in an encoding that is not known here.
    Foreign,
}

/// The text that a source is: UTF-8, unless one of the first two lines names another encoding.
pub(super) fn decoded(bytes: Vec<u8>) -> Result<String, Undecoded> {
    if bytes.contains(&0) {
        return Err(Undecoded::Invalid);
    }
    let (bytes, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest.to_vec(), true),
        None => (bytes, false),
    };
    match declared(&bytes).as_deref().filter(|_| !has_mark) {
        None | Some("utf-8" | "utf8" | "ascii" | "us-ascii") => {
            String::from_utf8(bytes).map_err(|_| Undecoded::Invalid)
        }
        Some("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1") => {
            Ok(bytes.into_iter().map(char::from).collect())
        }
        Some(_) => Err(Undecoded::Foreign),
    }
}

/// The encoding that a source names.
fn declared(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = line.trim_ascii();
        if !line.is_empty() && line[0] != b'#' {
            return None;
        }
        let line = String::from_utf8_lossy(line);
        let after = line.split_once("coding").map(|(_, after)| after);
        if let Some(name) = after.and_then(|after| after.strip_prefix([':', '='])) {
            let is_part = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
            let name: String = name.trim_start().chars().take_while(|one| is_part(*one)).collect();
            return Some(name.to_ascii_lowercase().replace('_', "-"));
        }
    }
    None
}
