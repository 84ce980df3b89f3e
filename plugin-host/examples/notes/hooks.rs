//! What notes shows its plugins, which host and plugins both compile, and what its usage events may
//! hold.

hookspec::views! {
    /// A note that is about to be kept.
    pub view Note of NoteSource {
        /// What it says.
        fn text(&self) -> &str;
    }
}

hookspec::hookspecs! {
    /// Before a note is kept: what is to be kept in its place?
    pub hook BeforeSave = "before_save" fn(Note) -> String, first_result;
}

struct Typed(String);

impl NoteSource for Typed {
    fn text(&self) -> &str {
        &self.0
    }
}

/// A note of this text.
#[allow(dead_code, reason = "a plugin makes none")]
pub fn note(text: &str) -> Note {
    Note::new(Typed(text.to_owned()))
}
