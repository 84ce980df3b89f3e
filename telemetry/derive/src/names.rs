//! Names as they are sent.

use proc_macro2::Span;
use syn::{Ident, LitStr, ext::IdentExt};

/// The longest name, as every receiver takes it.
const LONGEST: usize = 64;

/// Fields that every event may have; no event has another by such a name.
const OF_EVERY_EVENT: [&str; 10] =
    ["version", "os", "is_ci", "command", "outcome", "duration", "arch", "agent", "decided_by", "one_in"];

/// The name that is given, or that of the item in small letters.
pub fn name(given: Option<&LitStr>, item: &Ident) -> syn::Result<String> {
    let (name, span) = match given {
        Some(given) => (given.value(), given.span()),
        None => (snake_case(&item.unraw().to_string()), item.span()),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ');
    if name.is_empty() || name.len() > LONGEST || !name.bytes().all(is_plain) {
        let rule =
            format!("a name is {LONGEST} letters, digits, `_`, `-` and spaces at most; give one by `name = \"…\"`");
        return Err(syn::Error::new(span, rule));
    }
    Ok(name)
}

/// The name of a field.
pub fn field_name(given: Option<&LitStr>, item: &Ident) -> syn::Result<String> {
    let name = name(given, item)?;
    if OF_EVERY_EVENT.contains(&name.as_str()) || name.starts_with("plugin_") {
        let span = given.map_or(item.span(), LitStr::span);
        return Err(syn::Error::new(
            span,
            format!("`{name}` is a field that every event may have; choose another name"),
        ));
    }
    Ok(name)
}

/// An error where a name comes twice.
pub fn all_differ<'n>(names: impl IntoIterator<Item = (&'n str, Span)>) -> syn::Result<()> {
    let mut known = Vec::new();
    for (name, span) in names {
        if known.contains(&name) {
            return Err(syn::Error::new(span, format!("`{name}` is there already")));
        }
        known.push(name);
    }
    Ok(())
}

/// `NoteAdded` as `note_added`, and `HTMLPage` as `html_page`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| letters[index]);
        let begins = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
            || before.is_some_and(char::is_uppercase) && letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && begins {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_items_in_small_letters() {
        for (item, name) in
            [("NoteAdded", "note_added"), ("HTMLPage", "html_page"), ("words", "words"), ("V2Read", "v2_read")]
        {
            assert_eq!(snake_case(item), name);
        }
    }
}
