//! What plugins cost, where one asks: each of their hookimpls is surrounded by a clock as it is
//! loaded. Where nobody asks, calls know nothing of it.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hookspec::abi::{
    Failure, Function, Function_TO, HookImpl, Next, Object, RArc, RBox, RResult, Rest, TD_Opaque, Value,
};

/// What has been measured of plugins, in the order in which they were loaded.
#[derive(Debug, Default)]
pub(crate) struct Timings(Mutex<Vec<Timing>>);

/// What one thing has cost of a plugin.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    pub(crate) plugin: String,
    pub(crate) what: String,
    clock: Arc<Clock>,
}

#[derive(Debug, Default)]
struct Clock {
    calls: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Timings {
    /// Something that happens once.
    pub(crate) fn add(&self, plugin: &str, what: &str, time: Duration) {
        self.clock(plugin, what).add(time);
    }

    /// This hookimpl, with a clock around it.
    pub(super) fn timed(&self, plugin: &str, hookimpl: HookImpl) -> HookImpl {
        let clock = self.clock(plugin, &hookimpl.hook);
        let timed = Timed { function: hookimpl.function, clock };
        HookImpl { function: Function_TO::from_ptr(RArc::new(timed), TD_Opaque), ..hookimpl }
    }

    /// All that was measured until now.
    pub(crate) fn all(&self) -> Vec<Timing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn clock(&self, plugin: &str, what: &str) -> Arc<Clock> {
        let timing = Timing { plugin: plugin.to_owned(), what: what.to_owned(), clock: Arc::default() };
        let clock = Arc::clone(&timing.clock);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(timing);
        clock
    }
}

impl Timing {
    /// How often it happened.
    pub(crate) fn calls(&self) -> u64 {
        self.clock.calls.load(Ordering::Relaxed)
    }

    /// How long it took altogether.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_nanos(self.clock.nanoseconds.load(Ordering::Relaxed))
    }
}

impl Clock {
    fn add(&self, time: Duration) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

/// A hookimpl with a clock around it.
struct Timed {
    function: Function_TO<RArc<()>>,
    clock: Arc<Clock>,
}

impl Function for Timed {
    fn call(&self, args: &Object) -> RResult<Value<'static>, RBox<Failure>> {
        let start = Instant::now();
        let answer = self.function.call(args);
        self.clock.add(start.elapsed());
        answer
    }

    /// What a wrapper surrounds is not its own time.
    fn wrap(&self, args: &Object, next: &Next<'_>) -> RResult<Value<'static>, RBox<Failure>> {
        let rest = TimedRest { next, time: Cell::default() };
        let start = Instant::now();
        let answer = self.function.wrap(args, &Next::from_ptr(&rest, TD_Opaque));
        self.clock.add(start.elapsed().saturating_sub(rest.time.get()));
        answer
    }
}

struct TimedRest<'a, 'b> {
    next: &'a Next<'b>,
    time: Cell<Duration>,
}

impl Rest for TimedRest<'_, '_> {
    fn run(&self) -> RResult<Value<'static>, RBox<Failure>> {
        let start = Instant::now();
        let outcome = self.next.run();
        self.time.set(self.time.get() + start.elapsed());
        outcome
    }
}
