//! Makes a command-line program a host: it finds plugins, checks them, loads them and calls their
//! hooks.
//!
//! What hooks are, and how plugins implement them, is told by [`hookspec`], on which this crate
//! stands.
//!
//! # A whole program
//!
//! With the feature `cli`, which is on by default, a program says what it is called, which hooks it
//! has and what its commands do, as a [`HostProgram`]. [`run`] does the rest: plugin directories
//! and trust, settings, `plugin list|install|verify|…`, the commands of plugins in `--help` and in
//! completions, and starting the program again in the background for a plugin that asks.
//!
//! ```no_run
//! # #[cfg(feature = "cli")] mod program {
//! use std::{io, process::ExitCode};
//!
//! use hookspec_host::{
//!     App, CommandError, HookCaller, HostProgram, ManagePlugins, PluginManager, PluginOptions,
//!     Program, RegisterError,
//! };
//!
//! hookspec::views! {
//!     /// What is baked.
//!     pub view Cake of CakeSource {
//!         /// Its name.
//!         fn name(&self) -> &str;
//!     }
//! }
//! hookspec::hookspecs! {
//!     /// A cake has been baked.
//!     pub hook AfterBaking = "after_baking" fn(Cake);
//! }
//!
//! #[derive(clap::Parser)]
//! struct Cli {
//!     #[command(flatten)]
//!     options: PluginOptions,
//!     #[command(subcommand)]
//!     command: Command,
//! }
//!
//! #[derive(clap::Subcommand)]
//! enum Command {
//!     /// Bake a cake
//!     Bake { name: String },
//!     /// See, install and switch plugins
//!     #[command(subcommand)]
//!     Plugin(ManagePlugins),
//! }
//!
//! struct Baked(String);
//! impl CakeSource for Baked {
//!     fn name(&self) -> &str { &self.0 }
//! }
//!
//! struct Bakery { after_baking: HookCaller<AfterBaking> }
//!
//! impl HostProgram for Bakery {
//!     const PROGRAM: Program = Program::new("bakery", "1.0.0");
//!     type Cli = Cli;
//!     type Options = PluginOptions;
//!
//!     fn declare(manager: &PluginManager, _: &PluginOptions) -> Result<Self, RegisterError> {
//!         Ok(Self { after_baking: manager.declare(AfterBaking)? })
//!     }
//!
//!     fn run(&self, cli: Cli, app: &App<Self>) -> Result<u8, CommandError> {
//!         match cli.command {
//!             Command::Bake { name } => drop(self.after_baking.call(&Cake::new(Baked(name)))?),
//!             Command::Plugin(command) => app.manage_plugins(&command, &mut io::stdout())?,
//!         }
//!         Ok(0)
//!     }
//! }
//!
//! # pub
//! fn main() -> ExitCode {
//!     hookspec_host::run::<Bakery>()
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! A program that others start, as an extension module of Python is, has [`EmbeddedPlugins`] in the
//! place of [`run`].
//!
//! The example `notes` is such a program with a plugin and telemetry, `host-demo` a larger one.
//!
//! # The plugin manager alone
//!
//! Without the feature, the crate is what a program needs that has all that already, or is no
//! command line: [`discover`] finds libraries, [`PluginManager`] loads them, and a [`HookCaller`]
//! calls a hook. The example `smallest` shows how little that takes, with a [`Program`] as its
//! services.
//!
//! 1. **What comes of a call?** A `Vec` of every answer ([`Collect`](hookspec::Collect)), the first
//!    one ([`FirstResult`](hookspec::FirstResult)) or a value that each has changed
//!    ([`Fold`](hookspec::Fold)); of an async hook a future of these. Historic hooks are replayed to
//!    plugins that come later.
//! 2. **What do plugins get?** What [`HostServices`] says; only name and version are required.
//! 3. **What becomes of errors?** [`ErrorPolicy`] decides between reporting and ending the call,
//!    for hooks that do not say so themselves. They are standard errors; `{:#}` shows causes, too.
//! 4. **Whose plugins are loaded?** [`Trust`]: those that nobody else could have written.
//! 5. **May plugins call hooks, too?** Those that are declared `open`, when
//!    [`HostServices::allows_call`] lets them.

#[cfg(feature = "cli")]
mod cli;
mod current;
mod discover;
mod ends;
mod error;
mod growth;
mod inspect;
mod interface_text;
mod load;
mod loaded;
mod manager;
#[cfg(feature = "cli")]
mod message;
mod os;
#[cfg(feature = "cli")]
mod program;
mod services;
mod stamp;
mod test_host;
mod trust;
mod verify;

pub use hookspec::ErrorPolicy;

#[cfg(feature = "cli")]
pub use self::cli::{
    AddedCommand, AddedCommands, App, CommandError, EmbeddedPlugins, Format, HostProgram, ListArgs, ManageError,
    ManagePlugins, PluginOptions, SettingsError, Shell, output, read_command_line, run,
};
#[cfg(feature = "cli")]
pub use self::program::Program;
pub use self::{
    discover::{PluginDirectory, PluginFile, discover},
    error::{
        CompanionProblem, FailureKind, HookError, LoadError, LoadProblem, PendingError, RegisterError, StartError,
        UntrustedFile,
    },
    inspect::inspect,
    interface_text::{InterfaceText, InterfaceTextError},
    manager::{
        CountedFailure, ExtraHookImpl, HookCall, HookCallOutcome, HookCaller, HookImplFit, HookImplInfo, Monitor,
        MonitorGuard, NamedAnswer, PluginInfo, PluginManager, Tracer,
    },
    services::HostServices,
    test_host::TestHost,
    trust::{Holders, Trust},
    verify::VerifiedPlugin,
};
