//! What a command-line program has around the plugin manager: directories, settings, install, and
//! plugins' commands in clap.

mod added;
mod app;
mod command_line;
mod commands;
mod completions;
mod directories;
mod disabled;
mod early;
mod embedded;
mod find;
mod install;
mod locked;
mod misspelt;
mod names;
mod offer;
mod options;
mod printed;
mod relaunch;
mod repeated;
mod report;
mod scaffold;
mod settings;
mod table;
mod timings;
mod trial;

/// What a host shows its user.
pub mod output {
    pub use super::table::write as write_table;
    pub use crate::message::{warn, write_json, write_line};
    pub use terminal_text::one_line;
}

pub use self::{
    added::AddedCommand,
    app::{App, CommandError, HostProgram, read_command_line, run},
    commands::{
        ManageError, ManagePlugins,
        arguments::{Format, ListArgs},
    },
    completions::Shell,
    embedded::EmbeddedPlugins,
    options::PluginOptions,
    settings::SettingsError,
};
