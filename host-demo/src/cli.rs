//! The command line: its commands and options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use hookspec_host::{ListArgs, ManagePlugins, PluginOptions, Shell};

/// Look into a Kedro project without running its Python.
#[derive(Debug, Parser)]
#[command(
    name = "host-demo",
    version,
    arg_required_else_help = true,
    after_help = "Example: host-demo --project spaceflights catalog list"
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub options: GlobalOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

#[doc = concat!("Options that stand before or after any command.")]
#[derive(Debug, Default, Clone, Args)]
pub struct GlobalOptions {
    /// Directory of the Kedro project, or one inside it [default: the current directory]
    #[arg(long, value_name = "DIR", global = true)]
    pub project: Option<PathBuf>,
    /// Configuration environment [default: `KEDRO_ENV`, then what settings.py says, then local]
    #[arg(long, value_name = "NAME", global = true)]
    pub env: Option<String>,
    /// Directory of the configuration [default: what settings.py says, then conf]
    #[arg(long, value_name = "DIR", global = true)]
    pub conf_source: Option<PathBuf>,
    /// Values for `${runtime_params:…}`: KEY=VALUE, with commas between several
    #[arg(long, value_name = "PARAMS", global = true)]
    pub params: Option<String>,
    /// Those by which plugins are steered.
    #[command(flatten)]
    pub plugins: PluginOptions,
}

impl AsRef<PluginOptions> for GlobalOptions {
    fn as_ref(&self) -> &PluginOptions {
        &self.plugins
    }
}

#[doc = concat!("The commands. Only the one that is typed is put together.")]
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Show the version and the project found
    #[command(after_help = "Example: host-demo info")]
    Info,
    /// Make a Kedro project in a new directory below the current one, or below --project DIR
    #[command(after_help = "Example: host-demo new \"Space Flights\" --telemetry no")]
    New(NewArgs),
    /// Work with the data catalog
    #[command(after_help = "Example: host-demo catalog list --env prod")]
    Catalog {
        /// What to do with the catalog.
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// Work with the plugins of this tool
    #[command(after_help = "Example: host-demo plugin list")]
    Plugin {
        /// What to do with the plugins.
        #[command(subcommand)]
        command: ManagePlugins,
    },
    /// Work with the registered pipelines
    #[command(after_help = "Example: host-demo registry list")]
    Registry {
        /// What to do with the registry.
        #[command(subcommand)]
        command: RegistryCommand,
    },
    /// Print a script that lets your shell complete command lines, those of plugins too
    #[command(after_help = "Put it where your shell looks for it, and again when plugins change:\n  \
        host-demo completions bash > ~/.local/share/bash-completion/completions/host-demo\n  \
        host-demo completions zsh > \"${fpath[1]}/_host-demo\"\n  \
        host-demo completions fish > ~/.config/fish/completions/host-demo.fish\n\n\
        Example: host-demo completions bash")]
    Completions(CompletionsArgs),
    /// Write a manual page for each command, for those who pack this tool
    #[command(hide = true)]
    ManPages {
        /// Folder to write to, which is made if need be.
        dir: PathBuf,
    },
}

#[doc = concat!("Commands of `catalog`.")]
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum CatalogCommand {
    /// List the datasets of the catalog and their types
    #[command(after_help = "Example: host-demo catalog list --format json")]
    List(ListArgs),
    /// List the dataset factory patterns, in the order in which they are tried
    #[command(after_help = "Example: host-demo catalog list-patterns")]
    ListPatterns(ListArgs),
    /// List the datasets that pipelines use, by where they come from and by type
    #[command(after_help = "Example: host-demo catalog describe-datasets --pipeline reporting")]
    DescribeDatasets(UsedArgs),
    /// Show the configuration of the catalog's datasets and of those that pipelines use
    #[command(after_help = "Example: host-demo catalog resolve-patterns --format json")]
    ResolvePatterns(UsedArgs),
}

#[doc = concat!("Arguments of the commands about datasets that pipelines use.")]
#[derive(Debug, Args)]
pub struct UsedArgs {
    /// Names of pipelines, with commas between several [default: all]
    #[arg(long, short, value_name = "NAMES", value_delimiter = ',')]
    pub pipeline: Vec<String>,
    /// How to print it.
    #[command(flatten)]
    pub list: ListArgs,
}

#[doc = concat!("Commands of `registry`.")]
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum RegistryCommand {
    /// List the registered pipelines and their numbers of nodes
    #[command(after_help = "Example: host-demo registry list --format json")]
    List(ListArgs),
    /// List the nodes of a pipeline in the order in which they run
    #[command(after_help = "Example: host-demo registry describe reporting")]
    Describe(DescribeArgs),
}

#[doc = concat!("Arguments of `registry describe`.")]
#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// Name of the pipeline
    #[arg(default_value = "__default__")]
    pub name: String,
    /// How to print it.
    #[command(flatten)]
    pub list: ListArgs,
}

#[doc = concat!("Arguments of `new`.")]
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Name of the project; letters, digits, spaces, hyphens and underscores
    pub name: String,
    /// Record whether telemetry is allowed in this project
    #[arg(long, value_name = "yes|no")]
    pub telemetry: Option<Answer>,
}

#[doc = concat!("Arguments of `completions`.")]
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// An answer to a yes or no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// Yes.
    #[value(alias = "y")]
    Yes,
    /// No.
    #[value(alias = "n")]
    No,
}
