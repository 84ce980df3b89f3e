//! Command lines that are shown and not run.

use super::{Catalog, CommandRun};

crate::views! {
    /// A command line that somebody asks about.
    pub view CommandLine of CommandLineSource {
        /// What would be typed after the program's name.
        fn args(&self) -> Vec<&str>;
    }

    /// A command that is not run, as plugins would see it.
    pub view Rehearsal of RehearsalSource {
        /// What [`BeforeCommandRun`](super::BeforeCommandRun) would show.
        fn run(&self) -> CommandRun;
        /// What [`AfterCatalogCreated`](super::AfterCatalogCreated) would show; `None` when the
        /// command reads no catalog, or cannot.
        fn catalog(&self) -> Option<Catalog>;
    }
}

crate::hookspecs! {
    /// What would plugins be told if this were typed? The host answers; plugins ask by
    /// [`Host::call`](crate::Host::call).
    pub hook RehearseCommand = "rehearse_command" fn(CommandLine) -> Rehearsal, first_result, open;
}

struct Words(Vec<String>);

impl CommandLineSource for Words {
    fn args(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

impl CommandLine {
    /// The command line of these words.
    pub fn of<S: Into<String>>(words: impl IntoIterator<Item = S>) -> Self {
        Self::new(Words(words.into_iter().map(Into::into).collect()))
    }
}
