//! A library is judged before anything of it runs, on each system in the same way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod foreign;
mod own;

use std::{fs, path::Path};

use hookspec_host::{LoadError, inspect};

/// What is said of a file that cannot be a plugin here: one line, with its path.
fn refused(path: &Path, bytes: &[u8]) -> LoadError {
    fs::write(path, bytes).unwrap();
    let error = inspect(path).expect_err("the file is refused");
    one_line(path, &error);
    error
}

fn one_line(path: &Path, error: &LoadError) {
    let text = error.to_string();
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(text.contains(&*path.to_string_lossy()), "{text}");
}
