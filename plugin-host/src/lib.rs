//! Makes a program a host.

#[cfg(feature = "cli")]
mod cli;
mod discover;
mod error;
mod inspect;
mod load;
mod manager;
mod services;
mod text;
mod verify;

#[cfg(feature = "cli")]
pub use self::cli::{
    AddedCommand, App, CommandError, Format, HostProgram, ListArgs, ManageError, ManagePlugins, PluginOptions, Program,
    Shell, output, read_command_line, run,
};
pub use self::{
    discover::{PluginFile, Trust, discover},
    error::{ErrorPolicy, FailureKind, HookError, LoadError, LoadProblem, PendingError, RegisterError, UntrustedFile},
    inspect::inspect,
    manager::{
        ExtraHookImpl, HookCall, HookCallOutcome, HookCaller, HookImplFit, HookImplInfo, Monitor, MonitorGuard,
        PluginInfo, PluginManager, Tracer,
    },
    services::HostServices,
    verify::VerifiedPlugin,
};
