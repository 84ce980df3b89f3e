//! The `rust` blocks of the documents, as documentation tests. Here, since what lies outside of a
//! package is not packaged with it.

/// The documents that are named below.
pub const DOCTESTED: [&str; 6] =
    ["README.md", "docs/cookbook.md", "docs/events.md", "docs/growing.md", "docs/hosts.md", "docs/plugins.md"];

#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}

    #[doc = include_str!("../../docs/cookbook.md")]
    mod cookbook {}

    #[doc = include_str!("../../docs/events.md")]
    mod events {}

    #[doc = include_str!("../../docs/growing.md")]
    mod growing {}

    #[doc = include_str!("../../docs/hosts.md")]
    mod hosts {}

    #[doc = include_str!("../../docs/plugins.md")]
    mod plugins {}
}
