//! `host-demo`, a command line tool in the manner of `kedro`: it works on real Kedro projects without running
//! any of their Python, and lets plugins hook into it.
//!
//! From the outside in:
//!
//! 1. [`app`] is one run of this program: options that must be known early are found, [`plugins`] are loaded, the command line of [`cli`]
//!    is completed by their commands and parsed, and the command runs between two hooks.
//! 2. [`commands`] holds one function per command. Each starts from a [`context`]: the options, the plugins, and the project once it
//!    has been looked for. What fails is an [`error`], whose text is the one line that a person sees; lists go through [`table`].
//! 3. [`kedro_project`] reads a project as Kedro 1.7 would, from its files alone, and knows nothing of this program. [`new`] makes a project.
//! 4. [`plugins`] is everything between this host and its plugins: where they are looked for, which are switched off, what they are offered,
//!    how one is tried in a process of its own and installed, and how this program is started again on behalf of one.
//!
//! To make a program of your own a host, [`plugins`] is the module to read: it declares the hooks and calls them, in one page.

mod app;
mod cli;
mod commands;
mod context;
mod error;
mod files;
mod new;
mod plugins;
mod table;

use std::process::ExitCode;

/// The version of Kedro whose behaviour this host follows, and which it writes into new projects.
pub const KEDRO_VERSION: &str = "1.7.0";

fn main() -> ExitCode {
    app::run(std::env::args_os().collect())
}
