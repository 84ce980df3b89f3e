//! Historic hooks: `test_pluginmanager.py`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use hookspec::{Failed, Hooks};
use hookspec_host::{FailureKind, HookCaller, PluginManager};

use crate::support::{Configure, Hello, Log, Scripted, add, isolating, manager, number, try_add};

/// A plugin that answers with its argument times `factor`.
fn add_configured(manager: &PluginManager, name: &str, factor: i64) {
    add(manager, name, move |hooks| {
        hooks.on(Configure, move |_, number| Ok(number.value() * factor));
    });
}

/// Calls with `value`; each answer goes to `log`.
fn configure(caller: &HookCaller<Configure>, value: i64, log: &Log) {
    let log = log.clone();
    caller.call_historic(number(value), move |result| log.add(result.to_string())).unwrap();
}

#[test]
fn a_call_is_replayed_to_those_who_come_later() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    add_configured(&manager, "1", 1);
    assert_eq!(log.take(), ["1"]);
    add_configured(&manager, "2", 10);
    assert_eq!(log.take(), ["10"]);
    configure(&hook, 12, &log);
    assert_eq!(log.take(), ["120", "12"]);
}

#[test]
fn calls_are_replayed_in_their_order() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    for value in 1..=4 {
        configure(&hook, value, &log);
    }
    add_configured(&manager, "late", 1);
    assert_eq!(log.take(), ["1", "2", "3", "4"]);
}

#[test]
fn the_callback_gets_the_answers_of_earlier_and_of_later_plugins() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    add_configured(&manager, "1", 10);
    add_configured(&manager, "2", 20);
    configure(&hook, 1, &log);
    assert_eq!(log.take(), ["20", "10"]);
    add_configured(&manager, "3", 30);
    assert_eq!(log.take(), ["30"]);
}

#[test]
fn each_call_keeps_its_own_callback() {
    let (manager, first, second) = (manager(), Log::default(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &first);
    configure(&hook, 2, &second);
    add_configured(&manager, "late", 1);
    assert_eq!((first.take(), second.take()), (vec!["1".to_owned()], vec!["2".to_owned()]));
}

#[test]
fn answers_may_be_ignored() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    hook.call_historic(number(5), |_| {}).unwrap();
    let seen = log.clone();
    add(&manager, "late", move |hooks| {
        hooks.on(Configure, move |_, number| {
            seen.add(number.value().to_string());
            Ok(0)
        });
    });
    assert_eq!(log.take(), ["5"]);
}

#[test]
fn each_hookimpl_of_a_plugin_gets_every_call() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    configure(&hook, 2, &log);
    add(&manager, "two", |hooks| {
        hooks.on(Configure, |_, number| Ok(number.value()));
        hooks.on(Configure, |_, number| Ok(number.value() * 10));
    });
    assert_eq!(log.take(), ["1", "2", "10", "20"]);
}

#[test]
fn a_subset_call_passes_over_the_same_plugins_later() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    add_configured(&manager, "not", 1);
    configure(&hook.without(["not", "nor this"]), 1, &log);
    assert!(log.take().is_empty());
    add_configured(&manager, "2", 10);
    assert_eq!(log.take(), ["10"]);
    add_configured(&manager, "nor this", 100);
    assert!(log.take().is_empty(), "named, though it was not there");
    configure(&hook, 2, &log);
    assert_eq!(log.take(), ["200", "20", "2"], "other calls are made to all");
}

#[test]
fn a_plugin_registered_again_gets_the_calls_again() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    add_configured(&manager, "a", 1);
    manager.unregister("a");
    configure(&hook, 2, &log);
    assert_eq!(log.take(), ["1"]);
    add_configured(&manager, "a", 10);
    assert_eq!(log.take(), ["10", "20"]);
}

#[test]
fn a_hook_may_be_declared_after_its_hookimpls() {
    let (manager, log) = (manager(), Log::default());
    add_configured(&manager, "early", 1);
    let hook = manager.declare(Configure).unwrap();
    assert!(log.take().is_empty());
    configure(&hook, 3, &log);
    assert_eq!(log.take(), ["3"]);
}

#[test]
fn a_caller_made_later_shares_the_history() {
    let (manager, log) = (manager(), Log::default());
    configure(&manager.declare(Configure).unwrap(), 1, &log);
    configure(&manager.declare(Configure).unwrap(), 2, &log);
    add_configured(&manager, "late", 1);
    assert_eq!(log.take(), ["1", "2"]);
}

#[test]
fn a_failure_ends_the_call_which_later_plugins_get_all_the_same() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    add_configured(&manager, "first registered", 1);
    add(&manager, "fails", |hooks| {
        hooks.on(Configure, |_, _| Err(Failed::new("no")));
    });
    let seen = log.clone();
    let error = hook.call_historic(number(1), move |result| seen.add(result.to_string())).unwrap_err();
    assert_eq!(error.to_string(), "plugin `fails` failed in hook `configure`: no");
    assert!(log.take().is_empty());
    add_configured(&manager, "late", 10);
    assert_eq!(log.take(), ["10"]);
}

#[test]
fn a_plugin_that_fails_on_a_replay_is_not_registered() {
    let (manager, log) = (manager(), Log::default());
    let (hook, hello) = (manager.declare(Configure).unwrap(), manager.declare(Hello).unwrap());
    configure(&hook, 1, &log);
    let error = try_add(&manager, "fails", |hooks| {
        hooks.on(Configure, |_, _| Err(Failed::new("no")));
        hooks.on(Hello, |_, _| Ok(1));
    })
    .unwrap_err();
    assert_eq!(error.to_string(), "plugin `fails` failed in hook `configure`: no");
    assert!(manager.plugin("fails").is_none() && manager.hookimpls().is_empty());
    assert!(hello.call(&number(0)).unwrap().is_empty());
    configure(&hook, 2, &log);
    assert!(log.take().is_empty());
}

#[test]
fn isolated_a_failing_replay_is_reported_and_the_rest_goes_on() {
    let (manager, heard) = isolating();
    let log = Log::default();
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    configure(&hook, 2, &log);
    add(&manager, "odd fails", |hooks| {
        hooks.on(Configure, |_, number| {
            assert_eq!(number.value() % 2, 0, "odd");
            Ok(number.value())
        });
    });
    assert_eq!(log.take(), ["2"]);
    let [failure] = &heard.failures()[..] else { panic!("one failure") };
    assert_eq!((&*failure.plugin, failure.kind), ("odd fails", FailureKind::Panicked));
    assert!(manager.plugin("odd fails").is_some());
}

/// pluggy's `test_register_while_calling[True]`.
#[test]
fn plugins_registered_in_the_midst_of_a_call_get_it_at_once_and_only_once() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    let answer = |manager: &PluginManager, name: &str, answer: i64| {
        add(manager, name, move |hooks| {
            hooks.on(Configure, move |_, _| Ok(answer));
        });
    };
    answer(&manager, "1", 1);
    let (registers, done) = (Arc::downgrade(&manager), AtomicBool::new(false));
    add(&manager, "2", move |hooks| {
        hooks.on(Configure, move |_, _| {
            if !done.swap(true, Ordering::Relaxed) {
                let manager = registers.upgrade().expect("the manager is being used");
                add(&manager, "4", |hooks| {
                    hooks.on(Configure, |_, _| Ok(4)).try_first();
                });
                answer(&manager, "5", 5);
                add(&manager, "6", |hooks| {
                    hooks.on(Configure, |_, _| Ok(6)).try_last();
                });
            }
            Ok(2)
        });
    });
    answer(&manager, "3", 3);
    configure(&hook, 0, &log);
    // pluggy collects the answers of the call before its callback gets them: [4, 5, 6, 3, 2, 1].
    // Here it gets each as it comes.
    assert_eq!(log.take(), ["3", "4", "5", "6", "2", "1"]);
    configure(&hook, 0, &log);
    assert_eq!(log.take(), ["4", "5", "3", "2", "1", "6"]);
}

#[test]
fn a_call_made_while_a_plugin_catches_up_comes_after_those_before_it() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    configure(&hook, 2, &log);
    let (again, seen) = (hook.clone(), log.clone());
    add(&manager, "calls", move |hooks| {
        hooks.on(Configure, move |_, number| {
            if number.value() == 1 {
                configure(&again, 3, &seen);
            }
            Ok(number.value())
        });
    });
    assert_eq!(log.take(), ["1", "2", "3"]);
    configure(&hook, 4, &log);
    assert_eq!(log.take(), ["4"]);
    // It holds the hook that it is called by.
    manager.unregister("calls");
}

#[test]
fn a_plugin_that_unregisters_itself_on_a_replay_gets_no_more() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    configure(&hook, 2, &log);
    let leaves = Arc::downgrade(&manager);
    add(&manager, "leaves", move |hooks| {
        hooks.on(Configure, move |_, number| {
            leaves.upgrade().expect("the manager is being used").unregister("leaves");
            Ok(number.value())
        });
    });
    assert_eq!(log.take(), ["1"]);
    assert!(manager.plugins().is_empty());
    configure(&hook, 3, &log);
    assert!(log.take().is_empty());
}

/// pluggy's `test_register_verifies_spec_added_by_historic_replay`, where the hookimpl that does
/// not fit stays pending at first.
#[test]
fn a_hook_declared_on_a_replay_is_checked_against_the_plugin() {
    mod other {
        hookspec::hookspecs! {
            /// Not as the host has it.
            pub hook Hello = "hello" fn(crate::support::Number) -> String;
        }
    }
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    let declares = Arc::downgrade(&manager);
    let error = try_add(&manager, "misfit", move |hooks| {
        hooks.on(Configure, move |_, _| {
            declares.upgrade().expect("the manager is being used").declare(Hello)?;
            Ok(0)
        });
        hooks.on(other::Hello, |_, _| Ok(String::new()));
    })
    .unwrap_err()
    .to_string();
    assert!(error.contains("its output is `i64` in the host but `string` in the plugin"), "{error}");
    assert!(manager.plugin("misfit").is_none());
}

/// What a plugin, its host and a caller hold, to see when it is gone.
struct Held(Arc<AtomicUsize>);

impl Held {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn remembered_calls_keep_neither_manager_nor_plugins() {
    let held = Arc::new(AtomicUsize::new(0));
    for _ in 0..100 {
        let (manager, log) = (manager(), Log::default());
        let hook = manager.declare(Configure).unwrap();
        let (early, late, result) = (Held::new(&held), Held::new(&held), Held::new(&held));
        let keeping = |held: Held| {
            move |hooks: &mut Hooks<Scripted>| {
                hooks.on(Configure, move |_, number| {
                    let _ = &held;
                    Ok(number.value())
                });
            }
        };
        add(&manager, "early", keeping(early));
        let seen = log.clone();
        hook.call_historic(number(1), move |answer| {
            let _ = &result;
            seen.add(answer.to_string());
        })
        .unwrap();
        add(&manager, "late", keeping(late));
        assert_eq!(log.take(), ["1", "1"]);
        assert_eq!(held.load(Ordering::Relaxed), 3);
    }
    assert_eq!(held.load(Ordering::Relaxed), 0);
}

#[test]
fn a_plugin_that_fails_on_a_replay_takes_no_other_of_its_name_along() {
    let (manager, log) = (manager(), Log::default());
    let hook = manager.declare(Configure).unwrap();
    configure(&hook, 1, &log);
    let again = Arc::downgrade(&manager);
    let error = try_add(&manager, "a", move |hooks| {
        hooks.on(Configure, move |_, _| {
            // Somebody else takes the name meanwhile.
            let manager = again.upgrade().expect("the manager is being used");
            manager.unregister("a");
            add_configured(&manager, "a", 10);
            Err(Failed::new("no"))
        });
    })
    .unwrap_err();
    assert_eq!(error.to_string(), "plugin `a` failed in hook `configure`: no");
    assert_eq!(log.take(), ["10"]);
    assert!(manager.plugin("a").is_some(), "the other one stays");
    configure(&hook, 2, &log);
    assert_eq!(log.take(), ["20"]);
}
