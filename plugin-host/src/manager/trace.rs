//! Watching hook calls: who is called, what comes of it, how long it takes.

use std::{
    cell::Cell,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::error::HookError;

/// A hook call that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookCall<'a> {
    /// The hook.
    pub hook: &'a str,
    /// The plugins whose hookimpls are called, in that order; wrappers are not among them.
    pub plugins: Vec<&'a str>,
    /// How many watched calls this thread is in the midst of.
    pub depth: usize,
}

/// How a hook call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookCallOutcome<'a> {
    /// The error that the caller gets, if any.
    pub error: Option<&'a HookError>,
    /// How long the call took, wrappers and hookimpls together.
    pub elapsed: Duration,
}

/// Watches every hook call of a manager. Both methods run on the thread of the call, and must not
/// panic. An async call may end on another thread than it began, and when it is dropped before its
/// end, nobody hears of that.
pub trait Monitor: Send + Sync + 'static {
    /// A call begins.
    fn before(&self, call: &HookCall<'_>) {
        let _ = call;
    }

    /// A call has ended.
    fn after(&self, call: &HookCall<'_>, outcome: &HookCallOutcome<'_>) {
        let _ = (call, outcome);
    }
}

/// The monitors, first added first.
#[derive(Clone, Default)]
pub(super) struct Monitors(Arc<[Arc<dyn Monitor>]>);

impl Monitors {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn with(&self, monitor: Arc<dyn Monitor>) -> Self {
        Self(self.0.iter().cloned().chain([monitor]).collect())
    }

    pub(super) fn without(&self, monitor: &Arc<dyn Monitor>) -> Self {
        Self(self.0.iter().filter(|other| !Arc::ptr_eq(other, monitor)).cloned().collect())
    }
}

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Being in the midst of a watched call, which ends also when the host's own code panics in it.
struct Within(usize);

impl Within {
    fn new(depth: usize) -> Self {
        DEPTH.set(depth + 1);
        Self(depth)
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}

/// A call whose end is still to come.
pub(super) struct Watched<'a> {
    monitors: &'a Monitors,
    hook: &'a str,
    depth: usize,
    start: Option<Instant>,
}

impl<'a> Watched<'a> {
    /// Tells the monitors that a call to `plugins` begins: those added last are the innermost.
    pub(super) fn begin<'b, P: IntoIterator<Item = &'b str>>(
        monitors: &'a Monitors,
        hook: &'a str,
        plugins: impl FnOnce() -> P,
    ) -> Self {
        let depth = DEPTH.get();
        if monitors.is_empty() {
            return Self { monitors, hook, depth, start: None };
        }
        let watched = HookCall { hook, plugins: plugins().into_iter().collect(), depth };
        for monitor in monitors.0.iter() {
            monitor.before(&watched);
        }
        Self { monitors, hook, depth, start: Some(Instant::now()) }
    }

    /// Tells them that it has ended.
    pub(super) fn end<'b>(self, plugins: impl IntoIterator<Item = &'b str>, error: Option<&HookError>) {
        let Some(start) = self.start else { return };
        let watched = HookCall { hook: self.hook, plugins: plugins.into_iter().collect(), depth: self.depth };
        let outcome = HookCallOutcome { error, elapsed: start.elapsed() };
        for monitor in self.monitors.0.iter().rev() {
            monitor.after(&watched, &outcome);
        }
    }
}

/// Runs a call to `plugins` between its monitors.
pub(super) fn watch<'a, T, P>(
    monitors: &Monitors,
    hook: &str,
    plugins: P,
    call: impl FnOnce() -> Result<T, HookError>,
) -> Result<T, HookError>
where
    P: IntoIterator<Item = &'a str> + Clone,
{
    if monitors.is_empty() {
        return call();
    }
    let watched = Watched::begin(monitors, hook, || plugins.clone());
    let result = {
        let _within = Within::new(watched.depth);
        call()
    };
    watched.end(plugins, result.as_ref().err());
    result
}

/// A [`Monitor`] that writes a line as each call begins and one as it ends, calls within calls
/// indented.
pub struct Tracer<W>(W);

impl<W: Fn(&str) + Send + Sync + 'static> Tracer<W> {
    /// Gives each line, without its end, to `write`.
    pub fn new(write: W) -> Self {
        Self(write)
    }

    fn line(&self, call: &HookCall<'_>, text: fmt::Arguments<'_>) {
        (self.0)(&format!("{:indent$}{text} [hook]", "", indent = 2 * call.depth));
    }
}

impl<W: Fn(&str) + Send + Sync + 'static> Monitor for Tracer<W> {
    fn before(&self, call: &HookCall<'_>) {
        self.line(call, format_args!("{}: {}", call.hook, call.plugins.join(", ")));
    }

    fn after(&self, call: &HookCall<'_>, outcome: &HookCallOutcome<'_>) {
        match outcome.error {
            None => self.line(call, format_args!("finish {} --> {:?}", call.hook, outcome.elapsed)),
            Some(error) => {
                self.line(call, format_args!("finish {} --> {error} after {:?}", call.hook, outcome.elapsed));
            }
        }
    }
}
