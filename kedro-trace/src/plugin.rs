//! The plugin and its hookimpls.

use std::time::Instant;

use hookspec::{
    Failed, Hooks, Host, LogLevel, Plugin, Result,
    command::{CommandSet, PluginCommand, PluginCommands},
    specs::{
        AfterDatasetLoaded, AfterDatasetSaved, AfterNodeRun, AfterPipelineRun, BeforeDatasetLoaded, BeforeDatasetSaved,
        BeforeNodeRun, BeforePipelineRun, DatasetAccess, NodeRun, OnNodeError, OnPipelineError, PipelineRun,
    },
};

use crate::{
    command::{self, TraceCommand},
    folders,
    ids::Ids,
    otlp,
    recording::{Access, Moment, Recorder, Recording, RunFacts},
    settings::Settings,
    spans,
    spool::Spool,
};

/// The plugin.
struct TracePlugin {
    host: Host,
    recorder: Recorder,
}

impl Plugin for TracePlugin {
    fn new(host: Host) -> Result<Self> {
        Ok(Self { host, recorder: Recorder::default() })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforePipelineRun, Self::before_pipeline_run).optional();
        hooks.on(AfterPipelineRun, Self::after_pipeline_run).optional();
        hooks.on(OnPipelineError, Self::after_pipeline_run).optional();
        hooks.on(BeforeNodeRun, Self::before_node_run).optional();
        hooks.on(AfterNodeRun, Self::after_node_run).optional();
        hooks.on(OnNodeError, Self::after_node_run).optional();
        hooks.on(BeforeDatasetLoaded, |plugin, access| plugin.access_begins(access, Access::Load)).optional();
        hooks.on(AfterDatasetLoaded, |plugin, access| plugin.access_ends(access, Access::Load)).optional();
        hooks.on(BeforeDatasetSaved, |plugin, access| plugin.access_begins(access, Access::Save)).optional();
        hooks.on(AfterDatasetSaved, |plugin, access| plugin.access_ends(access, Access::Save)).optional();
        hooks.on(PluginCommands, Self::plugin_commands);
    }
}

impl TracePlugin {
    fn before_pipeline_run(&self, run: &PipelineRun) -> Result<()> {
        match Settings::read(&self.host) {
            Ok(settings) if settings.is_on() => self.recorder.begin(facts(run)),
            Ok(_) => {}
            Err(error) => self.warn(&format!("this run is not traced: {error}")),
        }
        Ok(())
    }

    /// Of a run that failed, too.
    fn after_pipeline_run(&self, run: &PipelineRun) -> Result<()> {
        if let Some(recording) = self.recorder.end(run.run_id()) {
            // A run is not to fail because nothing can be written of it.
            if let Err(error) = self.write(recording, run.error_kind().map(str::to_owned)) {
                self.warn(&format!("this run is not traced: {error}"));
            }
        }
        Ok(())
    }

    fn before_node_run(&self, run: &NodeRun) -> Result<()> {
        if self.recorder.is_recording() {
            let at = Instant::now();
            let ((name, run_id), node) = (run.names(), run.node());
            let moment = Moment::NodeBegan {
                node: name.to_owned(),
                namespace: node.namespace().map(str::to_owned),
                tags: owned(node.tags()),
            };
            self.recorder.note(Some(run_id), at, moment);
        }
        Ok(())
    }

    /// Of a node that failed, too.
    fn after_node_run(&self, run: &NodeRun) -> Result<()> {
        if self.recorder.is_recording() {
            let at = Instant::now();
            let (name, run_id) = run.names();
            let moment = Moment::NodeEnded { node: name.to_owned(), error: run.error_kind().map(str::to_owned) };
            self.recorder.note(Some(run_id), at, moment);
        }
        Ok(())
    }

    fn access_begins(&self, dataset: &DatasetAccess, access: Access) -> Result<()> {
        if self.recorder.is_recording() {
            let at = Instant::now();
            let (dataset, node) = names(dataset);
            self.recorder.note(None, at, Moment::AccessBegan { access, dataset, node });
        }
        Ok(())
    }

    fn access_ends(&self, dataset: &DatasetAccess, access: Access) -> Result<()> {
        if self.recorder.is_recording() {
            let at = Instant::now();
            let (dataset, node) = names(dataset);
            self.recorder.note(None, at, Moment::AccessEnded { access, dataset, node });
        }
        Ok(())
    }

    fn plugin_commands(&self, _: &CommandSet) -> Result<Vec<PluginCommand>> {
        Ok(vec![PluginCommand::new(TraceCommand(self.host.clone()))])
    }

    fn write(&self, recording: Recording, error: Option<String>) -> Result<()> {
        let settings = Settings::read(&self.host)?;
        let (began, ids) = (recording.began, Ids::new());
        let name = format!("{}-{}.json", folders::as_file_name(&recording.facts.run_id), &ids.trace()[..8]);
        let spans = spans::of_run(recording, error);
        let request = otlp::request(&spans, &ids, began, self.host.name())?;
        if let Some(file) = &settings.file {
            file.write(&name, &request)?;
        }
        if settings.endpoint.is_some() {
            let state = folders::of_program(self.host.name()).ok_or_else(|| Failed::new("no home directory"))?;
            Spool::new(state).put(ids.trace(), &request)?;
            // What a host does not send now waits for `trace send`, or for the next run.
            if let Err(error) = self.host.relaunch(vec![command::NAME, command::SEND]) {
                self.host.log(LogLevel::Debug, &format!("this run waits to be sent: {error}"));
            }
        }
        Ok(())
    }

    fn warn(&self, message: &str) {
        self.host.log(LogLevel::Warn, message);
    }
}

fn facts(run: &PipelineRun) -> RunFacts {
    RunFacts {
        run_id: run.run_id().to_owned(),
        env: run.env().map(str::to_owned),
        kedro_version: run.kedro_version().to_owned(),
        pipelines: owned(run.pipeline_names()),
        tags: owned(run.tags()),
        runner: run.runner().to_owned(),
        node_count: run.node_count(),
    }
}

fn names(dataset: &DatasetAccess) -> (String, Option<String>) {
    let (dataset, node) = dataset.names();
    (dataset.to_owned(), node.map(str::to_owned))
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

hookspec::export_plugin!(TracePlugin, settings = ["file", "endpoint", "headers"]);
