//! `host-demo`, a command line tool in the manner of `kedro`: it works on real Kedro projects
//! without running any of their Python, and lets plugins hook into it.
//!
//! From the outside in:
//!
//! 1. [`app`] is this program as a host: its hooks are declared, and each command runs between two
//!    of them. Finding, loading and managing plugins, and putting their commands beside these, is
//!    what `hookspec-host` does for any program.
//! 2. [`commands`] holds one function per command of [`cli`]. Each starts from a [`context`]: the
//!    options, the plugins, and the project once it has been looked for. What fails is an
//!    [`error`], whose text is the one line that a person sees.
//! 3. [`plugins`] has the hooks' callers, and [`views`] what plugins are shown; [`rehearse`]
//!    answers what they would be told of a command line that is not run, and [`count`] how many
//!    nodes a project has when no command waits for that.
//! 4. [`kedro_project`] reads a project as Kedro 1.7 would, from its files alone, and knows nothing
//!    of this program. [`new`] makes one.

mod app;
mod cli;
mod commands;
mod context;
mod count;
mod error;
mod new;
mod plugins;
mod rehearse;
mod views;
mod vocabulary;
mod yaml;

use std::process::ExitCode;

fn main() -> ExitCode {
    hookspec_host::run::<app::HostDemo>()
}
