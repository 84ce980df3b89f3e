//! The plugin and its hookimpls.

use std::{process, time::Instant};

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
    elsewhere::Elsewhere,
    folders,
    ids::Ids,
    otlp,
    parts::Parts,
    recording::{Access, Moment, Recorder, Recording, RunFacts},
    settings::Settings,
    spans,
    spool::Spool,
};

/// The plugin.
struct TracePlugin {
    host: Host,
    recorder: Recorder,
    elsewhere: Elsewhere,
}

/// Where what happens is noted.
#[derive(Clone, Copy)]
enum Notes {
    /// With the run, which this process has begun.
    Here,
    /// For the process that has begun it.
    Elsewhere,
}

impl Plugin for TracePlugin {
    fn new(host: Host) -> Result<Self> {
        Ok(Self { host, recorder: Recorder::default(), elsewhere: Elsewhere::default() })
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
            Ok(settings) if settings.is_on() => self.begin(facts(run)),
            Ok(_) => self.elsewhere.silence(),
            Err(error) => {
                self.elsewhere.silence();
                self.warn(&format!("this run is not traced: {error}"));
            }
        }
        Ok(())
    }

    fn begin(&self, facts: RunFacts) {
        if let Some(parts) = self.parts(&facts)
            && let Err(error) = parts.open()
        {
            self.warn(&format!("nodes in other processes are not traced: {error}"));
        }
        self.recorder.begin(facts);
    }

    /// Where other processes leave what they note of a run, if it may have any.
    fn parts(&self, facts: &RunFacts) -> Option<Parts> {
        Parts::are_made_by(&facts.runner).then(|| Parts::of_run(self.host.name(), &facts.run_id)).flatten()
    }

    /// Of a run that failed, too.
    fn after_pipeline_run(&self, run: &PipelineRun) -> Result<()> {
        if let Some(mut recording) = self.recorder.end(run.run_id()) {
            // A run is not to fail because nothing can be written of it.
            let taken = self.parts(&recording.facts).map_or(Ok(Vec::new()), |parts| parts.take());
            match taken {
                Ok(moments) => recording.take_in(moments),
                Err(error) => self.warn(&format!("nodes in other processes are not traced: {error}")),
            }
            if let Err(error) = self.write(recording, run.error_kind().map(str::to_owned)) {
                self.warn(&format!("this run is not traced: {error}"));
            }
        }
        Ok(())
    }

    /// Asked before a hook reads what it got; `None` where nothing is noted.
    fn notes(&self) -> Option<Notes> {
        let process = process::id();
        if self.recorder.is_recording(process) {
            return Some(Notes::Here);
        }
        self.elsewhere.may_note(process).then_some(Notes::Elsewhere)
    }

    fn note(&self, notes: Notes, run_id: Option<&str>, at: Instant, moment: Moment) {
        match notes {
            Notes::Here => self.recorder.note(run_id, at, moment),
            Notes::Elsewhere => self.elsewhere.note(&self.host, run_id, moment),
        }
    }

    fn before_node_run(&self, run: &NodeRun) -> Result<()> {
        if let Some(notes) = self.notes() {
            let at = Instant::now();
            let ((name, run_id), node) = (run.names(), run.node());
            let moment = Moment::NodeBegan {
                node: name.to_owned(),
                namespace: node.namespace().map(str::to_owned),
                tags: owned(node.tags()),
            };
            self.note(notes, Some(run_id), at, moment);
        }
        Ok(())
    }

    /// Of a node that failed, too.
    fn after_node_run(&self, run: &NodeRun) -> Result<()> {
        if let Some(notes) = self.notes() {
            let at = Instant::now();
            let (name, run_id) = run.names();
            let moment = Moment::NodeEnded { node: name.to_owned(), error: run.error_kind().map(str::to_owned) };
            self.note(notes, Some(run_id), at, moment);
        }
        Ok(())
    }

    fn access_begins(&self, dataset: &DatasetAccess, access: Access) -> Result<()> {
        if let Some(notes) = self.notes() {
            let at = Instant::now();
            let (dataset, node) = names(dataset);
            self.note(notes, None, at, Moment::AccessBegan { access, dataset, node });
        }
        Ok(())
    }

    fn access_ends(&self, dataset: &DatasetAccess, access: Access) -> Result<()> {
        if let Some(notes) = self.notes() {
            let at = Instant::now();
            let (dataset, node) = names(dataset);
            self.note(notes, None, at, Moment::AccessEnded { access, dataset, node });
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
