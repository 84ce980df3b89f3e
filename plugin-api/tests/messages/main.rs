//! What the compiler says of mistakes: a sentence about hooks, not about what the macros expand to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod compiler;
mod hooks;
mod types;
mod views;

/// Compiles each snippet, and looks for the sentence.
fn say(snippets: &[(&str, &str)]) {
    for (snippet, sentence) in snippets {
        let said = compiler::errors(snippet);
        assert!(said.contains(sentence), "no `{sentence}` about\n{snippet}\nbut\n{said}");
    }
}
