//! The identity that a program shares with another.

/// A file with the user's identity that another program uses, too, in the folder that Python's
/// `appdirs` gives for its name.
#[derive(Debug, Clone, Copy)]
pub struct SharedIdentity {
    pub(crate) program: &'static str,
    pub(crate) file: &'static str,
    pub(crate) called: &'static str,
    pub(crate) used_by: &'static str,
}

impl SharedIdentity {
    /// The file of this name in the folder of that program.
    #[must_use]
    pub const fn new(program: &'static str, file: &'static str) -> Self {
        Self { program, file, called: file, used_by: program }
    }

    /// What users are told: what the file is called, and who uses it, too.
    #[must_use]
    pub const fn with_words(mut self, called: &'static str, used_by: &'static str) -> Self {
        self.called = called;
        self.used_by = used_by;
        self
    }
}
