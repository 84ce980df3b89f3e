//! Datasets that are loaded and saved.

use super::{Data, Node};

crate::views! {
    /// A dataset that is loaded or saved for a node. What is asked for each time is in one method,
    /// [`names`](DatasetAccess::names): each call crosses the boundary.
    pub view DatasetAccess of DatasetAccessSource {
        /// The names of the dataset and of the node that it is loaded or saved for, where that is
        /// known: [`Node::name`].
        fn names(&self) -> (&str, Option<&str>);
        /// The node, where it is known.
        fn node(&self) -> Option<Node>;
        /// The value that was loaded, or that is saved; `None` before it is loaded.
        fn data(&self) -> Option<Data>;
    }
}

crate::hookspecs! {
    /// Before a dataset is loaded for a node, which has not begun then. Parameters are datasets,
    /// too: `parameters`, `params:rate`.
    ///
    /// Comes from any thread and any process, as [`BeforeNodeRun`](super::BeforeNodeRun) does. With
    /// an asynchronous runner the inputs of a node are loaded at the same time, each in a thread.
    pub hook BeforeDatasetLoaded = "before_dataset_loaded" fn(DatasetAccess);
    /// After a dataset has been loaded. When that fails, no hook says so but
    /// [`OnPipelineError`](super::OnPipelineError).
    ///
    /// Comes from the thread that loaded it.
    pub hook AfterDatasetLoaded = "after_dataset_loaded" fn(DatasetAccess);
    /// Before a dataset is saved for a node, whose function has returned. Of a node whose function
    /// is a generator each dataset is saved once for every piece.
    ///
    /// Comes from any thread and any process, as [`BeforeNodeRun`](super::BeforeNodeRun) does.
    pub hook BeforeDatasetSaved = "before_dataset_saved" fn(DatasetAccess);
    /// After a dataset has been saved. When that fails, no hook says so but
    /// [`OnPipelineError`](super::OnPipelineError).
    ///
    /// Comes from the thread of the node's [`AfterNodeRun`](super::AfterNodeRun).
    pub hook AfterDatasetSaved = "after_dataset_saved" fn(DatasetAccess);
}
