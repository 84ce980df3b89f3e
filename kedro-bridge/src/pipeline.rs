//! What plugins are shown of a pipeline that runs.

use hookspec::specs::PipelineRunSource;
use pyo3::prelude::*;

/// A run, as Python tells of it.
#[derive(FromPyObject)]
pub struct Running {
    #[pyo3(item)]
    run_id: String,
    #[pyo3(item)]
    project_path: String,
    #[pyo3(item)]
    env: Option<String>,
    #[pyo3(item)]
    kedro_version: String,
    #[pyo3(item)]
    pipeline_names: Vec<String>,
    #[pyo3(item)]
    tags: Vec<String>,
    #[pyo3(item)]
    from_nodes: Vec<String>,
    #[pyo3(item)]
    to_nodes: Vec<String>,
    #[pyo3(item)]
    node_names: Vec<String>,
    #[pyo3(item)]
    from_inputs: Vec<String>,
    #[pyo3(item)]
    to_outputs: Vec<String>,
    #[pyo3(item)]
    namespaces: Vec<String>,
    #[pyo3(item)]
    runner: String,
    #[pyo3(item)]
    node_count: u64,
    #[pyo3(item)]
    error_kind: Option<String>,
}

fn texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

impl PipelineRunSource for Running {
    fn run_id(&self) -> &str {
        &self.run_id
    }

    fn project_path(&self) -> &str {
        &self.project_path
    }

    fn env(&self) -> Option<&str> {
        self.env.as_deref()
    }

    fn kedro_version(&self) -> &str {
        &self.kedro_version
    }

    fn pipeline_names(&self) -> Vec<&str> {
        texts(&self.pipeline_names)
    }

    fn tags(&self) -> Vec<&str> {
        texts(&self.tags)
    }

    fn from_nodes(&self) -> Vec<&str> {
        texts(&self.from_nodes)
    }

    fn to_nodes(&self) -> Vec<&str> {
        texts(&self.to_nodes)
    }

    fn node_names(&self) -> Vec<&str> {
        texts(&self.node_names)
    }

    fn from_inputs(&self) -> Vec<&str> {
        texts(&self.from_inputs)
    }

    fn to_outputs(&self) -> Vec<&str> {
        texts(&self.to_outputs)
    }

    fn namespaces(&self) -> Vec<&str> {
        texts(&self.namespaces)
    }

    fn runner(&self) -> &str {
        &self.runner
    }

    fn node_count(&self) -> u64 {
        self.node_count
    }

    fn error_kind(&self) -> Option<&str> {
        self.error_kind.as_deref()
    }
}
