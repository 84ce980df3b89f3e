//! Text from elsewhere, made fit to be shown on a terminal.
//!
//! A name, a path or an error that somebody else has written may hold what a terminal acts upon:
//! line ends, escape sequences, and marks that turn the direction of letters around, so that what
//! is read is not what is there ([Trojan Source](https://trojansource.codes)). Each such character
//! is replaced by its Rust escape, which shows that it was there; all other text, in any language,
//! is as it was.

use std::{borrow::Cow, fmt::Write};

/// Whether a terminal acts upon the character instead of showing it: control characters (C0, DEL,
/// C1), line and paragraph separators, and what controls the direction of text.
#[must_use]
pub fn is_acted_upon(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// Text that prints as one line.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, is_acted_upon, rust_escape)
}

/// Text that prints as the lines it has, tabs within them.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |character| is_acted_upon(character) && !matches!(character, '\n' | '\t'), rust_escape)
}

/// A JSON document that means the same, in which nothing is acted upon but the line ends between
/// its parts. JSON itself escapes the C0 controls only.
#[must_use]
pub fn json(document: &str) -> Cow<'_, str> {
    let json_escape = |character, into: &mut String| {
        // All of them are below U+10000. A String takes all that is written to it.
        let _ = write!(into, "\\u{:04x}", u32::from(character));
    };
    escaped(
        document,
        |character| is_acted_upon(character) && !character.is_ascii_control() || character == '\u{7f}',
        json_escape,
    )
}

/// Text of at most so many characters, with `…` in the place of what is left out.
#[must_use]
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.char_indices().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(end, _)| end);
    Cow::Owned(format!("{}…", &text[..end]))
}

fn rust_escape(character: char, into: &mut String) {
    into.extend(character.escape_debug());
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool, escape: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let Some((first, _)) = text.char_indices().find(|(_, character)| is_escaped(*character)) else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..first]);
    for character in text[first..].chars() {
        if is_escaped(character) { escape(character, &mut shown) } else { shown.push(character) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_upon_is_shown_as_its_escape() {
        let hostile = "a\u{1b}[2J\u{9b}1m\u{7f}\r\n\t\u{202e}b\u{2066}\u{200f}\u{61c}\u{2028}c";
        let shown = r"a\u{1b}[2J\u{9b}1m\u{7f}\r\n\t\u{202e}b\u{2066}\u{200f}\u{61c}\u{2028}c";
        assert_eq!(one_line(hostile), shown);
        assert!(!one_line(hostile).chars().any(is_acted_upon));
        assert_eq!(lines("a\n\tb\r\u{1b}"), "a\n\tb\\r\\u{1b}");
    }

    #[test]
    fn other_text_is_as_it_was() {
        for text in ["", "plain", "Äpfel – 林檎 – תפוח – سيب", "👩\u{200d}🌾"] {
            assert!(matches!(one_line(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn a_json_document_means_the_same() {
        let document = "{\n \"a\": \"\\u001b\u{9b}\u{202e}\u{7f}\"\n}";
        assert_eq!(json(document), "{\n \"a\": \"\\u001b\\u009b\\u202e\\u007f\"\n}");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
