//! Nodes of a pipeline that run.

use super::Data;

crate::views! {
    /// A node of a pipeline.
    pub view Node of NodeSource {
        /// Its name, unique in its pipeline, with its namespace in front: `training.split`.
        fn name(&self) -> &str;
        /// Its name without the namespace: `split`.
        fn short_name(&self) -> &str;
        /// Its namespace, if it has one: `training`.
        fn namespace(&self) -> Option<&str>;
        /// Its tags, in the order of the alphabet.
        fn tags(&self) -> Vec<&str>;
        /// The names of the datasets that it reads, in the order of its function's arguments.
        fn inputs(&self) -> Vec<&str>;
        /// The names of the datasets that it makes, in the order of what its function returns.
        fn outputs(&self) -> Vec<&str>;
    }

    /// A node that is about to run, that has run, or that has failed. What is asked for with every
    /// node is in one method, [`names`](NodeRun::names): each call crosses the boundary.
    pub view NodeRun of NodeRunSource {
        /// The names of the node and of the run: [`Node::name`] and
        /// [`PipelineRun::run_id`](super::PipelineRun::run_id).
        fn names(&self) -> (&str, &str);
        /// The node.
        fn node(&self) -> Node;
        /// Whether its datasets are loaded and saved in threads of their own.
        fn is_async(&self) -> bool;
        /// Name and value of each dataset that it reads; all are loaded.
        fn inputs(&self) -> Vec<(&str, Data)>;
        /// Name and value of each dataset that it has made, none of which is saved yet; empty
        /// before it has run, and when it has failed.
        fn outputs(&self) -> Vec<(&str, Data)>;
        /// The name of the exception's class, `ValueError`, when the node has failed; never the
        /// exception's text.
        fn error_kind(&self) -> Option<&str>;
    }
}

crate::hookspecs! {
    /// Before the function of a node is called, once all inputs of the node are loaded: the hooks
    /// around loading come earlier.
    ///
    /// Kedro lets a hookimpl replace inputs; over this boundary it cannot, since data never
    /// crosses.
    ///
    /// Comes from any thread, of several nodes at once. Kedro's `ParallelRunner` calls it in the
    /// process that runs the node: either a fork of the one in which plugins were loaded, or one
    /// that has loaded them anew and has seen no [`BeforePipelineRun`](super::BeforePipelineRun).
    pub hook BeforeNodeRun = "before_node_run" fn(NodeRun);
    /// After the function of a node has returned, before any output is saved: the hooks around
    /// saving come later. A function that is a generator has run no further than to its start.
    ///
    /// Comes from any thread and any process, as [`BeforeNodeRun`] does.
    pub hook AfterNodeRun = "after_node_run" fn(NodeRun);
    /// When the function of a node has failed; [`NodeRun::error_kind`] says by what.
    /// [`OnPipelineError`](super::OnPipelineError) follows. A dataset that cannot be loaded or saved
    /// does not call it, but that alone.
    ///
    /// Comes from any thread and any process, as [`BeforeNodeRun`] does.
    pub hook OnNodeError = "on_node_error" fn(NodeRun);
}
