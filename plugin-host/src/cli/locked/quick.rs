//! What every start asks of `plugins.lock`: the state in which each file was seen.
//!
//! The parser of TOML would take most of what the lock costs a start. This reads what this program
//! writes: a value a line, none of them escaped, of known names. It gives up on all else, which is
//! then read by the parser, so that both always say the same.

/// The values of a plugin that must be there, as text and as numbers, and those that may be.
const TEXTS: [&str; 6] = ["name", "version", "file", "origin", "installed", "command"];
const NUMBERS: [&str; 2] = ["abi", "size"];
const OPTIONAL: [&str; 5] = ["seen", "replaces", "index", "key", "looked"];
const LIST: &str = "interfaces";

/// A file that was installed, and the state in which it was seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SeenFile {
    pub(super) file: String,
    pub(super) seen: String,
    /// By which look, and what it has found.
    pub(super) looked: Option<String>,
    pub(super) manifest: Vec<String>,
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
    keys: Vec<&'a str>,
    file: &'a str,
    seen: &'a str,
    looked: Option<&'a str>,
    manifest: Vec<&'a str>,
}

impl<'a> Plugin<'a> {
    fn take(&mut self, line: &'a str) -> Option<()> {
        let (key, value) = line.split_once(" = ")?;
        if self.keys.contains(&key) {
            return None;
        }
        self.keys.push(key);
        match key {
            "abi" => drop(u32::try_from(number(value)?).ok()?),
            "file" => self.file = string(value)?,
            "seen" => self.seen = string(value)?,
            "looked" => self.looked = Some(string(value)?),
            "manifest" => self.manifest = list(value)?,
            _ if NUMBERS.contains(&key) => drop(number(value)?),
            _ if TEXTS.contains(&key) || OPTIONAL.contains(&key) => drop(string(value)?),
            _ if key == LIST => drop(list(value)?),
            _ => return None,
        }
        Some(())
    }

    fn finished(self) -> Option<SeenFile> {
        let has_all = TEXTS.iter().chain(&NUMBERS).all(|key| self.keys.contains(key));
        has_all.then(|| SeenFile {
            file: self.file.to_owned(),
            seen: self.seen.to_owned(),
            looked: self.looked.map(str::to_owned),
            manifest: self.manifest.into_iter().map(str::to_owned).collect(),
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

/// A list of such texts.
fn list(text: &str) -> Option<Vec<&str>> {
    let mut rest = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let quote = *rest.as_bytes().first()?;
        let end = rest.bytes().skip(1).position(|byte| byte == quote)? + 2;
        let (item, behind) = rest.split_at_checked(end)?;
        items.push(string(item)?);
        rest = match behind.strip_prefix(", ") {
            Some("") => return None,
            Some(next) => next,
            None if behind.is_empty() => behind,
            None => return None,
        };
    }
    Some(items)
}

#[cfg(test)]
mod tests;
