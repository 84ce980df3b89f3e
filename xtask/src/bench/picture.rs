//! A picture beside a section.

/// A picture, and where it goes.
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// Its file in `docs/`.
    pub file: &'static str,
    /// The picture itself.
    pub svg: String,
}
