//! The options by which a user steers plugins.

use std::path::PathBuf;

/// Options of a host that stand before or after any command; to be flattened into those that the
/// program has itself.
#[derive(Clone, Debug, Default, clap::Args)]
#[non_exhaustive]
pub struct PluginOptions {
    /// Directory to look for plugins in before the user's own; may be given several times
    #[arg(long, value_name = "DIR", global = true)]
    pub plugin_dir: Vec<PathBuf>,
    /// Load no plugins
    #[arg(long, global = true)]
    pub no_plugins: bool,
    /// Leave out the plugin of this name; may be given several times
    #[arg(long, value_name = "NAME", global = true)]
    pub no_plugin: Vec<String>,
    /// Configuration file of this program
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Say on standard error what each plugin has cost, when the command has ended
    #[arg(long, global = true)]
    pub timings: bool,
    /// Say what is read, and why something could not be determined
    #[arg(short, long, global = true)]
    pub verbose: bool,
}
