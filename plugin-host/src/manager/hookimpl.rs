//! A hookimpl that is registered.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hookspec::{
    HookImplOptions,
    abi::{self, Function_TO, RArc, Signature},
    signature::{self, Mismatch},
};

use super::order::Placed;
use crate::current::{self, InPlugin, Place};

/// A hookimpl, and whose it is. What each call looks at comes first, in one line of a cache.
#[repr(C)]
pub(super) struct HookImpl {
    /// Plugin and hook, for the thread that is in its code.
    pub(super) place: &'static Place,
    pub(super) function: Function_TO<RArc<()>>,
    pub(super) plugin: Arc<str>,
    pub(super) options: HookImplOptions,
    signature: Signature,
    /// Whether calls reach it: past calls of a historic hook are replayed first, so that it gets
    /// all in their order.
    is_live: AtomicBool,
}

impl HookImpl {
    pub(super) fn new(plugin: &Arc<str>, hookimpl: abi::HookImpl) -> Self {
        Self {
            plugin: Arc::clone(plugin),
            place: current::place(plugin, &hookimpl.hook),
            options: HookImplOptions::read(&hookimpl.options),
            function: hookimpl.function,
            signature: hookimpl.signature,
            is_live: AtomicBool::new(true),
        }
    }

    /// One that takes part in a single call.
    pub(super) fn extra(name: &str, hook: &str, function: Function_TO<RArc<()>>) -> Self {
        Self {
            plugin: name.into(),
            place: current::place(name, hook),
            options: HookImplOptions::default(),
            function,
            signature: Signature::default(),
            is_live: AtomicBool::new(true),
        }
    }

    /// Whether it can be called by a host that declares `host`.
    pub(super) fn fits(&self, host: &Signature) -> Result<(), Mismatch> {
        signature::check(host, &self.signature)
    }

    /// While what this gives is kept, the thread is known to be in the plugin's code.
    #[inline]
    pub(super) fn enter(&self) -> InPlugin {
        current::enter(self.place)
    }

    /// The interface that the plugin was built against, name and version.
    pub(super) fn built_for(&self) -> &str {
        &self.signature.interface
    }

    pub(super) fn is_live(&self) -> bool {
        self.is_live.load(Ordering::Relaxed)
    }

    /// Changed under the registry's lock only.
    pub(super) fn set_live(&self, is_live: bool) {
        self.is_live.store(is_live, Ordering::Relaxed);
    }
}

impl Placed for Arc<HookImpl> {
    fn plugin(&self) -> &str {
        &self.plugin
    }

    fn options(&self) -> &HookImplOptions {
        &self.options
    }
}
