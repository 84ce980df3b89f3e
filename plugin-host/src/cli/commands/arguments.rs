//! The commands of `plugin` and what may follow them. In what they show, `{program}` stands for the
//! program's name.
//!
//! Types are described by `concat!`, which rustdoc reads and clap does not: of a deferred command
//! (clap 4.6), help would show the type's description in the place of the command's.

use std::{ffi::OsString, path::PathBuf};

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

#[doc = concat!("Arguments of the commands that list something.")]
#[derive(Debug, Args)]
pub struct ListArgs {
    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[doc = concat!(
    "See, check, install, switch and write plugins: the commands of `plugin`, ready to be mounted in\n",
    "a program's own.\n",
    "\n",
    "None of them loads a plugin into this process; for that to hold, the program mounts them under\n",
    "the word `plugin`."
)]
#[derive(Debug, Subcommand)]
#[command(defer = true)]
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
    /// Check a plugin and put it into your plugin directory, replacing the one of the same name
    #[command(after_help = "Of a name, the newest release is installed that works with this program.\n\n\
        Examples:\n  {program} plugin install hello\n  \
        {program} plugin install hello@1.2.0 --index https://plugins.example.org\n  \
        {program} plugin install target/release/libhello.so\n  \
        {program} plugin install hello-1.2.0-x86_64-linux.json")]
    Install(InstallArgs),
    /// Replace installed plugins by newer releases, from the index that each came from
    #[command(after_help = "Examples:\n  {program} plugin update\n  {program} plugin update hello")]
    Update(UpdateArgs),
    /// List the installed plugins that have a newer release
    #[command(after_help = "Example: {program} plugin outdated --format json")]
    Outdated(ListArgs),
    /// Put back what the last install or update of a plugin replaced
    #[command(after_help = "Example: {program} plugin rollback hello")]
    Rollback(NameArgs),
    /// Look for plugins in an index
    #[command(after_help = "Examples:\n  {program} plugin search\n  {program} plugin search spark")]
    Search(SearchArgs),
    /// Show what an index and this machine know of a plugin
    #[command(after_help = "Example: {program} plugin info hello")]
    Info(InfoArgs),
    /// Remove a plugin from your plugin directory
    #[command(after_help = "Example: {program} plugin remove hello")]
    Remove(NameArgs),
    /// Stop loading a plugin, wherever it is, until it is enabled again
    #[command(after_help = "Example: {program} plugin disable hello")]
    Disable(NameArgs),
    /// Load a plugin again that was disabled
    #[command(after_help = "Example: {program} plugin enable hello")]
    Enable(NameArgs),
    /// Write the package of a plugin: its library, what is said of it, and a signature of that
    #[command(after_help = "Example: {program} plugin package target/release/libhello.so --key hello.key")]
    Package(PackageArgs),
    /// Make a pair of keys: one to sign packages with, and one for those who install them
    #[command(after_help = "The keys are minisign's.\n\nExample: {program} plugin key hello.key")]
    Key(KeyArgs),
    /// Make an index of plugins out of packages
    #[command(subcommand, after_help = "Example: {program} plugin index new public")]
    Index(IndexCommand),
    /// Write the crate of a new plugin, which builds and passes its own test
    #[command(after_help = "hookspec is not published: it is in a clone of its repository.\n\n\
        Example: {program} plugin new hello --api-path ../plugin-api")]
    New(NewPluginArgs),
    /// Build a plugin's crate whenever it changes, and run this program with it in the place of the
    /// installed one
    #[command(after_help = "Example: {program} plugin dev hello -- hello --loud")]
    Dev(DevArgs),
}

#[doc = concat!("Arguments of `plugin verify`.")]
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A library file, or the name of a plugin in the plugin directories
    #[arg(value_name = "FILE|NAME", required_unless_present = "all")]
    pub plugin: Option<PathBuf>,
    /// Read every library in the plugin directories and say whether it is what was installed,
    /// without loading any
    #[arg(long, conflicts_with_all = ["plugin", "timeout"])]
    pub all: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Give up when it takes longer to start [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
}

#[doc = concat!("Arguments of `plugin install`.")]
#[derive(Debug, Args)]
pub struct InstallArgs {
    /// A library, the `.json` of a package, or the name of a plugin in an index
    #[arg(value_name = "FILE|NAME[@VERSION]")]
    pub plugin: PathBuf,
    /// Index to look into: an address or a folder
    #[arg(long, value_name = "ADDRESS")]
    pub index: Option<String>,
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Install it also where a later version was installed
    #[arg(long)]
    pub allow_downgrade: bool,
    /// Give up when it takes longer to start [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[doc = concat!("Whose signatures are believed.")]
#[derive(Debug, Args)]
pub struct TrustArgs {
    /// Trust this public key for the plugin from now on
    #[arg(long, value_name = "KEY")]
    pub accept_key: Option<String>,
    /// Install it also where nobody has signed it
    #[arg(long)]
    pub allow_unsigned: bool,
}

#[doc = concat!("Arguments of `plugin update`.")]
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The plugin [default: all that came from an index]
    pub name: Option<String>,
    #[command(flatten)]
    pub trust: TrustArgs,
    /// Give up when it takes longer to start [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[doc = concat!("Arguments of `plugin search`.")]
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// What the name or the description has in it [default: all plugins]
    pub word: Option<String>,
    /// Index to look into: an address or a folder
    #[arg(long, value_name = "ADDRESS")]
    pub index: Option<String>,
    /// How to print the list
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[doc = concat!("Arguments of `plugin info`.")]
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// Name of the plugin
    pub name: String,
    /// Index to look into: an address or a folder
    #[arg(long, value_name = "ADDRESS")]
    pub index: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[doc = concat!("Arguments of `plugin package`.")]
#[derive(Debug, Args)]
pub struct PackageArgs {
    /// The library
    pub library: PathBuf,
    /// Secret key to sign with, as `plugin key` or minisign has written it
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
    /// Give up when it takes longer to start [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: Option<u64>,
}

#[doc = concat!("Arguments of `plugin key`.")]
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// File of the secret key, which must not exist; the public one is beside it, with `.pub`
    pub file: PathBuf,
}

#[doc = concat!("The commands of `plugin index`.")]
#[derive(Debug, Subcommand)]
pub enum IndexCommand {
    /// Make an index without plugins
    #[command(after_help = "Example: {program} plugin index new public")]
    New {
        /// Folder to make, or an empty one
        dir: PathBuf,
    },
    /// Put packages into an index
    #[command(after_help = "Example: {program} plugin index add public hello-1.2.0-x86_64-linux.json")]
    Add {
        /// Folder of the index
        dir: PathBuf,
        /// The `.json` of each package
        #[arg(required = true, value_name = "PACKAGE")]
        packages: Vec<PathBuf>,
    },
}

#[doc = concat!("Arguments of commands about one plugin.")]
#[derive(Debug, Args)]
pub struct NameArgs {
    /// Name of the plugin, as `plugin list` shows it
    pub name: String,
}

#[doc = concat!("Arguments of `plugin dev`.")]
#[derive(Debug, Args)]
pub struct DevArgs {
    /// Folder of the crate [default: the current directory]
    pub dir: Option<PathBuf>,
    /// What to run, without the program's name
    #[arg(last = true, value_name = "ARGS")]
    pub words: Vec<OsString>,
}

#[doc = concat!("Arguments of `plugin new`.")]
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
