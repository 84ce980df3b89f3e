//! What is counted in a project's catalog and pipelines.

use crate::public::{DatasetType, ValidatorLibrary};

/// The pipeline whose nodes are counted, by the name that Kedro gives it.
pub(crate) const DEFAULT_PIPELINE: &str = "__default__";

/// How often each kind was seen, in order of first appearance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindCounts<K>(Vec<(K, u64)>);

impl<K> Default for KindCounts<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq> KindCounts<K> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(K, u64)> {
        self.0.iter()
    }

    fn add(&mut self, kind: K) {
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.0.push((kind, 1)),
        }
    }
}

/// What is counted in a project's catalog and pipelines. Names are looked at, never kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogStatistics {
    pub(crate) datasets: u64,
    pub(crate) nodes: Option<u64>,
    pub(crate) pipelines: Option<u64>,
    pub(crate) dataset_types: KindCounts<DatasetType>,
    pub(crate) validated: u64,
    pub(crate) validator_types: KindCounts<ValidatorLibrary>,
}

impl CatalogStatistics {
    /// Of a project with so many pipelines, and so many nodes in the default one (`None`: there is
    /// no such, or it is not known).
    #[must_use]
    pub fn new(nodes: Option<u64>, pipelines: Option<u64>) -> Self {
        Self { nodes, pipelines, ..Self::default() }
    }

    /// Counts a dataset, unless it is a parameter. Only a class of Kedro's own libraries is counted
    /// under its path, and none where the class is not known.
    pub fn add_dataset(&mut self, name: &str, class_path: &str) {
        if name.starts_with("parameters") || name.starts_with("params:") {
            return;
        }
        self.datasets += 1;
        if !class_path.is_empty() {
            self.dataset_types.add(DatasetType::of(class_path));
        }
    }

    /// Counts a dataset's validator, by its library if that is a public one.
    pub fn add_validator(&mut self, class_path: &str) {
        self.validated += 1;
        self.validator_types.add(ValidatorLibrary::of(class_path));
    }
}
