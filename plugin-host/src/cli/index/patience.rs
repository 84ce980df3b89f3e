//! How long something may take that comes from elsewhere.

/// How long something may take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    /// As a document, which is small.
    Document,
    /// As a library of this many bytes.
    Library(u64),
}

impl Patience {
    /// Whether something of this length is what is expected. The error says what is wrong.
    pub(super) fn check(self, length: Option<u64>) -> Result<(), String> {
        match (self, length) {
            (Self::Library(size), Some(length)) if size != length => {
                Err(format!("it has {length} bytes, and {size} were promised"))
            }
            _ => Ok(()),
        }
    }
}
