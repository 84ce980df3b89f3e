//! Python's way to write lists and strings: `['Linting', 'Testing']`, as in `[tool.kedro] tools`.

use std::fmt::Write;

/// The items of a Python list or tuple of strings, whole numbers, booleans and `None`, each as
/// `str(…)` shows it.
///
/// `None` when the text is anything else: a name, an expression, a nested list. A subset of
/// `ast.literal_eval`.
pub(crate) fn sequence(text: &str) -> Option<Vec<String>> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\u{c}']);
    let (inner, is_tuple) = match text.chars().next()? {
        '[' => (text.strip_prefix('[')?.strip_suffix(']')?, false),
        '(' => (text.strip_prefix('(')?.strip_suffix(')')?, true),
        _ => (text, true),
    };
    let mut rest = skip_space(inner);
    let mut items = Vec::new();
    let mut has_comma = false;
    while !rest.is_empty() {
        let (item, after) = item(rest)?;
        items.push(item);
        rest = skip_space(after);
        if rest.is_empty() {
            break;
        }
        rest = skip_space(rest.strip_prefix(',')?);
        has_comma = true;
    }
    // `('a')` is no tuple but the string in brackets; `()` is.
    (!is_tuple || has_comma || items.is_empty()).then_some(items)
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}'])
}

fn item(text: &str) -> Option<(String, &str)> {
    if text.starts_with(['\'', '"']) {
        return strings(text);
    }
    let end = text.find([',', ' ', '\t', '\n', '\r']);
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_number =
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (!digits.starts_with('0') || word == "0");
    (is_number || matches!(word, "True" | "False" | "None")).then(|| (word.to_owned(), rest))
}

/// One or more string literals side by side, which Python joins.
fn strings(mut text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    while let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let mut rest = text.chars();
        rest.next();
        loop {
            match rest.next()? {
                c if c == quote => break,
                '\\' => value.push(escape(&mut rest)?),
                '\n' | '\r' => return None,
                c => value.push(c),
            }
        }
        text = skip_space(rest.as_str());
    }
    Some((value, text))
}

fn escape(rest: &mut std::str::Chars<'_>) -> Option<char> {
    match rest.next()? {
        c @ ('\\' | '\'' | '"') => Some(c),
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'x' => code_point(rest, 2),
        'u' => code_point(rest, 4),
        _ => None,
    }
}

fn code_point(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let hex = rest.as_str().get(..digits)?;
    *rest = rest.as_str()[digits..].chars();
    let is_hex = hex.bytes().all(|b| b.is_ascii_hexdigit());
    char::from_u32(u32::from_str_radix(hex, 16).ok().filter(|_| is_hex)?)
}

/// The text as a string literal, by Python's `repr`.
pub(crate) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push(quote);
    for c in text.chars() {
        match c {
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // Writing to a string cannot fail.
            c if c.is_ascii_control() => drop(write!(literal, "\\x{:02x}", u32::from(c))),
            c => {
                if c == quote || c == '\\' {
                    literal.push('\\');
                }
                literal.push(c);
            }
        }
    }
    literal.push(quote);
    literal
}

#[cfg(test)]
mod tests {
    use super::{quoted, sequence};

    #[test]
    fn strings_are_quoted_as_python_quotes_them() {
        for (text, expected) in [
            ("claude", "'claude'"),
            ("it's", "\"it's\""),
            ("it's \"x\"", "'it\\'s \"x\"'"),
            ("a\\b\n\u{7f}é", "'a\\\\b\\n\\x7fé'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn lists_are_read_as_python_reads_them() {
        for (text, expected) in [
            ("['Linting', 'Testing']", Some(vec!["Linting", "Testing"])),
            ("[\"Data Structure\" , 'it\\'s',]", Some(vec!["Data Structure", "it's"])),
            ("[1, -2, True, None]", Some(vec!["1", "-2", "True", "None"])),
            ("('a', 'b')", Some(vec!["a", "b"])),
            ("'a', 'b'", Some(vec!["a", "b"])),
            ("['a' 'b', '\\x41\\u00e9']", Some(vec!["ab", "Aé"])),
            ("[]", Some(vec![])),
            ("('a')", None),
            ("None", None),
            ("Linting, Testing", None),
            ("[Linting]", None),
            ("['a'", None),
            ("['a]", None),
            ("['a',,'b']", None),
            ("", None),
        ] {
            let expected = expected.map(|items| items.into_iter().map(String::from).collect());
            assert_eq!(sequence(text), expected, "{text}");
        }
    }
}
