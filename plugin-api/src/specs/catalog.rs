//! The catalog of a project has been read.

crate::views! {
    /// A project's datasets, and the pipelines they serve.
    pub view Catalog of CatalogSource {
        /// Name and full class path of each dataset, in the catalog's order; parameters and dataset
        /// factories are none. The path is empty where the class is not known.
        fn datasets(&self) -> Vec<(&str, &str)>;
        /// Dataset name and class path of each declared validator.
        fn validators(&self) -> Vec<(&str, &str)>;
        /// Name and node count of each registered pipeline, `__default__` among them; a count is
        /// absent when it cannot be known without running the project, and so is the list.
        fn pipelines(&self) -> Option<Vec<(&str, Option<u64>)>>;
        /// The version that datasets are saved under, if one is set.
        fn save_version(&self) -> Option<&str>;
        /// Dataset name and version for those that are loaded from a set version.
        fn load_versions(&self) -> Vec<(&str, &str)>;
        /// Whether the pipelines have not been counted, and so are absent, because that would hold
        /// up the command that runs. [`CountPipelines`](super::CountPipelines) counts them later,
        /// where nobody waits.
        fn pipelines_deferred(&self) -> bool { false }
        /// Whether the lists are what the catalog has; `false` when one of them could not be read,
        /// and is empty for that. Ask it after them: a provider may find out while giving them.
        fn is_known(&self) -> bool { true }
    }
}

crate::hookspecs! {
    /// After the catalog has been read.
    pub hook AfterCatalogCreated = "after_catalog_created" fn(Catalog);
}
