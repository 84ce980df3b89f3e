//! Whose hooks they are: the crate that declares them, and its version.

use std::fmt;

/// An interface: the crate that declares hooks, and its version.
///
/// [`hookspecs!`](crate::hookspecs) takes both from the `Cargo.toml` of the crate that it is used
/// in. They decide nothing: whether a plugin fits is found by comparing what is declared. They are
/// what a person is told when it does not: "update jot-spell: it is for jot-hooks 0.1.0, this
/// program has 0.3.0".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interface {
    /// The crate's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Interface {
    /// The interface `name` in `version`.
    #[must_use]
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self { name, version }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// Declares `INTERFACE`, the [`Interface`] that this crate is, for plugins to name it in
/// [`export_plugin!`](crate::export_plugin).
///
/// ```
/// hookspec::interface!();
/// # fn main() {
/// assert_eq!(INTERFACE.name, env!("CARGO_PKG_NAME"));
/// # }
/// ```
#[macro_export]
macro_rules! interface {
    () => {
        /// This crate's hooks, by name and version.
        pub const INTERFACE: $crate::Interface =
            $crate::Interface::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    };
}
