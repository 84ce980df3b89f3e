//! Pipelines that run.

crate::views! {
    /// A run of a pipeline, or of several that are joined into one.
    pub view PipelineRun of PipelineRunSource {
        /// What names this run, and no other: the session's id, a time such as
        /// `2025-11-27T23.58.00.000Z`.
        fn run_id(&self) -> &str;
        /// The project's folder, absolute.
        fn project_path(&self) -> &str;
        /// The configuration environment.
        fn env(&self) -> Option<&str>;
        /// The version of Kedro.
        fn kedro_version(&self) -> &str;
        /// The pipelines that were asked for, `__default__` when none was.
        fn pipeline_names(&self) -> Vec<&str>;
        /// Tags that a node has to have one of, if any were asked for.
        fn tags(&self) -> Vec<&str>;
        /// Nodes to begin with, if any were asked for.
        #[allow(clippy::wrong_self_convention, reason = "Kedro's name for it")]
        fn from_nodes(&self) -> Vec<&str>;
        /// Nodes to end with, if any were asked for.
        fn to_nodes(&self) -> Vec<&str>;
        /// Nodes to run and no others, if any were asked for.
        fn node_names(&self) -> Vec<&str>;
        /// Datasets to begin with, if any were asked for.
        #[allow(clippy::wrong_self_convention, reason = "Kedro's name for it")]
        fn from_inputs(&self) -> Vec<&str>;
        /// Datasets to end with, if any were asked for.
        fn to_outputs(&self) -> Vec<&str>;
        /// Namespaces that a node has to be in, if any were asked for.
        fn namespaces(&self) -> Vec<&str>;
        /// The name of the runner's class: `SequentialRunner`.
        fn runner(&self) -> &str;
        /// How many nodes are to run.
        fn node_count(&self) -> u64;
        /// The name of the exception's class, `ValueError`, when the run has failed; never the
        /// exception's text.
        fn error_kind(&self) -> Option<&str>;
    }
}

crate::hookspecs! {
    /// Before a pipeline runs, once its catalog has been read.
    pub hook BeforePipelineRun = "before_pipeline_run" fn(PipelineRun);
    /// After a pipeline has run to its end.
    pub hook AfterPipelineRun = "after_pipeline_run" fn(PipelineRun);
    /// When a run has failed; [`PipelineRun::error_kind`] says by what. A run that a user interrupts
    /// (Ctrl-C) ends without this hook and without [`AfterPipelineRun`].
    pub hook OnPipelineError = "on_pipeline_error" fn(PipelineRun);
}
