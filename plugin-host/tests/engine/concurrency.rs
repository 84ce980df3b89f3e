//! Many threads at once. Loops are bounded, nothing sleeps: what matters must hold in every
//! interleaving.

use std::{
    collections::HashMap,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use hookspec_host::{ErrorPolicy, ExtraHookImpl, HookCall, HookCallOutcome, Monitor, PluginManager};

use crate::support::{Configure, Heard, Hello, add, add_hello, isolating, manager, number, try_add};

const THREADS: usize = 4;
const ROUNDS: i64 = if cfg!(miri) { 5 } else { 200 };

fn int(number: usize) -> i64 {
    number.try_into().expect("a small number")
}

#[test]
fn manager_and_caller_may_be_shared_and_sent() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let manager = PluginManager::new(Heard::default(), ErrorPolicy::Propagate);
    is_shared(&manager);
    is_shared(&manager.declare(Hello).unwrap());
}

#[test]
fn who_leaves_in_the_midst_of_a_call_is_dropped_as_that_ends() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    let (held, inside, go_on) = (Arc::new(()), Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let weak = Arc::downgrade(&held);
    let (is_inside, may_go_on) = (Arc::clone(&inside), Arc::clone(&go_on));
    add(&manager, "a", move |hooks| {
        hooks.on(Hello, move |_, _| {
            is_inside.wait();
            may_go_on.wait();
            Ok(int(Arc::strong_count(&held)))
        });
    });
    thread::scope(|scope| {
        let call = scope.spawn(|| hello.call(&number(0)));
        inside.wait();
        assert!(manager.unregister("a").is_some());
        assert!(hello.call(&number(0)).unwrap().is_empty(), "no later call reaches it");
        assert!(weak.upgrade().is_some(), "it is being called");
        go_on.wait();
        assert_eq!(call.join().unwrap().unwrap(), [1]);
        assert!(weak.upgrade().is_none(), "nobody else keeps it");
    });
}

/// What a plugin has; it is missed where a call outlives it.
struct Belonging {
    is_there: AtomicBool,
    count: Arc<AtomicUsize>,
}

impl Drop for Belonging {
    fn drop(&mut self) {
        self.is_there.store(false, Ordering::Relaxed);
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn nobody_is_called_after_being_dropped_and_everybody_is_dropped() {
    let (manager, count, is_over) = (manager(), Arc::new(AtomicUsize::new(0)), AtomicBool::new(false));
    let hello = manager.declare(Hello).unwrap();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            // Each in threads that come and go.
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let calls = || (0..20).all(|_| hello.call(&number(0)).unwrap().iter().all(|answer| *answer == 1));
                    assert!(thread::scope(|scope| scope.spawn(calls).join().unwrap()));
                }
            });
        }
        for _ in 0..5 * ROUNDS {
            for name in ["a", "b"] {
                count.fetch_add(1, Ordering::Relaxed);
                let belonging = Belonging { is_there: AtomicBool::new(true), count: Arc::clone(&count) };
                add(&manager, name, move |hooks| {
                    hooks.on(Hello, move |_, _| Ok(belonging.is_there.load(Ordering::Relaxed).into()));
                });
            }
            for name in ["a", "b"] {
                assert!(manager.unregister(name).is_some());
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[test]
fn every_call_sees_one_consistent_order() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    // Those who stay, at both ends of every call, and in the midst one that names another.
    add(&manager, "first", |hooks| {
        hooks.on(Hello, |_, _| Ok(-1)).try_first();
    });
    add(&manager, "last", |hooks| {
        hooks.on(Hello, |_, _| Ok(-2)).try_last();
    });
    let start = Barrier::new(2 * THREADS);
    thread::scope(|scope| {
        for id in 0..int(THREADS) {
            let (manager, hello, start) = (&manager, &hello, &start);
            scope.spawn(move || {
                start.wait();
                for _ in 0..ROUNDS {
                    let name = id.to_string();
                    // Two hookimpls, which a call sees both or not at all, around those of the next
                    // lower one.
                    add(manager, &name, move |hooks| {
                        hooks.on(Hello, move |_, _| Ok(2 * id + 1)).after(&(id - 1).to_string());
                        hooks.on(Hello, move |_, _| Ok(2 * id)).after(&(id - 1).to_string());
                    });
                    assert!(hello.call(&number(0)).unwrap().contains(&(2 * id)), "one's own registration is seen");
                    assert!(manager.unregister(&name).is_some());
                    assert!(!hello.call(&number(0)).unwrap().contains(&(2 * id)), "and so is leaving");
                }
            });
            scope.spawn(move || {
                start.wait();
                for _ in 0..ROUNDS {
                    let results = hello.call(&number(0)).unwrap();
                    check_order(&results);
                    let extra = hello.call_extra(&number(0), [ExtraHookImpl::new("extra", |_| Ok(-3))]).unwrap();
                    assert_eq!(extra.iter().filter(|result| **result == -3).count(), 1);
                    let subset = hello.without(["first"]).call(&number(0)).unwrap();
                    assert!(!subset.contains(&-1) && subset.last() == Some(&-2));
                }
            });
        }
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [-1, -2]);
}

/// The plugins that stay are where they belong; of the others each is there wholly, and those that
/// name each other are in order.
fn check_order(results: &[i64]) {
    let [first, middle @ .., last] = results else { panic!("two always stay: {results:?}") };
    assert_eq!((*first, *last), (-1, -2), "{results:?}");
    let place = |answer: i64| middle.iter().position(|other| *other == answer);
    for id in 0..int(THREADS) {
        let (even, odd) = (place(2 * id), place(2 * id + 1));
        assert_eq!(even.is_some(), odd.is_some(), "half a plugin: {results:?}");
        if let (Some(here), Some(below)) = (even, place(2 * (id - 1))) {
            assert!(below < here, "{results:?}");
        }
    }
}

/// By plugin and calling thread: that thread's calls, in the order in which they came.
type Seen = HashMap<(i64, i64), Vec<i64>>;

#[test]
fn each_historic_call_reaches_each_plugin_once_and_in_order() {
    let manager = manager();
    let hook = manager.declare(Configure).unwrap();
    let calls_of_each = ROUNDS / 10;
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let start = Barrier::new(2 * THREADS);
    thread::scope(|scope| {
        for id in 0..int(THREADS) {
            let (manager, hook, start, seen) = (&manager, &hook, &start, &seen);
            scope.spawn(move || {
                start.wait();
                for call in 0..calls_of_each {
                    hook.call_historic(number(id * 1000 + call), |_| {}).unwrap();
                }
            });
            scope.spawn(move || {
                start.wait();
                for round in 0..calls_of_each {
                    let plugin = id * 1000 + round;
                    let seen = Arc::clone(seen);
                    add(manager, &plugin.to_string(), move |hooks| {
                        hooks.on(Configure, move |_, number| {
                            let (caller, call) = (number.value() / 1000, number.value() % 1000);
                            seen.lock().expect("seen").entry((plugin, caller)).or_default().push(call);
                            Ok(0)
                        });
                    });
                }
            });
        }
    });
    let expected: Vec<i64> = (0..calls_of_each).collect();
    let mut seen = seen.lock().expect("seen");
    assert_eq!(int(seen.len()), int(THREADS) * calls_of_each * int(THREADS));
    for ((plugin, caller), calls) in seen.drain() {
        assert_eq!(calls, expected, "plugin {plugin}, calls of thread {caller}");
    }
}

#[test]
fn a_late_plugin_gets_a_threads_calls_in_the_order_they_were_made() {
    let manager = manager();
    let hook = manager.declare(Configure).unwrap();
    let calls = ROUNDS;
    hook.call_historic(number(0), |_| {}).unwrap();
    let start = Barrier::new(2);
    let seen: Arc<Mutex<Vec<i64>>> = Arc::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            for call in 1..calls {
                hook.call_historic(number(call), |_| {}).unwrap();
            }
        });
        start.wait();
        let seen = Arc::clone(&seen);
        add(&manager, "late", move |hooks| {
            hooks.on(Configure, move |_, number| {
                seen.lock().expect("seen").push(number.value());
                Ok(0)
            });
        });
    });
    assert_eq!(*seen.lock().expect("seen"), (0..calls).collect::<Vec<_>>());
}

#[test]
fn one_of_many_gets_a_name() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    let start = Barrier::new(THREADS);
    for _ in 0..ROUNDS / 10 {
        let registered = AtomicUsize::new(0);
        thread::scope(|scope| {
            for id in 0..int(THREADS) {
                let (manager, start, registered) = (&manager, &start, &registered);
                scope.spawn(move || {
                    start.wait();
                    let outcome = try_add(manager, "wanted", move |hooks| {
                        hooks.on(Hello, move |_, _| Ok(id));
                    });
                    registered.fetch_add(usize::from(outcome.is_ok()), Ordering::Relaxed);
                });
            }
        });
        assert_eq!(registered.into_inner(), 1);
        assert_eq!(hello.call(&number(0)).unwrap().len(), 1);
        manager.unregister("wanted");
    }
}

#[test]
fn monitors_come_and_go_while_hooks_are_called() {
    /// Each call has its end.
    struct Balance(Arc<AtomicUsize>, Arc<AtomicUsize>);
    impl Monitor for Balance {
        fn before(&self, _: &HookCall<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn after(&self, call: &HookCall<'_>, outcome: &HookCallOutcome<'_>) {
            assert!(outcome.error.is_none() && call.depth == 0);
            self.1.fetch_add(1, Ordering::Relaxed);
        }
    }
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "a", 1);
    let (before, after) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    thread::scope(|scope| {
        for id in 0..int(THREADS) {
            let (manager, hello, before, after) = (&manager, &hello, &before, &after);
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    let _guard = manager.monitor(Balance(Arc::clone(before), Arc::clone(after)));
                    hello.call(&number(0)).unwrap();
                }
            });
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    let name = format!("comes and goes {id}");
                    add_hello(manager, &name, 2);
                    hello.call(&number(0)).unwrap();
                    manager.unregister(&name);
                }
            });
        }
    });
    let (before, after) = (before.load(Ordering::Relaxed), after.load(Ordering::Relaxed));
    assert_eq!(before, after);
    assert!(int(before) >= int(THREADS) * ROUNDS);
}

#[test]
fn plugins_that_call_register_and_leave_within_calls_do_not_deadlock() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    let configure = manager.declare(Configure).unwrap();
    for id in 0..int(THREADS) {
        let (weak, configure) = (Arc::downgrade(&manager), configure.clone());
        let rounds = AtomicUsize::new(0);
        add(&manager, &format!("busy {id}"), move |hooks| {
            hooks.on(Hello, move |_, _| {
                let manager = weak.upgrade().expect("the manager is being used");
                let name = format!("{id} {}", rounds.fetch_add(1, Ordering::Relaxed));
                add(&manager, &name, |hooks| {
                    hooks.on(Configure, |_, number| Ok(number.value()));
                    hooks.on(Hello, |_, _| Ok(0)).try_last();
                });
                manager.declare(Hello)?;
                manager.block(&name);
                manager.unblock(&name);
                if id == 0 {
                    configure.call_historic(number(1), |_| {})?;
                }
                Ok(manager.plugins().len().try_into()?)
            });
        });
    }
    thread::scope(|scope| {
        for _ in 0..int(THREADS) {
            scope.spawn(|| {
                for _ in 0..ROUNDS / 10 {
                    hello.call(&number(0)).unwrap();
                }
            });
        }
    });
    assert!(heard.failures().is_empty());
    assert_eq!(manager.plugins().len(), THREADS);
}

#[test]
fn a_panic_in_many_threads_at_once_stays_in_each_call() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "calm", 1);
    add(&manager, "panics", |hooks| {
        hooks.on(Hello, |_, number| panic!("number {}", number.value()));
    });
    let threads = if cfg!(miri) { 4 } else { 100 };
    thread::scope(|scope| {
        for id in 0..threads {
            let hello = &hello;
            scope.spawn(move || assert_eq!(hello.call(&number(id)).unwrap(), [1]));
        }
    });
    let mut told: Vec<_> = heard
        .failures()
        .into_iter()
        .map(|error| error.message.split(" at ").next().expect("a first part").to_owned())
        .collect();
    let mut expected: Vec<_> = (0..threads).map(|id| format!("number {id}")).collect();
    told.sort();
    expected.sort();
    assert_eq!(told, expected, "each thread has its own message");
}

#[test]
fn a_plugin_dropped_by_another_threads_call_is_dropped_once() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    let dropped = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..ROUNDS {
                let counted = Counted(Arc::clone(&dropped));
                add(&manager, "a", move |hooks| {
                    hooks.on(Hello, move |_, _| {
                        let _ = &counted;
                        Ok(0)
                    });
                });
                manager.unregister("a");
            }
        });
        for _ in 1..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    assert!(hello.call(&number(0)).unwrap().len() <= 1);
                }
            });
        }
    });
    assert_eq!(int(dropped.load(Ordering::Relaxed)), ROUNDS);
}
