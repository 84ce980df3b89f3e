//! The hooks of notes, which host and plugins both compile. A plugin depends on this crate alone.

pub use hookspec;

use hookspec::Bytes;

hookspec::interface!();

hookspec::types! {
    /// A note.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Note {
        /// What it says, in one line.
        pub text: String,
        /// Words with `#` before them. Since 0.3.
        pub tags: Vec<String> = Vec::new(),
    }

    /// How notes are written down. Since 0.3.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Format {
        /// A line for each.
        Text,
        /// A page for a browser.
        Html,
        /// One that came after this version.
        else Other,
    }
}

hookspec::hookspecs! {
    /// While a note is tidied up: what becomes of its text?
    pub hook Tidy = "tidy" fn(text: String) -> String, fold;
    /// Before a note is kept. An error keeps it from being kept, and so does a plugin that breaks
    /// down: a veto that is not heard would be none.
    pub hook BeforeSave = "before_save" fn(note: Note), propagate;
    /// After a note has been kept; `count` is how many there are.
    pub hook AfterSave = "after_save" fn(note: Note, count: u64);
    /// The notes as a file of this format, which may take a while. `None` leaves it to others.
    pub hook Export = "export" fn(notes: Vec<Note>, format: Format = Format::Text) -> Bytes, first_result, async;
}
