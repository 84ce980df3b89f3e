//! The user's identity: a random UUID in a small TOML file.
//!
//! The file may be shared with another program, and so survive switching between the two. It is
//! created when there is none, and what is valid TOML without an identity is added to; a file that
//! cannot be read is left alone and the user has no identity. Two processes that create the file at
//! once end with the same identity.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use uuid::Uuid;

use small_files::{Created, FileError, Visibility};

/// The file holds two lines; more than this is something else.
const MAX_FILE: u64 = 64 * 1024;

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file can be neither read nor created.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is not one that holds identities; it is left as it is.
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
/// On an error events go on with an empty identity, see [`or_empty`].
pub fn get_or_create(file: &Path) -> Result<String, IdentityError> {
    let Some(text) = small_files::read_text(file, MAX_FILE)? else {
        return create(file);
    };
    let found = find(&text).map_err(|reason| malformed(file, reason))?;
    match found {
        Search::Identity(identity) => Ok(identity),
        Search::Missing(insertion) => insert(file, &text, &insertion),
    }
}

/// The identity in `file`, without creating anything; `None` when it would be created.
pub fn get(file: &Path) -> Result<Option<String>, IdentityError> {
    let Some(text) = small_files::read_text(file, MAX_FILE)? else {
        return Ok(None);
    };
    match find(&text).map_err(|reason| malformed(file, reason))? {
        Search::Identity(identity) => Ok(Some(identity)),
        Search::Missing(_) => Ok(None),
    }
}

/// Removes the identity from `file`, and the file with it if nothing else is in it; gives what it
/// was, `None` when there was none.
pub fn remove(file: &Path) -> Result<Option<String>, IdentityError> {
    let Some(text) = small_files::read_text(file, MAX_FILE)? else {
        return Ok(None);
    };
    let Search::Identity(identity) = find(&text).map_err(|reason| malformed(file, reason))? else {
        return Ok(None);
    };
    let target = small_files::resolve(file).map_err(FileError::io("resolve", file))?;
    match without_identity(&text).ok_or_else(|| malformed(file, "`uuid` shares its line with something else"))? {
        rest if rest.trim().is_empty() || rest.trim() == "[telemetry]" => drop(small_files::remove(&target)?),
        rest => small_files::replace(&target, rest.as_bytes(), Visibility::Owner)?,
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

/// What is recorded for a user without identity: the empty string.
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
    match small_files::create_new(file, text.as_bytes(), Visibility::Owner)? {
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
    if !matches!(find(&extended), Ok(Search::Identity(found)) if found == identity) {
        return Err(malformed(file, "`telemetry` cannot take a `uuid`"));
    }
    let target = small_files::resolve(file).map_err(FileError::io("resolve", file))?;
    small_files::replace(&target, extended.as_bytes(), Visibility::Owner)?;
    get(file)?.ok_or_else(|| malformed(file, "no `uuid`"))
}

enum Search {
    Identity(String),
    Missing(Insertion),
}

/// Where a missing identity belongs.
enum Insertion {
    /// There is no `telemetry` table.
    Append,
    /// Its header is at this byte.
    After(usize),
}

fn find(text: &str) -> Result<Search, String> {
    let document = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let Some((_, telemetry)) = entry(document.get_ref(), "telemetry") else {
        return Ok(Search::Missing(Insertion::Append));
    };
    let DeValue::Table(table) = telemetry.get_ref() else {
        return Err("`telemetry` is not a table".into());
    };
    match entry(table, "uuid").map(|(_, value)| value.get_ref()) {
        Some(DeValue::String(uuid)) => parse_uuid(uuid)
            .map(|uuid| Search::Identity(format!("{uuid:032x}")))
            .ok_or_else(|| "`uuid` is not a UUID".into()),
        Some(_) => Err("`uuid` is not a string".into()),
        None => Ok(Search::Missing(Insertion::After(telemetry.span().start))),
    }
}

type Entry<'a, 'i> = (&'a str, &'a toml::Spanned<DeValue<'i>>);

fn entry<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<Entry<'a, 'i>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, value)| (name.get_ref().as_ref(), value))
}

/// A UUID in any spelling that `uuid.UUID(…)` of Python 3.11 accepts: `urn:` and `uuid:` anywhere,
/// braces around, hyphens anywhere, and of the 32 characters left whatever `int(…, 16)` reads (a
/// sign, `0x`, single underscores between digits, white space around; of digits only ASCII ones).
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
mod tests;
