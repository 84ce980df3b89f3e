//! Hooks for command-line programs whose plugins are shared libraries over a stable ABI.
//!
//! (front page to be written)

pub mod abi;
mod error;
mod host;
#[cfg(feature = "host")]
pub mod manager;
pub mod manifest;
pub mod plugin;
pub mod signature;
mod spec;
pub mod specs;
mod view;
mod wire;

pub use error::{Error, Result};
pub use host::{Host, HostSource, LogLevel};
pub use manifest::{Manifest, ManifestError};
pub use plugin::{Hooks, Options, Plugin, Rest};
pub use spec::{Answer, Collect, FirstResult, HookSpec, Mode, Results};
pub use view::View;
pub use wire::Wire;

/// The version of this crate, as plugins carry it in their manifests.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the macros expand to.
#[doc(hidden)]
pub mod __private {
    pub use abi_stable::std_types::{RResult, RVec};

    use crate::abi::MethodSignature;
    pub use crate::wire::{from_answer, object};

    #[must_use]
    pub fn list<T, const N: usize>(items: [T; N]) -> RVec<T> {
        if N == 0 { RVec::new() } else { RVec::from(Vec::from(items)) }
    }

    #[must_use]
    pub fn method(name: &str, args: &[String], output: &str, fallback: &[&str]) -> MethodSignature {
        MethodSignature {
            name: name.into(),
            types: format!("({}) -> {output}", args.join(", ")).into(),
            optional: !fallback.is_empty(),
        }
    }

    #[must_use]
    pub const fn any(flags: &[bool]) -> bool {
        let mut i = 0;
        while i < flags.len() {
            if flags[i] {
                return true;
            }
            i += 1;
        }
        false
    }

    #[must_use]
    pub const fn first(options: &[Option<&'static str>]) -> Option<&'static str> {
        let mut i = 0;
        while i < options.len() {
            if options[i].is_some() {
                return options[i];
            }
            i += 1;
        }
        None
    }
}
