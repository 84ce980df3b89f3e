//! Around each command that the host runs.

crate::views! {
    /// A command that is about to run, or that has run.
    pub view CommandRun of CommandRunSource {
        /// What the user typed after the program's name, piece by piece. What is not UTF-8 has
        /// `U+FFFD` in its place.
        fn args(&self) -> Vec<&str>;
        /// The project that the command works on, if any.
        fn project(&self) -> Option<Project>;
        /// What may be typed: the host's commands and options, those of plugins included.
        fn vocabulary(&self) -> CommandNode;
        /// How the command ended; `None` before it has.
        fn exit_code(&self) -> Option<i32>;
    }

    /// A project as the host found it.
    pub view Project of ProjectSource {
        /// Its folder, absolute.
        fn path(&self) -> &str;
        /// The name of its package.
        fn package_name(&self) -> &str;
    }

    /// A command of the host, or the host itself at the root.
    pub view CommandNode of CommandNodeSource {
        /// As the user types it.
        fn name(&self) -> &str;
        /// Every spelling of its options: `--env`, `-e`.
        fn options(&self) -> Vec<&str>;
        /// Its subcommands.
        fn commands(&self) -> Vec<CommandNode>;
    }
}

/// The words of a command outside of any project, before it has run, as a plugin's test has them:
/// of a program of which no commands are known.
impl<const N: usize> CommandRunSource for [&'static str; N] {
    fn args(&self) -> Vec<&str> {
        self.to_vec()
    }

    fn project(&self) -> Option<Project> {
        None
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(Unknown)
    }

    fn exit_code(&self) -> Option<i32> {
        None
    }
}

/// A program of which nothing is known.
struct Unknown;

impl CommandNodeSource for Unknown {
    fn name(&self) -> &str {
        ""
    }

    fn options(&self) -> Vec<&str> {
        Vec::new()
    }

    fn commands(&self) -> Vec<CommandNode> {
        Vec::new()
    }
}

crate::hookspecs! {
    /// Before a command runs.
    pub hook BeforeCommandRun = "before_command_run" fn(CommandRun);
    /// After a command has run, also when it failed.
    pub hook AfterCommandRun = "after_command_run" fn(CommandRun);
}
