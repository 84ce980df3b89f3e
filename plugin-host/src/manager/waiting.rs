//! Plugins that are registered and not loaded: they wait until a hook of theirs is first called.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::offered::Offered;
use crate::error::LoadError;

type Load = dyn Fn() -> Result<Offered, LoadError> + Send + Sync;
type Failed = dyn Fn(&LoadError) + Send + Sync;

/// A plugin that waits.
pub(super) struct Waiting {
    /// The mark of its registration.
    pub(super) mark: Arc<str>,
    /// The hooks that it lists.
    pub(super) hooks: Vec<String>,
    /// The commands that it lists.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "commands are part of the feature"))]
    pub(super) commands: Vec<String>,
    /// Loads it.
    pub(super) load: Box<Load>,
    /// Hears why it cannot be loaded.
    pub(super) failed: Box<Failed>,
    pub(super) begun: Begun,
}

/// Whether a plugin is being loaded, which is tried once.
#[derive(Default)]
pub(super) struct Begun(AtomicBool);

impl Begun {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Set under the registry's lock only.
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Waiting {
    /// Whether a hook of this name is in its list.
    pub(super) fn lists(&self, hook: &str) -> bool {
        self.hooks.iter().any(|listed| listed == hook)
    }
}
