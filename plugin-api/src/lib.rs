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
//! use hookspec::{Hooks, Host, Plugin, Result, specs::{BeforeCommandRun, CommandRun}};
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
//! hookspec::export_plugin!(Hello);
//! # fn main() {}
//! ```
//!
//! In the order in which questions come up:
//!
//! 1. **Which hooks are there?** Those of [`specs`], in a Kedro-like program: [around each command](specs::BeforeCommandRun), when
//!    [a project](specs::AfterContextCreated) and [its catalog](specs::AfterCatalogCreated) have been read, and to
//!    [add commands](specs::PluginCommands). Another program says which crate has its hooks.
//! 2. **What does a hookimpl get?** A [view](views!): a handle on an object of the host, whose methods compute nothing until they are called.
//! 3. **When is it called?** Last registered first, unless its [`Options`] say otherwise. [`Hooks::wrap`] surrounds all others.
//! 4. **What may it ask for?** What [`Host`] offers: identity, settings, log, notices, and being started again in the background.
//! 5. **What when it fails?** An [`Error`] is one line for a person, made by `?` from any other. An error or a panic reaches the host as
//!    an error that names the plugin and the hook; it never takes the host down.
//! 6. **How is it tested?** In a host of the test's own: the feature `host`, in the dev-dependencies, and
//!    `PluginManager::register`. `host-demo plugin new NAME` writes a crate with such a test.
//!
//! # For host authors
//!
//! With the feature `host`, `manager` finds plugins, checks them, loads them and calls their hooks. Hooks are declared by [`views!`] and
//! [`hookspecs!`]; the hooks of [`specs`] are no more than a user of these.
//!
//! ```
//! # #[cfg(feature = "host")] mod host {
//! use hookspec_host::{ErrorPolicy, HostServices, PluginManager, Trust, discover};
//!
//! hookspec::views! {
//!     /// The oven, as a plugin sees it.
//!     pub view Oven of OvenSource {
//!         /// In degrees Celsius.
//!         fn temperature(&self) -> u32;
//!     }
//! }
//! hookspec::hookspecs! {
//!     /// The oven is hot: what to bake?
//!     pub hook OvenReady = "oven_ready" fn(Oven) -> String;
//! }
//!
//! struct Hot;
//! impl OvenSource for Hot {
//!     fn temperature(&self) -> u32 { 180 }
//! }
//!
//! struct Bakery;
//! impl HostServices for Bakery {
//!     fn name(&self) -> &str { "bakery" }
//!     fn version(&self) -> &str { "1.0.0" }
//! }
//!
//! # pub
//! fn bake() -> hookspec::Result<Vec<String>> {
//!     let manager = PluginManager::new(Bakery, ErrorPolicy::Isolate);
//!     let ready = manager.declare(OvenReady)?;
//!     for found in discover(&["/usr/lib/bakery/plugins"], Trust::Owner) {
//!         if let Err(error) = manager.load(&found) {
//!             eprintln!("warning: {error}");
//!         }
//!     }
//!     Ok(ready.call(&Oven::new(Hot))?)
//! }
//! # }
//! # #[cfg(feature = "host")]
//! # assert_eq!(host::bake().unwrap(), Vec::<String>::new());
//! ```
//!
//! 1. **What crosses?** The types that implement [`Wire`]: plain values, lists and options of them, and views, in both directions.
//! 2. **What comes of a call?** A `Vec` of every answer ([`Collect`]) or the first one ([`FirstResult`]); historic hooks are replayed to
//!    plugins that come later.
//! 3. **What do plugins get?** What `manager::HostServices` says; only name and version are required.
//! 4. **What becomes of errors?** `manager::ErrorPolicy` decides between reporting and ending the call.
//! 5. **Whose plugins are loaded?** `manager::Trust`: those that nobody else could have written.
//!
//! The example `text_pipe` is a whole program with hooks of its own, and a plugin for it.
//!
//! # What is stable
//!
//! [`abi`] is frozen: values that say what they are, objects with numbered methods, hookimpls, and one exported root. Everything else is
//! built on it. Each hookimpl carries the [`signature`] it was compiled against, and the host compares that with its own before the first call:
//! hooks and methods that only one side has are left out or have a fallback, and whatever else differs refuses the plugin, with one line.

#[doc(hidden)]
pub mod __private;
pub mod abi;
pub mod command;
mod describe;
mod error;
mod host;
pub mod manifest;
mod options;
pub mod plugin;
pub mod signature;
mod spec;
pub mod specs;
mod view;
mod wire;

pub use describe::Describe;
pub use error::{Error, Result};
pub use host::{Host, HostSource, LogLevel};
pub use manifest::{Manifest, ManifestError};
pub use options::{HookImplOptions, HookImplRank, SetHookImplOptions};
pub use plugin::{Hooks, Plugin, Rest};
pub use spec::{Answer, Collect, FirstResult, HookSpec, Mode, Results};
pub use view::View;
pub use wire::Wire;

#[doc(hidden)]
pub use wire::Opaque;

/// The version of this crate, as plugins carry it in their manifests.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
