//! The hooks of Kedro-like command lines and of the pipelines that they run, one file a subject.

mod catalog;
mod command;
mod context;
mod count;
mod data;
mod dataset;
mod node;
mod pipeline;
mod rehearse;
mod usage_event;
mod usage_facts;

pub use catalog::{AfterCatalogCreated, Catalog, CatalogSource};
pub use command::{
    AfterCommandRun, BeforeCommandRun, CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Project,
    ProjectSource,
};
pub use context::{AfterContextCreated, Context, ContextSource};
pub use count::{CountPipelines, Countable, CountableSource};
pub use data::{Data, DataSource};
pub use dataset::{
    AfterDatasetLoaded, AfterDatasetSaved, BeforeDatasetLoaded, BeforeDatasetSaved, DatasetAccess, DatasetAccessSource,
};
pub use node::{AfterNodeRun, BeforeNodeRun, Node, NodeRun, NodeRunSource, NodeSource, OnNodeError};
pub use pipeline::{AfterPipelineRun, BeforePipelineRun, OnPipelineError, PipelineRun, PipelineRunSource};
pub use rehearse::{CommandLine, CommandLineSource, Rehearsal, RehearsalSource, RehearseCommand};
pub use usage_event::{PropertyValue, Usage, UsageEvent, UsageSource};
pub use usage_facts::{AskUsageFacts, UsageFacts, UsageFactsSource, UsageScope, UsageScopeSource};
