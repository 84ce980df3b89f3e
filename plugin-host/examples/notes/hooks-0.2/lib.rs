//! The hooks of notes at version 0.2: notes had no tags, and one format.

pub use hookspec;

use hookspec::Bytes;

hookspec::types! {
    /// A note.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Note {
        /// What it says, in one line.
        pub text: String,
    }
}

hookspec::hookspecs! {
    /// While a note is tidied up: what becomes of its text?
    pub hook Tidy = "tidy" fn(text: String) -> String, fold;
    /// Before a note is kept. An error keeps it from being kept.
    pub hook BeforeSave = "before_save" fn(note: Note), propagate;
    /// The notes as a file, which may take a while. `None` leaves it to others.
    pub hook Export = "export" fn(notes: Vec<Note>) -> Bytes, first_result, async;
}
