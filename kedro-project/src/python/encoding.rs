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
    let declared = declared(&bytes);
    let text = match declared.as_deref() {
        Some("ascii" | "us-ascii") if !has_mark => bytes.is_ascii().then(|| String::from_utf8(bytes)),
        None | Some("utf-8") => Some(String::from_utf8(bytes)),
        Some("utf8") if !has_mark => Some(String::from_utf8(bytes)),
        Some("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1") if !has_mark => {
            Some(Ok(bytes.into_iter().map(char::from).collect()))
        }
        Some(_) => return Err(Undecoded::Foreign),
    };
    let text = text.and_then(Result::ok).ok_or(Undecoded::Invalid)?;
    Ok(with_newlines(text))
}

/// With the newlines of today in the place of those of old Macs.
fn with_newlines(text: String) -> String {
    let is_old = |rest: &str| rest.strip_prefix('\r').is_some_and(|rest| !rest.starts_with('\n'));
    if !text.match_indices('\r').any(|(at, _)| is_old(&text[at..])) {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The encoding that a source names.
fn declared(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = line.trim_ascii();
        if !line.is_empty() && line[0] != b'#' {
            return None;
        }
        let line = String::from_utf8_lossy(line);
        let mut words = line.match_indices("coding").map(|(at, word)| &line[at + word.len()..]);
        if let Some(name) = words.find_map(|after| after.strip_prefix([':', '='])) {
            let is_part = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
            let name: String = name.trim_start().chars().take_while(|one| is_part(*one)).collect();
            return Some(name.to_ascii_lowercase().replace('_', "-"));
        }
    }
    None
}
