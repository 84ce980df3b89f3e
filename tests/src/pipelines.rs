//! Pipelines that run as far as plugins can see: the hooks, in Kedro's order, with nothing behind
//! them.

use std::{sync::Arc, thread};

use hookspec::specs::{
    AfterDatasetLoaded, AfterDatasetSaved, AfterNodeRun, AfterPipelineRun, BeforeDatasetLoaded, BeforeDatasetSaved,
    BeforeNodeRun, BeforePipelineRun, Data, DataSource, DatasetAccess, DatasetAccessSource, Node, NodeRun,
    NodeRunSource, NodeSource, OnNodeError, OnPipelineError, PipelineRun, PipelineRunSource,
};
use hookspec_host::{HookCaller, PluginManager};
use serde::Deserialize;

/// A pipeline, and how its run goes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RunScript {
    /// Its nodes, in the order of the run.
    pub nodes: Vec<NodeScript>,
    /// Whether each node has a thread of its own, as with Kedro's `ThreadRunner`.
    pub in_threads: bool,
    /// How many runs there are, one after the other; one where it is 0.
    pub times: usize,
}

/// A node, and how its run goes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NodeScript {
    /// Its name, without its namespace.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it loads.
    pub inputs: Vec<String>,
    /// What it saves.
    pub outputs: Vec<String>,
    /// What its function fails with.
    pub fails_with: Option<String>,
    /// The dataset that cannot be loaded or saved.
    pub broken_dataset: Option<String>,
}

impl NodeScript {
    fn full_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// The hooks of a run.
#[derive(Debug)]
pub struct PipelineHooks {
    before_pipeline_run: HookCaller<BeforePipelineRun>,
    after_pipeline_run: HookCaller<AfterPipelineRun>,
    on_pipeline_error: HookCaller<OnPipelineError>,
    before_node_run: HookCaller<BeforeNodeRun>,
    after_node_run: HookCaller<AfterNodeRun>,
    on_node_error: HookCaller<OnNodeError>,
    before_dataset_loaded: HookCaller<BeforeDatasetLoaded>,
    after_dataset_loaded: HookCaller<AfterDatasetLoaded>,
    before_dataset_saved: HookCaller<BeforeDatasetSaved>,
    after_dataset_saved: HookCaller<AfterDatasetSaved>,
}

/// The kind of the error that stops a run.
type Failure = String;

impl PipelineHooks {
    /// Declares them.
    #[must_use]
    pub fn declare(manager: &PluginManager) -> Self {
        Self {
            before_pipeline_run: manager.declare(BeforePipelineRun).unwrap(),
            after_pipeline_run: manager.declare(AfterPipelineRun).unwrap(),
            on_pipeline_error: manager.declare(OnPipelineError).unwrap(),
            before_node_run: manager.declare(BeforeNodeRun).unwrap(),
            after_node_run: manager.declare(AfterNodeRun).unwrap(),
            on_node_error: manager.declare(OnNodeError).unwrap(),
            before_dataset_loaded: manager.declare(BeforeDatasetLoaded).unwrap(),
            after_dataset_loaded: manager.declare(AfterDatasetLoaded).unwrap(),
            before_dataset_saved: manager.declare(BeforeDatasetSaved).unwrap(),
            after_dataset_saved: manager.declare(AfterDatasetSaved).unwrap(),
        }
    }

    /// Runs a pipeline.
    pub fn run(&self, script: &RunScript) {
        for number in 1..=script.times.max(1) {
            self.begin(script, number);
            let result = self.run_nodes(script, &run_id(number));
            self.end(script, number, result);
        }
    }

    /// Begins the run of that number.
    pub fn begin(&self, script: &RunScript, number: usize) {
        self.before_pipeline_run.call(&pipeline(script, number, None)).unwrap();
    }

    /// Runs the nodes, up to the first that fails.
    pub fn run_nodes(&self, script: &RunScript, run_id: &str) -> Result<(), Failure> {
        if !script.in_threads {
            return script.nodes.iter().try_for_each(|node| self.run_node(node, run_id));
        }
        thread::scope(|scope| {
            let run = |node| scope.spawn(move || self.run_node(node, run_id));
            let threads: Vec<_> = script.nodes.iter().map(run).collect();
            threads.into_iter().try_for_each(|thread| thread.join().unwrap())
        })
    }

    /// Ends the run of that number.
    pub fn end(&self, script: &RunScript, number: usize, result: Result<(), Failure>) {
        match result {
            Ok(()) => drop(self.after_pipeline_run.call(&pipeline(script, number, None)).unwrap()),
            Err(error) => drop(self.on_pipeline_error.call(&pipeline(script, number, Some(error))).unwrap()),
        }
    }

    fn run_node(&self, script: &NodeScript, run_id: &str) -> Result<(), Failure> {
        let node = Arc::new(KnownNode { script: script.clone(), name: script.full_name() });
        let run = |error| NodeRun::new(KnownNodeRun { node: Arc::clone(&node), run_id: run_id.to_owned(), error });
        for dataset in &script.inputs {
            self.before_dataset_loaded.call(&access(&node, dataset, false)).unwrap();
            fail_if_broken(script, dataset)?;
            self.after_dataset_loaded.call(&access(&node, dataset, true)).unwrap();
        }
        self.before_node_run.call(&run(None)).unwrap();
        if let Some(error) = &script.fails_with {
            self.on_node_error.call(&run(Some(error.clone()))).unwrap();
            return Err(error.clone());
        }
        self.after_node_run.call(&run(None)).unwrap();
        for dataset in &script.outputs {
            self.before_dataset_saved.call(&access(&node, dataset, true)).unwrap();
            fail_if_broken(script, dataset)?;
            self.after_dataset_saved.call(&access(&node, dataset, true)).unwrap();
        }
        Ok(())
    }
}

/// The id of the run of that number.
#[must_use]
pub fn run_id(number: usize) -> String {
    format!("2026-01-02T03.04.05.{number:03}Z")
}

fn fail_if_broken(script: &NodeScript, dataset: &str) -> Result<(), Failure> {
    if script.broken_dataset.as_deref() == Some(dataset) { Err("DatasetError".to_owned()) } else { Ok(()) }
}

fn access(node: &Arc<KnownNode>, dataset: &str, has_data: bool) -> DatasetAccess {
    DatasetAccess::new(KnownAccess { node: Arc::clone(node), dataset: dataset.to_owned(), has_data })
}

fn pipeline(script: &RunScript, number: usize, error: Option<String>) -> PipelineRun {
    PipelineRun::new(KnownPipeline { nodes: script.nodes.len() as u64, run_id: run_id(number), error })
}

struct KnownPipeline {
    nodes: u64,
    run_id: String,
    error: Option<String>,
}

impl PipelineRunSource for KnownPipeline {
    fn run_id(&self) -> &str {
        &self.run_id
    }

    fn project_path(&self) -> &str {
        "/home/ada/secret-project"
    }

    fn env(&self) -> Option<&str> {
        Some("local")
    }

    fn kedro_version(&self) -> &str {
        "1.7.0"
    }

    fn pipeline_names(&self) -> Vec<&str> {
        vec!["__default__"]
    }

    fn tags(&self) -> Vec<&str> {
        Vec::new()
    }

    fn from_nodes(&self) -> Vec<&str> {
        Vec::new()
    }

    fn to_nodes(&self) -> Vec<&str> {
        Vec::new()
    }

    fn node_names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn from_inputs(&self) -> Vec<&str> {
        Vec::new()
    }

    fn to_outputs(&self) -> Vec<&str> {
        Vec::new()
    }

    fn namespaces(&self) -> Vec<&str> {
        Vec::new()
    }

    fn runner(&self) -> &str {
        "SequentialRunner"
    }

    fn node_count(&self) -> u64 {
        self.nodes
    }

    fn error_kind(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

struct KnownNode {
    script: NodeScript,
    name: String,
}

struct SharedNode(Arc<KnownNode>);

impl NodeSource for SharedNode {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn short_name(&self) -> &str {
        &self.0.script.name
    }

    fn namespace(&self) -> Option<&str> {
        self.0.script.namespace.as_deref()
    }

    fn tags(&self) -> Vec<&str> {
        self.0.script.tags.iter().map(String::as_str).collect()
    }

    fn inputs(&self) -> Vec<&str> {
        self.0.script.inputs.iter().map(String::as_str).collect()
    }

    fn outputs(&self) -> Vec<&str> {
        self.0.script.outputs.iter().map(String::as_str).collect()
    }
}

struct KnownNodeRun {
    node: Arc<KnownNode>,
    run_id: String,
    error: Option<String>,
}

impl NodeRunSource for KnownNodeRun {
    fn names(&self) -> (&str, &str) {
        (&self.node.name, &self.run_id)
    }

    fn node(&self) -> Node {
        Node::new(SharedNode(Arc::clone(&self.node)))
    }

    fn is_async(&self) -> bool {
        false
    }

    fn inputs(&self) -> Vec<(&str, Data)> {
        self.node.script.inputs.iter().map(|name| (name.as_str(), Data::new(SecretData))).collect()
    }

    fn outputs(&self) -> Vec<(&str, Data)> {
        self.node.script.outputs.iter().map(|name| (name.as_str(), Data::new(SecretData))).collect()
    }

    fn error_kind(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

struct KnownAccess {
    node: Arc<KnownNode>,
    dataset: String,
    has_data: bool,
}

impl DatasetAccessSource for KnownAccess {
    fn names(&self) -> (&str, Option<&str>) {
        (&self.dataset, Some(&self.node.name))
    }

    fn node(&self) -> Option<Node> {
        Some(Node::new(SharedNode(Arc::clone(&self.node))))
    }

    fn data(&self) -> Option<Data> {
        self.has_data.then(|| Data::new(SecretData))
    }
}

/// What no plugin is to write down.
struct SecretData;

impl DataSource for SecretData {
    fn type_name(&self) -> String {
        "secret.Type".to_owned()
    }

    fn shape(&self) -> Option<Vec<u64>> {
        Some(vec![4711, 2])
    }

    fn size_bytes(&self) -> Option<u64> {
        None
    }
}
