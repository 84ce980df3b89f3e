//! Text of others, made fit to be shown.

/// Replaces what a terminal would act upon (line ends, escape sequences) by its Rust escape, so
/// that a name taken from elsewhere prints as one harmless line.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_debug());
        } else {
            line.push(character);
        }
    }
    line
}
