//! Commands that plugins add to their host.

use crate::{error::Error, failed};

crate::views! {
    /// The commands that the host has by itself, which no plugin can replace.
    pub view CommandSet of CommandSetSource {
        /// Their names.
        fn names(&self) -> Vec<&str>;
    }

    /// A command that a plugin adds.
    pub view PluginCommand of PluginCommandSource {
        /// As the user types it: one word of letters, digits, `-` and `_`.
        fn name(&self) -> &str;
        /// One line for the list of commands.
        fn about(&self) -> &str;
        /// What may follow the command's words, for its usage line: `[--user | --project]`.
        fn usage(&self) -> &str { "" }
        /// What `--help` shows below the usage line.
        fn help(&self) -> &str { "" }
        /// Every spelling of its options.
        fn options(&self) -> Vec<&str> { Vec::new() }
        /// Its subcommands. The command that is run is always the outermost.
        fn commands(&self) -> Vec<PluginCommand> { Vec::new() }
        /// Runs the command and gives its exit code.
        fn run(&self, call: CommandCall) -> failed::Result<i32>;
    }

    /// How a plugin's command was called, and where it writes.
    pub view CommandCall of CommandCallSource {
        /// What the user typed after the command's name.
        fn args(&self) -> Vec<&str>;
        /// Writes to standard output. An error means that nobody reads any more: stop.
        fn print(&self, text: &str) -> Result<(), Error>;
        /// Writes to standard error.
        fn print_error(&self, text: &str);
        /// Whether standard output is a terminal that wants colours.
        fn colors(&self) -> bool;
    }
}

/// The names alone, as a plugin's test has them.
impl<const N: usize> CommandSetSource for [&'static str; N] {
    fn names(&self) -> Vec<&str> {
        self.to_vec()
    }
}

crate::hookspecs! {
    /// While the host assembles its command line.
    pub hook PluginCommands = "plugin_commands" fn(CommandSet) -> Vec<PluginCommand>;
}
