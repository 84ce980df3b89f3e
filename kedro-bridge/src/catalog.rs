//! What plugins are shown of a catalog and of the project that it belongs to.

use std::sync::OnceLock;

use hookspec::specs::{CatalogSource, ContextSource};
use pyo3::prelude::*;

use crate::asked::Asked;

/// A loaded project.
pub struct Loaded {
    /// Its folder.
    pub path: String,
    /// The name of its package.
    pub package_name: String,
    /// The configuration environment.
    pub env: String,
}

/// A catalog, which is looked at when a plugin asks.
pub struct LoadedCatalog {
    facts: Asked,
    known: OnceLock<Option<Facts>>,
}

/// What Python tells of it.
#[derive(FromPyObject)]
struct Facts {
    #[pyo3(item)]
    datasets: Vec<(String, String)>,
    #[pyo3(item)]
    validators: Vec<(String, String)>,
    #[pyo3(item)]
    pipelines: Option<Vec<(String, Option<u64>)>>,
    #[pyo3(item)]
    save_version: Option<String>,
    #[pyo3(item)]
    load_versions: Vec<(String, String)>,
}

impl LoadedCatalog {
    /// Looked at by `facts`.
    pub fn new(facts: Asked) -> Self {
        Self { facts, known: OnceLock::new() }
    }

    fn facts(&self) -> Option<&Facts> {
        self.known.get_or_init(|| self.facts.ask(())).as_ref()
    }

    fn pairs(&self, of: impl Fn(&Facts) -> &Vec<(String, String)>) -> Vec<(&str, &str)> {
        let Some(facts) = self.facts() else { return Vec::new() };
        of(facts).iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

impl ContextSource for Loaded {
    fn project_path(&self) -> &str {
        &self.path
    }

    fn package_name(&self) -> &str {
        &self.package_name
    }

    fn env(&self) -> &str {
        &self.env
    }
}

impl CatalogSource for LoadedCatalog {
    fn datasets(&self) -> Vec<(&str, &str)> {
        self.pairs(|facts| &facts.datasets)
    }

    fn validators(&self) -> Vec<(&str, &str)> {
        self.pairs(|facts| &facts.validators)
    }

    fn pipelines(&self) -> Option<Vec<(&str, Option<u64>)>> {
        let pipelines = self.facts()?.pipelines.as_ref()?;
        Some(pipelines.iter().map(|(name, nodes)| (name.as_str(), *nodes)).collect())
    }

    fn save_version(&self) -> Option<&str> {
        self.facts()?.save_version.as_deref()
    }

    fn load_versions(&self) -> Vec<(&str, &str)> {
        self.pairs(|facts| &facts.load_versions)
    }

    fn is_known(&self) -> bool {
        self.facts().is_some()
    }
}
