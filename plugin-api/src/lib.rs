//! Hooks for command-line programs whose plugins are shared libraries over a stable ABI.
//!
//! A *host* declares hooks and calls them; a *plugin*, a `cdylib` in a directory, implements some of them. Neither has to be
//! built by the same compiler as the other, and an interface may grow without breaking what was built before.
//!
//! # For plugin authors
//!
//! A plugin is a type with two functions: one that makes it and one that names its hookimpls. This crate is all that its
//! `Cargo.toml` needs, besides `crate-type = ["cdylib"]`.
//!
//! ```
//! use plugin_api::{Hooks, Host, Plugin, Result, specs::{BeforeCommandRun, CommandRun}};
//!
//! struct Hello { host: Host }
//!
//! impl Plugin for Hello {
//!     fn new(host: Host) -> Result<Self> { Ok(Self { host }) }
//!
//!     fn register(hooks: &mut Hooks<Self>) {
//!         hooks.on(BeforeCommandRun, Self::greet).try_first();
//!     }
//! }
//!
//! impl Hello {
//!     fn greet(&self, run: &CommandRun) -> Result<()> {
//!         self.host.notify(&format!("about to run {}", run.args().join(" ")));
//!         Ok(())
//!     }
//! }
//!
//! plugin_api::export_plugin!(Hello);
//! # fn main() {}
//! ```
//!
//! What a hookimpl gets is a *view*: a handle on an object of the host, whose methods compute nothing until they are called.
//! An error or a panic in a hookimpl reaches the host as an error that names the plugin and the hook; it never takes the
//! host down.
//!
//! # For host authors
//!
//! With the feature `host`, [`manager`] finds plugins, checks them, loads them and calls their hooks; the example is there. The hooks
//! of [`specs`] are those of Kedro-like programs. A program with other needs declares its own by [`views!`] and [`hookspecs!`],
//! which is all that `specs` does.
//!
//! # What is stable
//!
//! [`abi`] is frozen: values that say what they are, objects with numbered methods, hookimpls, and one exported root. Everything else is
//! built on it. Each hookimpl carries the [`signature`] it was compiled against, and the host compares that with its own before the first call.

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
