//! The commands of `plugin` and what may follow them. In what they show, `{program}` stands for the
//! program's name.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// How something is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, for people.
    #[default]
    Table,
    /// One JSON document, for programs.
    Json,
}

/// Arguments of the commands that list something.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// See, check, install, switch and write plugins: the commands of `plugin`, ready to be mounted in
/// a program's own.
///
/// None of them loads a plugin into this process; for that to hold, the program mounts them under
/// the word `plugin`.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum ManagePlugins {
    /// List the plugins found and what becomes of each, without loading any
    #[command(after_help = "Example: {program} plugin list --format json")]
    List(ListArgs),
    /// Load a plugin in a process of its own and say whether it works here, and if not, why
    #[command(after_help = "Exit code: 0 when it is sound, 1 when it is not.\n\n\
        Examples:\n  {program} plugin verify hello\n  \
        {program} plugin verify ./target/release/libhello.so --format json\n  \
        {program} plugin verify --all")]
    Verify(VerifyArgs),
    /// Check a plugin and copy it into your plugin directory, replacing the one of the same name
    #[command(after_help = "Example: {program} plugin install target/release/libhello.so")]
    Install(InstallArgs),
    /// Remove a plugin from your plugin directory
    #[command(after_help = "Example: {program} plugin remove hello")]
    Remove(NameArgs),
    /// Stop loading a plugin, wherever it is, until it is enabled again
    #[command(after_help = "Example: {program} plugin disable hello")]
    Disable(NameArgs),
    /// Load a plugin again that was disabled
    #[command(after_help = "Example: {program} plugin enable hello")]
    Enable(NameArgs),
    /// Write the crate of a new plugin, which builds and passes its own test
    #[command(after_help = "hookspec is not published: it is in a clone of its repository.\n\n\
        Example: {program} plugin new hello --api-path ../plugin-api")]
    New(NewPluginArgs),
}

/// Arguments of `plugin verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A library file, or the name of a plugin in the plugin directories
    #[arg(value_name = "FILE|NAME", required_unless_present = "all")]
    pub plugin: Option<PathBuf>,
    /// Read every library in the plugin directories and say whether it is what was installed, without
    /// loading any
    #[arg(long, conflicts_with_all = ["plugin", "timeout"])]
    pub all: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Give up when it takes longer to start [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
}

/// Arguments of `plugin install`.
#[derive(Debug, Args)]
pub struct InstallArgs {
    /// The library
    pub file: PathBuf,
    /// Install it also where a later version was installed
    #[arg(long)]
    pub allow_downgrade: bool,
    /// Give up when it takes longer to start [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
}

/// Arguments of commands about one plugin.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// Name of the plugin, as `plugin list` shows it
    pub name: String,
}

/// Arguments of `plugin new`.
#[derive(Debug, Args)]
pub struct NewPluginArgs {
    /// Name of the plugin; letters, digits, hyphens and underscores
    pub name: String,
    /// Folder to make, which must not exist [default: NAME in the current directory]
    #[arg(long, value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Folder of hookspec [default: what `{variable}` says]
    #[arg(long, value_name = "DIR")]
    pub api_path: Option<PathBuf>,
}
