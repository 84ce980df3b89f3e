//! Futures of a real library: they cross, end, are dropped and fail without a trace.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Wake, Waker},
};

use fixture_interfaces::{
    couriers::{Alive, Obey, Spell, newer, older, today},
    host::found,
};
use hookspec::HookSpec;
use hookspec_host::{FailureKind, HookCaller, HookError, PluginManager};
use tokio::runtime::Builder;

use crate::{library, manager};

fn couriers() -> PluginManager {
    let manager = manager();
    manager.load(&found(&library("couriers"))).unwrap();
    manager
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A host of one age.
fn deliver<H: HookSpec>(hook: H, call: impl FnOnce(&HookCaller<H>) -> Vec<String>) -> Vec<String> {
    let manager = couriers();
    call(&manager.declare(hook).unwrap())
}

#[test]
fn hookimpls_of_every_age_answer_hosts_of_every_age() {
    let address = || "Ada".to_owned();
    let call = |caller: &HookCaller<older::Deliver>| block_on(caller.call_async(&(address(),))).unwrap();
    let expected = ["by air to Ada at 12 with None", "by bicycle to Ada at 12", "on foot to Ada"];
    assert_eq!(deliver(older::Deliver, call), expected);

    let call = |caller: &HookCaller<today::Deliver>| block_on(caller.call_async(&(address(), 9))).unwrap();
    let expected = ["by air to Ada at 9 with None", "by bicycle to Ada at 9", "on foot to Ada"];
    assert_eq!(deliver(today::Deliver, call), expected);

    let card = Some("Congratulations".to_owned());
    let call = |caller: &HookCaller<newer::Deliver>| block_on(caller.call_async(&(address(), 9, card))).unwrap();
    let expected = ["by air to Ada at 9 with Some(\"Congratulations\")", "by bicycle to Ada at 9", "on foot to Ada"];
    assert_eq!(deliver(newer::Deliver, call), expected);
}

/// The hook that obeys, and the number of its futures.
struct Obeying {
    manager: PluginManager,
    obey: HookCaller<Obey>,
    alive: HookCaller<Alive>,
}

impl Obeying {
    fn new() -> Self {
        let manager = couriers();
        let (obey, alive) = (manager.declare(Obey).unwrap(), manager.declare(Alive).unwrap());
        Self { manager, obey, alive }
    }

    fn call(&self, order: &str) -> impl Future<Output = Result<Vec<String>, HookError>> + Send + 'static {
        self.obey.call_async(&(order.to_owned(),))
    }

    fn alive(&self) -> u32 {
        self.alive.call(&()).unwrap().unwrap()
    }
}

#[test]
fn an_answer_may_come_from_a_thread_of_the_plugin() {
    let obeying = Obeying::new();
    let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let calls: Vec<_> = (0..100).map(|_| tokio::spawn(obeying.call("thread"))).collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap(), ["thread"]);
        }
    });
    assert_eq!(obeying.alive(), 0);
}

#[test]
fn a_failure_of_the_future_is_an_error_that_names_the_plugin() {
    let obeying = Obeying::new();
    let failed = |order: &str| block_on(obeying.call(order)).unwrap_err();
    for (order, kind, message) in [
        ("error", FailureKind::Failed, "no way"),
        ("panic", FailureKind::Panicked, "later"),
        ("panic at once", FailureKind::Panicked, "at once"),
        ("not a number", FailureKind::Failed, "invalid digit"),
    ] {
        let error = failed(order);
        assert_eq!((&*error.plugin, &*error.hook, error.kind), ("couriers", "obey", kind));
        assert!(error.message.contains(message), "{error}");
        assert_eq!(error.to_string().lines().count(), 1, "{error}");
    }
    assert_eq!(obeying.alive(), 0);
    assert_eq!(block_on(obeying.call("3")).unwrap(), ["3"], "the plugin can be called again");
}

#[derive(Default)]
struct Rings(AtomicUsize);

impl Wake for Rings {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_call_that_is_dropped_at_any_poll_leaves_neither_a_future_nor_a_waker() {
    let obeying = Obeying::new();
    for order in ["10", "never", "panic when dropped"] {
        for polls in 0..8 {
            let rings = Arc::new(Rings::default());
            let waker = Waker::from(Arc::clone(&rings));
            let mut call = Box::pin(obeying.call(order));
            for _ in 0..polls {
                assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            }
            assert_eq!(obeying.alive(), u32::from(polls > 0), "{order}");
            drop((call, waker));
            assert_eq!(obeying.alive(), 0, "{order} after {polls} polls");
            assert_eq!(Arc::strong_count(&rings), 1, "{order} after {polls} polls");
        }
    }
}

#[test]
fn a_call_outlives_the_registration_of_its_plugin() {
    let obeying = Obeying::new();
    let mut call = Box::pin(obeying.call("5"));
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    obeying.manager.unregister("couriers").unwrap();
    assert_eq!(block_on(call).unwrap(), ["5"]);
    assert!(block_on(obeying.call("5")).unwrap().is_empty());
}

#[test]
fn a_value_is_folded_in_the_library() {
    let manager = couriers();
    let spell = manager.declare(Spell).unwrap();
    assert_eq!(spell.call(&("stop".to_owned(), 3)).unwrap(), "stop 3");
}
