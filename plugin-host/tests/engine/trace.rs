//! Watching calls: `test_pluginmanager.py`, and what `test_tracer.py` says of hook calls.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock},
};

use hookspec::Failed;
use hookspec_host::{HookCall, HookCallOutcome, Monitor, MonitorGuard, PluginManager, Tracer};

use crate::support::{Configure, Goodbye, Hello, Log, add, add_hello, isolating, manager, number};

/// Logs what it is told.
struct Watch(&'static str, Log);

impl Monitor for Watch {
    fn before(&self, call: &HookCall<'_>) {
        self.1.add(format!("{}before {} of {} at {}", self.0, call.hook, call.plugins.join(" "), call.depth));
    }

    fn after(&self, call: &HookCall<'_>, outcome: &HookCallOutcome<'_>) {
        let error = outcome.error.map(|error| format!(" {error}")).unwrap_or_default();
        self.1.add(format!("{}after {} of {} at {}{error}", self.0, call.hook, call.plugins.join(" "), call.depth));
    }
}

/// A tracer that writes to `log`, times replaced by `TIME`.
fn tracer(log: &Log) -> Tracer<impl Fn(&str) + Send + Sync + 'static> {
    let log = log.clone();
    Tracer::new(move |line: &str| {
        let timed = line
            .split(' ')
            .map(|word| if word.ends_with('s') && word.contains(char::is_numeric) { "TIME" } else { word });
        log.add(timed.collect::<Vec<_>>().join(" "));
    })
}

fn add_logged(manager: &PluginManager, name: &'static str, log: &Log) {
    let log = log.clone();
    add(manager, name, move |hooks| {
        hooks.on(Hello, move |_, _| {
            log.add(name);
            Ok(1)
        });
    });
}

#[test]
fn a_monitor_hears_before_and_after_each_call_until_it_is_dropped() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add_logged(&manager, "1", &log);
    add_logged(&manager, "2", &log);
    let guard = manager.monitor(Watch("", log.clone()));
    hello.call(&number(1)).unwrap();
    assert_eq!(log.take(), ["before hello of 2 1 at 0", "2", "1", "after hello of 2 1 at 0"]);
    drop(guard);
    hello.call(&number(1)).unwrap();
    assert_eq!(log.take(), ["2", "1"]);
}

#[test]
fn every_hook_is_watched_also_one_declared_later() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let _guard = manager.monitor(Watch("", log.clone()));
    let goodbye = manager.declare(Goodbye).unwrap();
    hello.call(&number(0)).unwrap();
    goodbye.call(&number(0)).unwrap();
    assert_eq!(log.take().len(), 4);
}

#[test]
fn monitors_nest_and_may_go_in_any_order() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let outer = manager.monitor(Watch("outer ", log.clone()));
    let inner = manager.monitor(Watch("inner ", log.clone()));
    hello.call(&number(0)).unwrap();
    let first_words: Vec<_> = log.take().iter().map(|line| line[..12].to_owned()).collect();
    assert_eq!(first_words, ["outer before", "inner before", "inner after ", "outer after "]);
    drop(outer);
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["inner before hello of  at 0", "inner after hello of  at 0"]);
    drop(inner);
    hello.call(&number(0)).unwrap();
    assert!(log.take().is_empty());
}

#[test]
fn a_monitor_hears_how_long_a_call_took_its_inner_calls_included() {
    struct Times(Log);
    impl Monitor for Times {
        fn after(&self, call: &HookCall<'_>, outcome: &HookCallOutcome<'_>) {
            self.0.add(format!("{} {}", call.hook, outcome.elapsed.as_nanos()));
        }
    }
    let (manager, log) = (manager(), Log::default());
    let (hello, goodbye) = (manager.declare(Hello).unwrap(), manager.declare(Goodbye).unwrap());
    add(&manager, "nests", move |hooks| {
        hooks.on(Hello, move |_, number| Ok(goodbye.call(number)?.len().try_into()?));
    });
    let _guard = manager.monitor(Times(log.clone()));
    hello.call(&number(0)).unwrap();
    let lines = log.take();
    let times: Vec<(&str, u128)> = lines
        .iter()
        .map(|line| line.split_once(' ').expect("two words"))
        .map(|(hook, time)| (hook, time.parse().expect("a number")))
        .collect();
    let [("goodbye", inner), ("hello", outer)] = times[..] else { panic!("{times:?}") };
    assert!(inner <= outer);
}

#[test]
fn a_monitor_hears_the_error_that_the_caller_gets() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "fails", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new("no")));
    });
    let _guard = manager.monitor(Watch("", log.clone()));
    hello.call(&number(0)).unwrap_err();
    let expected =
        ["before hello of fails at 0", "after hello of fails at 0 plugin `fails` failed in hook `hello`: no"];
    assert_eq!(log.take(), expected);
}

#[test]
fn an_isolated_error_is_not_the_callers() {
    let (manager, _) = isolating();
    let log = Log::default();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "fails", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new("no")));
    });
    let _guard = manager.monitor(Watch("", log.clone()));
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["before hello of fails at 0", "after hello of fails at 0"]);
}

#[test]
fn a_monitor_is_told_of_those_who_are_called_only() {
    let (manager, log) = (manager(), Log::default());
    let (hello, configure) = (manager.declare(Hello).unwrap(), manager.declare(Configure).unwrap());
    for name in ["in", "out"] {
        add(&manager, name, |hooks| {
            hooks.on(Hello, |_, _| Ok(1));
            hooks.on(Configure, |_, _| Ok(1));
        });
    }
    let _guard = manager.monitor(Watch("", log.clone()));
    hello.without(["out"]).call(&number(0)).unwrap();
    assert_eq!(log.take(), ["before hello of in at 0", "after hello of in at 0"]);
    configure.without(["out"]).call_historic(number(0), |_| {}).unwrap();
    assert_eq!(log.take(), ["before configure of in at 0", "after configure of in at 0"]);
}

#[test]
fn a_replay_is_watched_as_a_call_to_one_hookimpl() {
    let (manager, log) = (manager(), Log::default());
    let configure = manager.declare(Configure).unwrap();
    configure.call_historic(number(0), |_| {}).unwrap();
    configure.without(["late"]).call_historic(number(0), |_| {}).unwrap();
    let _guard = manager.monitor(Watch("", log.clone()));
    add(&manager, "late", |hooks| {
        hooks.on(Configure, |_, _| Ok(1));
    });
    assert_eq!(log.take(), ["before configure of late at 0", "after configure of late at 0"]);
}

#[test]
fn the_tracer_writes_a_line_before_and_one_after() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "twice", |hooks| {
        hooks.on(Hello, |_, _| Ok(1));
        hooks.on(Hello, |_, _| Ok(100));
    });
    let _guard = manager.monitor(tracer(&log));
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["hello: twice, twice [hook]", "finish hello --> TIME [hook]"]);
    manager.unregister("twice");
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["hello:  [hook]", "finish hello --> TIME [hook]"]);
}

#[test]
fn calls_within_calls_are_indented_also_after_an_error() {
    let (manager, log) = (manager(), Log::default());
    let (hello, goodbye) = (manager.declare(Hello).unwrap(), manager.declare(Goodbye).unwrap());
    add(&manager, "nests", move |hooks| {
        hooks.on(Hello, move |_, number| Ok(goodbye.call(number)?.len().try_into()?));
    });
    add(&manager, "fails", |hooks| {
        hooks.on(Goodbye, |_, _| Err(Failed::new("no")));
    });
    let _guard = manager.monitor(tracer(&log));
    hello.call(&number(0)).unwrap_err();
    let expected = [
        "hello: nests [hook]",
        "  goodbye: fails [hook]",
        "  finish goodbye --> plugin `fails` failed in hook `goodbye`: no after TIME [hook]",
        "finish hello --> plugin `nests` failed in hook `hello`: plugin `fails` failed in hook `goodbye`: no after TIME [hook]",
    ];
    assert_eq!(log.take(), expected);
    manager.unregister("nests");
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take()[0], "hello:  [hook]", "the indentation is as before");
}

#[test]
fn a_panic_of_the_hosts_own_code_leaves_the_indentation_right() {
    let (manager, log) = (manager(), Log::default());
    let (configure, hello) = (manager.declare(Configure).unwrap(), manager.declare(Hello).unwrap());
    add(&manager, "plain", |hooks| {
        hooks.on(Configure, |_, _| Ok(1));
    });
    let _guard = manager.monitor(tracer(&log));
    let call = || configure.call_historic(number(0), |_| panic!("of the host"));
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
    log.take();
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["hello:  [hook]", "finish hello --> TIME [hook]"]);
}

#[test]
fn a_call_is_watched_by_the_monitors_it_began_with() {
    struct Leaves(Log);
    impl Monitor for Leaves {
        fn before(&self, _: &HookCall<'_>) {
            self.0.add("before");
        }
        fn after(&self, _: &HookCall<'_>, _: &HookCallOutcome<'_>) {
            self.0.add("after");
        }
    }
    // What takes the monitor away is kept, and with it the manager.
    static KEPT: Mutex<Vec<MonitorGuard<'static>>> = Mutex::new(Vec::new());
    static MANAGER: OnceLock<Arc<PluginManager>> = OnceLock::new();
    let (manager, log) = (MANAGER.get_or_init(manager), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let seen = log.clone();
    add(manager, "adds a monitor", move |hooks| {
        hooks.on(Hello, move |_, _| {
            drop(manager.monitor(Leaves(seen.clone())));
            KEPT.lock().unwrap().push(manager.monitor(Leaves(seen.clone())));
            Ok(0)
        });
    });
    hello.call(&number(0)).unwrap();
    assert!(log.take().is_empty());
    manager.unregister("adds a monitor");
    add_hello(manager, "plain", 1);
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["before", "after"]);
}
