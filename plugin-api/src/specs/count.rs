//! Pipelines counted where no command waits for it.

crate::views! {
    /// A project whose pipelines somebody wants counted.
    pub view Countable of CountableSource {
        /// Its folder, absolute.
        fn project_path(&self) -> &str;
    }
}

crate::hookspecs! {
    /// How many nodes have the pipelines of this project? The host answers as
    /// [`Catalog::pipelines`](super::Catalog::pipelines) does, or nothing when they cannot be known
    /// without running the project; plugins ask by [`Host::call`](crate::Host::call).
    ///
    /// That may take a second: ask in a process that the host has
    /// [started again](crate::Host::relaunch), and for a project whose catalog said that
    /// [it is deferred](super::Catalog::pipelines_deferred).
    pub hook CountPipelines = "count_pipelines" fn(Countable) -> Vec<(String, Option<u64>)>, first_result, open;
}

struct Folder(String);

impl CountableSource for Folder {
    fn project_path(&self) -> &str {
        &self.0
    }
}

impl Countable {
    /// The project in this folder.
    pub fn of(project_path: impl Into<String>) -> Self {
        Self::new(Folder(project_path.into()))
    }
}
