//! The hooks around pipelines, nodes and datasets, which come many times in a run.

use std::collections::BTreeSet;

use hookspec::{
    PlainHook,
    specs::{
        AfterDatasetLoaded, AfterDatasetSaved, AfterNodeRun, AfterPipelineRun, BeforeDatasetLoaded, BeforeDatasetSaved,
        BeforeNodeRun, BeforePipelineRun, DatasetAccess, NodeRun, OnNodeError, OnPipelineError, PipelineRun,
    },
};
use hookspec_host::{HookCaller, PluginManager, RegisterError};
use pyo3::prelude::*;

use crate::{
    asked::Interrupts,
    lent::Lent,
    node::{Access, LentNode, RunningNode},
    pipeline::Running,
};

/// Calls these hooks. Small facts are passed in; what costs more is looked at when a plugin asks.
#[pyclass(frozen, module = "kedro_telemetry._native")]
pub struct RunHooks {
    callers: Callers,
    implemented: BTreeSet<String>,
    interrupts: Interrupts,
}

/// The callers of the hooks.
pub struct Callers {
    before_node_run: HookCaller<BeforeNodeRun>,
    after_node_run: HookCaller<AfterNodeRun>,
    on_node_error: HookCaller<OnNodeError>,
    before_pipeline_run: HookCaller<BeforePipelineRun>,
    after_pipeline_run: HookCaller<AfterPipelineRun>,
    on_pipeline_error: HookCaller<OnPipelineError>,
    before_dataset_loaded: HookCaller<BeforeDatasetLoaded>,
    after_dataset_loaded: HookCaller<AfterDatasetLoaded>,
    before_dataset_saved: HookCaller<BeforeDatasetSaved>,
    after_dataset_saved: HookCaller<AfterDatasetSaved>,
}

impl Callers {
    /// Declares the hooks.
    pub fn declare(manager: &PluginManager) -> Result<Self, RegisterError> {
        Ok(Self {
            before_node_run: manager.declare(BeforeNodeRun)?,
            after_node_run: manager.declare(AfterNodeRun)?,
            on_node_error: manager.declare(OnNodeError)?,
            before_pipeline_run: manager.declare(BeforePipelineRun)?,
            after_pipeline_run: manager.declare(AfterPipelineRun)?,
            on_pipeline_error: manager.declare(OnPipelineError)?,
            before_dataset_loaded: manager.declare(BeforeDatasetLoaded)?,
            after_dataset_loaded: manager.declare(AfterDatasetLoaded)?,
            before_dataset_saved: manager.declare(BeforeDatasetSaved)?,
            after_dataset_saved: manager.declare(AfterDatasetSaved)?,
        })
    }
}

impl RunHooks {
    /// The hooks of `manager`, once its plugins are loaded.
    pub fn new(callers: Callers, manager: &PluginManager, interrupts: Interrupts) -> Self {
        let implemented = manager.hookimpls().into_iter().map(|hookimpl| hookimpl.hook).collect();
        Self { callers, implemented, interrupts }
    }

    /// Calls plugins without the GIL, and then raises what has interrupted their questions.
    fn call<H: PlainHook>(&self, py: Python<'_>, hook: &HookCaller<H>, args: &H::Args) -> PyResult<()> {
        // A hookimpl that fails has been told of already.
        py.detach(|| drop(hook.call(args)));
        self.interrupts.raise()
    }
}

#[pymethods]
impl RunHooks {
    /// Whether a plugin implements the hook.
    fn implements(&self, hook: &str) -> bool {
        self.implemented.contains(hook)
    }

    fn before_node_run(
        &self,
        py: Python<'_>,
        name: String,
        node: Py<PyAny>,
        run_id: String,
        is_async: bool,
        inputs: Py<PyAny>,
    ) -> PyResult<()> {
        let run = running(name, node, run_id, is_async, inputs);
        self.call(py, &self.callers.before_node_run, &NodeRun::new(run))
    }

    #[expect(clippy::too_many_arguments, reason = "those that Kedro has")]
    fn after_node_run(
        &self,
        py: Python<'_>,
        name: String,
        node: Py<PyAny>,
        run_id: String,
        is_async: bool,
        inputs: Py<PyAny>,
        outputs: Py<PyAny>,
    ) -> PyResult<()> {
        let run = running(name, node, run_id, is_async, inputs).with_outputs(Lent::new(outputs));
        self.call(py, &self.callers.after_node_run, &NodeRun::new(run))
    }

    #[expect(clippy::too_many_arguments, reason = "those that Kedro has")]
    fn on_node_error(
        &self,
        py: Python<'_>,
        name: String,
        node: Py<PyAny>,
        run_id: String,
        is_async: bool,
        inputs: Py<PyAny>,
        error_kind: String,
    ) -> PyResult<()> {
        let run = running(name, node, run_id, is_async, inputs).with_error(error_kind);
        self.call(py, &self.callers.on_node_error, &NodeRun::new(run))
    }

    fn before_pipeline_run(&self, py: Python<'_>, run: Running) -> PyResult<()> {
        self.call(py, &self.callers.before_pipeline_run, &PipelineRun::new(run))
    }

    fn after_pipeline_run(&self, py: Python<'_>, run: Running) -> PyResult<()> {
        self.call(py, &self.callers.after_pipeline_run, &PipelineRun::new(run))
    }

    fn on_pipeline_error(&self, py: Python<'_>, run: Running) -> PyResult<()> {
        self.call(py, &self.callers.on_pipeline_error, &PipelineRun::new(run))
    }

    fn before_dataset_loaded(&self, py: Python<'_>, dataset: String, name: String, node: Py<PyAny>) -> PyResult<()> {
        self.call(py, &self.callers.before_dataset_loaded, &access(dataset, name, node, None))
    }

    fn after_dataset_loaded(
        &self,
        py: Python<'_>,
        dataset: String,
        name: String,
        node: Py<PyAny>,
        data: Py<PyAny>,
    ) -> PyResult<()> {
        self.call(py, &self.callers.after_dataset_loaded, &access(dataset, name, node, Some(data)))
    }

    fn before_dataset_saved(
        &self,
        py: Python<'_>,
        dataset: String,
        name: String,
        node: Py<PyAny>,
        data: Py<PyAny>,
    ) -> PyResult<()> {
        self.call(py, &self.callers.before_dataset_saved, &access(dataset, name, node, Some(data)))
    }

    fn after_dataset_saved(
        &self,
        py: Python<'_>,
        dataset: String,
        name: String,
        node: Py<PyAny>,
        data: Py<PyAny>,
    ) -> PyResult<()> {
        self.call(py, &self.callers.after_dataset_saved, &access(dataset, name, node, Some(data)))
    }
}

fn running(name: String, node: Py<PyAny>, run_id: String, is_async: bool, inputs: Py<PyAny>) -> RunningNode {
    RunningNode::new(LentNode::new(name, Lent::new(node)), run_id, is_async, Lent::new(inputs))
}

fn access(dataset: String, name: String, node: Py<PyAny>, data: Option<Py<PyAny>>) -> DatasetAccess {
    DatasetAccess::new(Access::new(dataset, LentNode::new(name, Lent::new(node)), data.map(Lent::new)))
}
