//! The hooks of this host, and calling them.

use hookspec::specs::{
    AfterCatalogCreated, AfterCommandRun, AfterContextCreated, BeforeCommandRun, Catalog, CommandRun, Context,
    CountPipelines, RehearseCommand, UsageEvent,
};
use hookspec_host::{HookCaller, PluginManager, RegisterError};

/// The callers of the hooks.
pub struct Plugins {
    before_command_run: HookCaller<BeforeCommandRun>,
    after_command_run: HookCaller<AfterCommandRun>,
    after_context_created: HookCaller<AfterContextCreated>,
    after_catalog_created: HookCaller<AfterCatalogCreated>,
}

impl Plugins {
    /// Declares the hooks, those that only plugins call among them.
    pub fn declare(manager: &PluginManager) -> Result<Self, RegisterError> {
        manager.declare(UsageEvent)?;
        manager.declare(RehearseCommand)?;
        manager.declare(CountPipelines)?;
        Ok(Self {
            before_command_run: manager.declare(BeforeCommandRun)?,
            after_command_run: manager.declare(AfterCommandRun)?,
            after_context_created: manager.declare(AfterContextCreated)?,
            after_catalog_created: manager.declare(AfterCatalogCreated)?,
        })
    }

    /// A command is about to run.
    pub fn before_command_run(&self, run: &CommandRun) {
        isolated(self.before_command_run.call(run));
    }

    /// A command has run.
    pub fn after_command_run(&self, run: &CommandRun) {
        isolated(self.after_command_run.call(run));
    }

    /// A project has been loaded.
    pub fn after_context_created(&self, context: &Context) {
        isolated(self.after_context_created.call(context));
    }

    /// A catalog has been read.
    pub fn after_catalog_created(&self, catalog: &Catalog) {
        isolated(self.after_catalog_created.call(catalog));
    }
}

/// Under [`ErrorPolicy::Isolate`](hookspec_host::ErrorPolicy::Isolate) a call does not fail: what
/// went wrong has been shown already.
fn isolated<T, E>(_: Result<T, E>) {}
