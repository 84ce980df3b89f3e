//! The `rust` blocks of the documents, as documentation tests. Here, since what lies outside of a
//! package is not packaged with it.

/// The documents that are named below.
pub const DOCTESTED: [&str; 3] = ["README.md", "docs/growing.md", "docs/hosts.md"];

#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}

    #[doc = include_str!("../../docs/growing.md")]
    mod growing {}

    #[doc = include_str!("../../docs/hosts.md")]
    mod hosts {}
}
