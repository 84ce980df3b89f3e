//! `host-demo`, a command line tool in the manner of `kedro`: it works on real Kedro projects without running
//! any of their Python.
//!
//! [`project`], [`config`], [`catalog`] and [`pipelines`] read a project as Kedro 1.7 would, each with nothing but
//! the files; [`new`] makes one. [`cli`] declares the command line and [`commands`] holds one function per command. [`plugins`] are loaded and
//! called by [`app`], which is one run of this program.

mod app;
mod catalog;
mod cli;
mod commands;
mod config;
mod context;
mod error;
mod files;
mod new;
mod pipelines;
mod plugins;
mod project;
mod python;
mod table;

use std::process::ExitCode;

/// The version of Kedro whose behaviour this host follows, and which it writes into new projects.
pub const KEDRO_VERSION: &str = "1.7.0";

fn main() -> ExitCode {
    app::run(std::env::args_os().collect())
}
