//! Hooks for command-line programs whose plugins are shared libraries over a stable ABI.
//!
//! A *host* declares hooks and calls them; a *plugin*, a `cdylib` in a directory, implements some
//! of them. Neither has to be built by the same compiler as the other, and an interface may grow
//! without breaking what was built before.
//!
//! # For plugin authors
//!
//! A plugin is a type with two functions: one that makes it and one that names its hookimpls. This
//! crate is all that its `Cargo.toml` needs, besides `crate-type = ["cdylib"]`.
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
//! 1. **Which hooks are there?** Those of the program: its interface crate says. Any program may
//!    let plugins [add commands](command::PluginCommands). Programs that work on data pipelines
//!    share those of [`specs`]: [around each command](specs::BeforeCommandRun), when [a
//!    project](specs::AfterContextCreated) and [its catalog](specs::AfterCatalogCreated) have been
//!    read, and around [pipelines](specs::BeforePipelineRun), [their nodes](specs::BeforeNodeRun)
//!    and [the datasets](specs::BeforeDatasetLoaded) that these load and save.
//! 2. **What does a hookimpl get?** A [view](views!), a handle on an object of the host, whose
//!    methods compute nothing until they are called; or a tuple of values.
//! 3. **When is it called?** Last registered first, unless its [options](SetHookImplOptions) say
//!    otherwise. [`Hooks::wrap`] surrounds all others. It answers at once, or in an async hook by a
//!    future ([`Hooks::on_async`]).
//! 4. **What may it ask for?** What [`Host`] offers: identity, settings, log, notices, being
//!    started again in the background, and [calling hooks](Host::call) that are open to plugins.
//! 5. **What when it fails?** It returns [`Failed`], made by `?` from any other error, with its
//!    causes and, for programs, a code. That or a panic reaches the host as an error that names the
//!    plugin and the hook; it never takes the host down. What the host answers is an [`Error`].
//! 6. **How is it tested?** In a host of the test's own: the crate `hookspec-host`, in the
//!    dev-dependencies, and its `PluginManager::register`. `plugin new NAME` of a host writes a
//!    crate with such a test.
//!
//! # For those who declare hooks
//!
//! An interface is a module or a crate that both sides compile. [`views!`] declares what one side
//! shows the other, [`hookspecs!`] the hooks; the hooks of [`specs`] and [`command`] are no more
//! than users of these. The crate `hookspec-host` calls them.
//!
//! ```
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
//! ```
//!
//! 1. **What crosses?** The types that implement [`Wire`]: the plain types of the standard library,
//!    lists, maps and options of them, [`Bytes`] of any length without a copy, structs and enums of
//!    your own ([`types!`]), and views, in both directions. Nothing is silently changed: what does
//!    not fit its reader is an error that names it.
//! 2. **What comes of a call?** A `Vec` of every answer ([`Collect`]), the first one
//!    ([`FirstResult`]), or a value that each hookimpl has changed ([`Fold`]).
//!
//! # What is stable
//!
//! [`abi`] is frozen: values that say what they are, objects with numbered methods, hookimpls, and
//! one exported root. Everything else is built on it. Each hookimpl carries the [`signature`] it
//! was compiled against, and the host compares that with its own before the first call: hooks and
//! methods that only one side has are left out or have a fallback, and whatever else differs
//! refuses the plugin, with one line.

#[doc(hidden)]
pub mod __private;
pub mod abi;
mod arguments;
pub mod command;
mod conditional;
mod describe;
mod error;
mod events;
mod failed;
#[doc(hidden)]
pub mod future;
mod host;
mod interface;
mod kinds;
mod layouts;
pub mod manifest;
mod mode;
mod options;
mod os;
pub mod plugin;
mod policy;
pub mod signature;
mod spec;
pub mod specs;
mod types;
mod view;
mod wire;

pub use arguments::{Argument, Arguments};
pub use describe::Describe;
pub use error::Error;
pub use failed::{Failed, Result};
pub use host::{Host, HostSource, LogLevel};
pub use interface::Interface;
pub use kinds::{AsyncHook, HistoricHook, OpenHook, PlainHook, WrappableHook};
pub use manifest::{Manifest, ManifestError};
pub use mode::{Collect, FirstResult, Fold, Mode};
pub use options::{HookImplOptions, HookImplRank, SetHookImplOptions};
pub use plugin::{Hooks, Plugin, Rest};
pub use policy::ErrorPolicy;
pub use spec::{Answer, HookSpec, Results};
pub use view::View;
#[cfg(feature = "json")]
pub use wire::Json;
pub use wire::{Buffer, Bytes, Number, Wire};

#[doc(hidden)]
pub use wire::Opaque;

/// The version of this crate, as plugins carry it in their manifests.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
