//! The file by which a project says whether usage may be recorded there.

/// A file in a project's root that says whether usage may be recorded there.
#[derive(Debug, Clone, Copy)]
pub struct ProjectFile {
    pub(crate) name: &'static str,
    pub(crate) read: fn(&str) -> ProjectStatement,
    pub(crate) may_refuse: fn(&str) -> bool,
    pub(crate) write: fn(bool) -> String,
}

impl ProjectFile {
    /// The file of this name. `read` says what its text states, and `write` gives the text that
    /// states a consent. What is not text is taken for a refusal.
    #[must_use]
    pub const fn new(name: &'static str, read: fn(&str) -> ProjectStatement, write: fn(bool) -> String) -> Self {
        Self { name, read, may_refuse: |_| true, write }
    }

    /// Takes what is not text for a refusal only if this says that it may be one, of the letters in
    /// it.
    #[must_use]
    pub const fn with_refusals(mut self, may_refuse: fn(&str) -> bool) -> Self {
        self.may_refuse = may_refuse;
        self
    }
}

/// What a [`ProjectFile`] states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectStatement {
    /// Usage may be recorded, or may not.
    Consent(bool),
    /// Nothing, for this reason.
    Nothing(String),
    /// It is not understood, for this reason, and may be a refusal.
    MayRefuse(String),
}
