//! What every start asks of `plugins.lock`: the state in which each file was seen.
//!
//! The parser of TOML would take most of what the lock costs a start. This reads what this program
//! writes: a value a line, none of them escaped, of known names. It gives up on all else, which is
//! then read by the parser, so that both always say the same.

use super::entry::LOOK;

/// The keys of a plugin: those that must be there come first.
const KEYS: [&str; 14] = [
    "name",
    "version",
    "file",
    "origin",
    "installed",
    "command",
    "abi",
    "size",
    "seen",
    "replaces",
    "index",
    "key",
    "looked",
    "manifest",
];
const REQUIRED: u32 = (1 << 8) - 1;
const INTERFACES: &str = "interfaces";

/// A file that was installed, and the state in which it was seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SeenFile {
    pub(super) file: String,
    pub(super) seen: String,
    /// Whether what a look of this program would find is known: the lines of the manifest.
    pub(super) is_looked_at: bool,
    pub(super) manifest: String,
}

/// The files that were installed by a lock file of this form; `None` where the parser is to read
/// it.
pub(super) fn read(text: &str, form: u32) -> Option<Vec<SeenFile>> {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !is_comment(line)).peekable();
    let (key, version) = lines.next()?.split_once(" = ")?;
    if key != "version" || number(version)? != u64::from(form) {
        return None;
    }
    let mut files = Vec::new();
    while let Some(line) = lines.next() {
        if line != "[[plugin]]" {
            return None;
        }
        let mut plugin = Plugin::default();
        while let Some(line) = lines.next_if(|line| !line.starts_with('[')) {
            plugin.take(line)?;
        }
        if lines.next()? != "[plugin.digest]" {
            return None;
        }
        let mut platforms = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with('[')) {
            let (platform, digest) = line.split_once(" = ")?;
            string(digest)?;
            if !is_bare(platform) || platforms.contains(&platform) {
                return None;
            }
            platforms.push(platform);
        }
        files.push(plugin.finished()?);
    }
    Some(files)
}

#[derive(Default)]
struct Plugin<'a> {
    /// Which keys were there, by their places among [`KEYS`] and one more.
    keys: u32,
    file: &'a str,
    seen: &'a str,
    is_looked_at: bool,
    manifest: String,
}

impl<'a> Plugin<'a> {
    fn take(&mut self, line: &'a str) -> Option<()> {
        let (key, value) = line.split_once('=')?;
        let (key, value) = (key.strip_suffix(' ')?, value.strip_prefix(' ')?);
        let place = KEYS.iter().position(|known| *known == key);
        let place = place.or_else(|| (key == INTERFACES).then_some(KEYS.len()))?;
        if self.keys & 1 << place != 0 {
            return None;
        }
        self.keys |= 1 << place;
        match key {
            "abi" => drop(u32::try_from(number(value)?).ok()?),
            "size" => drop(number(value)?),
            "file" => self.file = string(value)?,
            "seen" => self.seen = string(value)?,
            "looked" => self.is_looked_at = string(value)? == LOOK,
            "manifest" => self.manifest = list(value)?,
            INTERFACES => drop(list(value)?),
            _ => drop(string(value)?),
        }
        Some(())
    }

    fn finished(self) -> Option<SeenFile> {
        let Self { keys, file, seen, is_looked_at, manifest } = self;
        (keys & REQUIRED == REQUIRED).then(|| SeenFile {
            file: file.to_owned(),
            seen: seen.to_owned(),
            is_looked_at,
            manifest,
        })
    }
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') && !line.bytes().any(is_control)
}

/// Of those that TOML refuses, and the tab, which is not written.
fn is_control(byte: u8) -> bool {
    byte < b' ' || byte == 0x7f
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A number without a sign, within what TOML has.
fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let number = text.parse().ok().filter(|_| is_plain)?;
    i64::try_from(number).is_ok().then_some(number)
}

/// A text in quotes in which nothing is escaped.
fn string(text: &str) -> Option<&str> {
    let quote = *text.as_bytes().first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let inner = text.strip_prefix(char::from(quote))?.strip_suffix(char::from(quote))?;
    let escape = if quote == b'"' { b'\\' } else { quote };
    let is_odd = |byte| byte == quote || byte == escape || is_control(byte);
    (!inner.bytes().any(is_odd)).then_some(inner)
}

/// A list of such texts, as lines.
fn list(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut lines = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let quote = *rest.as_bytes().first()?;
        let end = rest.get(1..)?.find(char::from(quote))? + 2;
        let (item, behind) = rest.split_at_checked(end)?;
        lines.push_str(string(item)?);
        rest = match behind.strip_prefix(", ") {
            Some("") => return None,
            Some(next) => {
                lines.push('\n');
                next
            }
            None if behind.is_empty() => behind,
            None => return None,
        };
    }
    Some(lines)
}

#[cfg(test)]
mod tests;
