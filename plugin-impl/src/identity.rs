//! The user's identity: a random UUID in Kedro's own `telemetry.toml`, shared with the original plugin so that it survives
//! switching between the two.
//!
//! Read as kedro-telemetry 0.9.0 reads it, and created as it creates it when there is no file. Where the original overwrites a file
//! that is valid TOML without an identity, ours adds to it; a file it could not read either is left alone and the
//! user has no identity. Two processes that create the file at once end with the same identity.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use crate::files::{self, Created, FileError};
use crate::queue::remove_file;

/// The file holds two lines; more than this is something else.
const MAX_FILE: u64 = 64 * 1024;

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file can be neither read nor created.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is not what Kedro writes; it is left as it is.
    #[error("{path} holds no usable identity ({reason}); repair or remove it")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The user's identity as 32 hexadecimal digits, made and kept in `file` if there is none yet.
///
/// On an error the original goes on with an empty identity; [`or_empty`] does so.
pub fn get_or_create(file: &Path) -> Result<String, IdentityError> {
    let Some(text) = files::read_text(file, MAX_FILE)? else {
        return create(file);
    };
    let found = find(&text).map_err(|reason| malformed(file, reason))?;
    match found {
        Found::Identity(identity) => Ok(identity),
        Found::Nothing(insertion) => insert(file, &text, &insertion),
    }
}

/// The identity in `file`, without creating anything; `None` when it would be created.
pub fn get(file: &Path) -> Result<Option<String>, IdentityError> {
    let Some(text) = files::read_text(file, MAX_FILE)? else {
        return Ok(None);
    };
    match find(&text).map_err(|reason| malformed(file, reason))? {
        Found::Identity(identity) => Ok(Some(identity)),
        Found::Nothing(_) => Ok(None),
    }
}

/// Removes the identity from `file`, and the file with it if nothing else is in it; gives what it was, `None` when there was none.
///
/// The original plugin shares it: both get a new one with their next event.
pub fn remove(file: &Path) -> Result<Option<String>, IdentityError> {
    let Some(text) = files::read_text(file, MAX_FILE)? else {
        return Ok(None);
    };
    let Found::Identity(identity) = find(&text).map_err(|reason| malformed(file, reason))? else {
        return Ok(None);
    };
    let target = file.canonicalize().map_err(FileError::io("resolve", file))?;
    match without_identity(&text).ok_or_else(|| malformed(file, "`uuid` shares its line with something else"))? {
        rest if rest.trim().is_empty() || rest.trim() == "[telemetry]" => drop(remove_file(&target)?),
        rest => files::replace(&target, rest.as_bytes())?,
    }
    Ok(Some(identity))
}

/// The text without the line that holds the identity, if the line holds nothing else.
fn without_identity(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    let DeValue::Table(telemetry) = entry(document.get_ref(), "telemetry")?.1.get_ref() else { return None };
    let (_, value) = entry(telemetry, "uuid")?;
    let (before, behind) = (&text[..value.span().start], &text[value.span().end..]);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let (on_line, below) = behind.split_at(behind.find('\n').map_or(behind.len(), |newline| newline + 1));
    let key: String = before[start..].split_whitespace().collect();
    let is_alone = matches!(key.as_str(), "uuid=" | "telemetry.uuid=");
    let is_last = on_line.trim().is_empty() || on_line.trim_start().starts_with('#');
    (is_alone && is_last).then(|| format!("{}{below}", &before[..start]))
}

/// What is sent for a user without identity: the empty string, as the original does.
#[must_use]
pub fn or_empty(identity: Result<String, IdentityError>) -> String {
    identity.unwrap_or_default()
}

fn malformed(file: &Path, reason: impl Into<String>) -> IdentityError {
    IdentityError::Malformed { path: file.into(), reason: reason.into() }
}

fn create(file: &Path) -> Result<String, IdentityError> {
    let identity = Uuid::new_v4().simple().to_string();
    let text = format!("[telemetry]\nuuid = \"{identity}\"\n");
    match files::write_new(file, text.as_bytes())? {
        Created::Yes => Ok(identity),
        Created::AlreadyThere => get(file)?.ok_or_else(|| malformed(file, "no `uuid`")),
    }
}

/// Adds an identity to a valid file that has none, keeping the rest of it.
fn insert(file: &Path, text: &str, insertion: &Insertion) -> Result<String, IdentityError> {
    let identity = Uuid::new_v4().simple().to_string();
    let line = format!("uuid = \"{identity}\"\n");
    let extended = match *insertion {
        Insertion::Append => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{gap}[telemetry]\n{line}")
        }
        Insertion::After(header) => {
            let end = text[header..].find('\n').map(|newline| header + newline + 1);
            let (above, below) = text.split_at(end.unwrap_or(text.len()));
            let gap = if above.ends_with('\n') { "" } else { "\n" };
            format!("{above}{gap}{line}{below}")
        }
    };
    if !matches!(find(&extended), Ok(Found::Identity(found)) if found == identity) {
        return Err(malformed(file, "`telemetry` cannot take a `uuid`"));
    }
    let target = file.canonicalize().map_err(FileError::io("resolve", file))?;
    files::replace(&target, extended.as_bytes())?;
    get(file)?.ok_or_else(|| malformed(file, "no `uuid`"))
}

enum Found {
    Identity(String),
    Nothing(Insertion),
}

/// Where a missing identity belongs.
enum Insertion {
    /// There is no `telemetry` table.
    Append,
    /// Its header is at this byte.
    After(usize),
}

fn find(text: &str) -> Result<Found, String> {
    let document = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let Some((_, telemetry)) = entry(document.get_ref(), "telemetry") else {
        return Ok(Found::Nothing(Insertion::Append));
    };
    let DeValue::Table(table) = telemetry.get_ref() else {
        return Err("`telemetry` is not a table".into());
    };
    match entry(table, "uuid").map(|(_, value)| value.get_ref()) {
        Some(DeValue::String(uuid)) => parse_uuid(uuid)
            .map(|uuid| Found::Identity(format!("{uuid:032x}")))
            .ok_or_else(|| "`uuid` is not a UUID".into()),
        Some(_) => Err("`uuid` is not a string".into()),
        None => Ok(Found::Nothing(Insertion::After(telemetry.span().start))),
    }
}

type Entry<'a, 'i> = (&'a str, &'a toml::Spanned<DeValue<'i>>);

fn entry<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<Entry<'a, 'i>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| (name.get_ref().as_ref(), value))
}

/// A UUID in any spelling that `uuid.UUID(…)` of Python 3.11 accepts: `urn:` and `uuid:` anywhere, braces around, hyphens
/// anywhere, and of the 32 characters left whatever `int(…, 16)` reads (a sign, `0x`, single underscores between
/// digits, white space around; of digits only ASCII ones are read here).
fn parse_uuid(text: &str) -> Option<u128> {
    let bare = text.replace("urn:", "").replace("uuid:", "");
    let hex = bare.trim_matches(['{', '}']).replace('-', "");
    if hex.chars().count() != 32 {
        return None;
    }
    let trimmed = hex.trim_matches(is_python_space);
    // A minus sign went with the hyphens.
    let unsigned = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let prefixed = unsigned.strip_prefix("0x").or(unsigned.strip_prefix("0X"));
    let digits = match prefixed {
        Some(digits) => digits.strip_prefix('_').unwrap_or(digits),
        None => unsigned,
    };
    let groups = || digits.split('_');
    if !groups().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_hexdigit())) {
        return None;
    }
    u128::from_str_radix(&groups().collect::<String>(), 16).ok()
}

/// `str.isspace`, which besides Unicode's white space knows the four separators U+001C to U+001F.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_those_python_accepts() {
        let plain = "28df3ee193734d9db5348fb9908981db";
        for spelling in [
            plain,
            "28DF3EE1-9373-4D9D-B534-8FB9908981DB",
            "{28df3ee1-9373-4d9d-b534-8fb9908981db}",
            "urn:uuid:28df3ee1-9373-4d9d-b534-8fb9908981db",
            "2-8df3ee193734d9db5348fb9908981db-",
        ] {
            let parsed = parse_uuid(spelling).map(|uuid| format!("{uuid:032x}"));
            assert_eq!(parsed.as_deref(), Some(plain), "{spelling}");
        }
        for (spelling, value) in [
            ("  000000000000000000000000000007", Some(7)),
            ("0x000000000000000000000000000_0f", Some(15)),
            ("+0000000000000000000000000000010", Some(16)),
            ("0000000000000000000000000000__10", None),
            ("_0000000000000000000000000000010", None),
            ("000000000000000000000000000010", None),
            ("g0000000000000000000000000000010", None),
            ("", None),
        ] {
            assert_eq!(parse_uuid(spelling), value, "{spelling}");
        }
    }
}
