//! Tests the checks themselves on small crates in memory: they find what they should, and nothing
//! else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod arrows;
mod circles;
mod dependencies;
mod forbidden;
mod parse;
mod systems;

use structure_tests::{modules::Crate, parse::parse, workspace::CrateSource};

/// The crate `bakery` with these files in `src/`, `lib.rs` being its root.
fn source(files: &[(&str, &str)]) -> CrateSource {
    let file = |(path, text): &(&str, &str)| (format!("src/{path}"), (*text).to_owned());
    let (package, root) = ("bakery".to_owned(), "src/lib.rs".to_owned());
    CrateSource { package, root, files: files.iter().map(file).collect() }
}

fn bakery(files: &[(&str, &str)]) -> Crate {
    parse(&source(files)).unwrap()
}
