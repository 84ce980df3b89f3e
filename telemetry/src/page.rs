//! Pages for a browser, each whole in one file: nothing is loaded, no script runs, and whatever
//! others have written is text.

mod plot;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use self::plot::{Series, bar, columns, lines};

const STYLE: &str = include_str!("page/style.css");

/// Nothing but the style sheet above, by its SHA-256, has any effect on a page.
const POLICY: &str = "default-src 'none'; style-src 'sha256-859ntw/UO0eccRqWXPw7jao26oFSuU5CV4mFAiYUQlw='; base-uri 'none'; form-action 'none'";

/// A whole page, with the way to its parts: the `id` and heading of each.
pub fn page(title: &str, head: &Markup, parts: &[(&str, &str)], main: &Markup, foot: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header { (head) }
                nav aria-label="Parts of this page" {
                    ul { @for (id, heading) in parts { li { a href={ "#" (id) } { (heading) } } } }
                }
                main id="main" { (main) }
                footer { (foot) }
            }
        }
    };
    page.into_string()
}

/// A part of a page.
pub fn part(id: &str, heading: &str, content: &Markup) -> Markup {
    let label = format!("{id}-heading");
    html! { section id=(id) aria-labelledby=(label) { h2 id=(label) { (heading) } (content) } }
}

/// What others have written, without what changes how other text is shown.
pub fn text(written: &str) -> String {
    terminal_text::lines(written).into_owned()
}

/// `12,345`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 event`, `2 events`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_admits_the_style_sheet() {
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "the style sheet has sha256-{hash}");
    }

    #[test]
    fn numbers_are_grouped() {
        let numbers = [0, 999, 1_000, 12_345, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
