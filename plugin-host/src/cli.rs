//! What a command-line program has around the plugin manager: directories, settings, install, and
//! plugins' commands in clap.

mod app;
mod command_line;
mod commands;
mod completions;
mod directories;
mod disabled;
mod early;
mod find;
mod install;
mod names;
mod offer;
mod options;
mod relaunch;
mod report;
mod scaffold;
mod settings;
mod table;
mod trial;

/// What a host shows its user.
pub mod output {
    pub use super::table::write as write_table;
    pub use crate::{message::warn, text::one_line};
}

pub use self::{
    app::{App, CommandError, HostProgram, read_command_line, run},
    command_line::AddedCommand,
    commands::{
        ManageError, ManagePlugins,
        arguments::{Format, ListArgs},
    },
    completions::Shell,
    options::PluginOptions,
};
