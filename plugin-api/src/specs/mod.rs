//! The hooks of Kedro-like command lines, one file a subject.

mod catalog;
mod command;
mod context;
mod plugin_commands;
mod usage_event;

pub use catalog::{AfterCatalogCreated, Catalog, CatalogSource};
pub use command::{
    AfterCommandRun, BeforeCommandRun, CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Project,
    ProjectSource,
};
pub use context::{AfterContextCreated, Context, ContextSource};
pub use plugin_commands::{
    CommandCall, CommandCallSource, CommandSet, CommandSetSource, PluginCommand, PluginCommandSource, PluginCommands,
    Rehearsal, RehearsalSource,
};
pub use usage_event::{PropertyValue, Usage, UsageEvent, UsageSource};
