//! What a command-line program has around the plugin manager: directories, settings, install, and
//! plugins' commands in clap.

mod added;
mod app;
mod asked;
mod before;
mod by_name;
mod command_line;
mod commands;
mod completions;
mod dev;
mod directories;
mod disabled;
mod early;
mod embedded;
mod find;
mod index;
mod install;
mod keys;
mod locked;
mod man_pages;
mod misspelt;
mod names;
mod offer;
mod options;
mod package;
mod platform;
mod printed;
mod progress;
mod relaunch;
mod repeated;
mod report;
mod scaffold;
mod settings;
mod table;
mod timings;
mod trial;
mod which_index;

/// What a host shows its user.
pub mod output {
    pub use super::table::write as write_table;
    pub use crate::message::{warn, write_json, write_line};
    pub use terminal_text::one_line;
}

pub use self::{
    added::AddedCommand,
    app::{App, CommandError, HostProgram, read_command_line, run},
    asked::AddedCommands,
    commands::{
        ManageError, ManagePlugins,
        arguments::{Format, ListArgs},
    },
    completions::Shell,
    embedded::EmbeddedPlugins,
    options::PluginOptions,
    settings::SettingsError,
};
