//! Wrappers: `test_multicall.py`, and what `test_invocations.py` and `test_details.py` say of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hookspec::{Failed, Hooks};
use hookspec_host::{ErrorPolicy, FailureKind, HookError, HostServices, PluginManager};

use crate::support::{Configure, Hello, Log, Pick, Scripted, add, add_hello, isolating, manager, number, try_add};

/// A wrapper that logs when it starts and when it is torn down, and changes nothing.
fn watching(name: &'static str, log: &Log) -> impl FnOnce(&mut Hooks<Scripted>) + 'static {
    let log = log.clone();
    move |hooks| {
        hooks.wrap(Hello, move |_, _, rest| {
            log.add(format!("{name} init"));
            let results = rest.run();
            log.add(format!("{name} {}", if results.is_ok() { "finish" } else { "error" }));
            results
        });
    }
}

fn failing(message: &'static str) -> impl FnOnce(&mut Hooks<Scripted>) + 'static {
    move |hooks| {
        hooks.on(Hello, move |_, _| Err(Failed::new(message)));
    }
}

#[test]
fn a_wrapper_runs_around_the_rest() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let inner = log.clone();
    add(&manager, "plain", move |hooks| {
        hooks.on(Hello, move |_, _| {
            inner.add("plain");
            Ok(2)
        });
    });
    add(&manager, "wrapper", watching("wrapper", &log));
    assert_eq!(hello.call(&number(0)).unwrap(), [2]);
    assert_eq!(log.take(), ["wrapper init", "plain", "wrapper finish"]);
}

#[test]
fn a_wrapper_sees_the_arguments_and_every_result() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    for (name, answer) in [("1", 1), ("2", 2), ("3", 3)] {
        add_hello(&manager, name, answer);
    }
    let seen = log.clone();
    add(&manager, "wrapper", move |hooks| {
        hooks.wrap(Hello, move |_, number, rest| {
            let results = rest.run()?;
            seen.add(format!("{} {results:?}", number.value()));
            Ok(results)
        });
    });
    assert_eq!(hello.call(&number(7)).unwrap(), [3, 2, 1]);
    assert_eq!(log.take(), ["7 [3, 2, 1]"]);
}

#[test]
fn a_wrapper_may_replace_the_results() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 2);
    add(&manager, "wrapper", |hooks| {
        hooks.wrap(Hello, |_, _, rest| Ok(rest.run()?.into_iter().chain([10]).collect()));
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [2, 10]);
}

#[test]
fn a_wrapper_may_replace_the_first_result() {
    let manager = manager();
    let pick = manager.declare(Pick).unwrap();
    add(&manager, "plain", |hooks| {
        hooks.on(Pick, |_, _| Ok(Some(2)));
    });
    add(&manager, "wrapper", |hooks| {
        hooks.wrap(Pick, |_, _, rest| Ok(rest.run()?.map(|result| result * 2)));
    });
    assert_eq!(pick.call(&number(0)).unwrap(), Some(4));
}

#[test]
fn wrappers_nest_and_are_torn_down_in_reverse() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    for name in ["4", "3", "2", "1"] {
        add(&manager, name, watching(name, &log));
    }
    assert!(hello.call(&number(0)).unwrap().is_empty());
    let expected = ["1 init", "2 init", "3 init", "4 init", "4 finish", "3 finish", "2 finish", "1 finish"];
    assert_eq!(log.take(), expected);
}

#[test]
fn an_outer_wrapper_sees_what_an_inner_one_made_of_the_results() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 1);
    add(&manager, "inner", |hooks| {
        hooks.wrap(Hello, |_, _, rest| Ok(rest.run()?.iter().map(|result| result + 1).collect()));
    });
    add(&manager, "outer", |hooks| {
        hooks.wrap(Hello, |_, _, rest| Ok(rest.run()?.iter().map(|result| result * 10).collect()));
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [20]);
}

#[test]
fn a_wrapper_runs_when_the_rest_fails_and_lets_the_error_through() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "plain", failing("this is personal"));
    add(&manager, "inner", watching("inner", &log));
    add(&manager, "outer", watching("outer", &log));
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!(error.to_string(), "plugin `plain` failed in hook `hello`: this is personal");
    assert_eq!(log.take(), ["outer init", "inner init", "inner error", "outer error"]);
}

#[test]
fn a_panic_let_through_stays_the_panic_of_its_plugin() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "plain", |hooks| {
        hooks.on(Hello, |_, _| panic!("oh no"));
    });
    add(&manager, "wrapper", watching("wrapper", &log));
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!((&*error.plugin, error.kind), ("plain", FailureKind::Panicked));
    assert_eq!(log.take(), ["wrapper init", "wrapper error"]);
}

#[test]
fn a_wrapper_may_replace_an_error_by_another() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "4", failing("of 4"));
    add(&manager, "3", watching("3", &log));
    let seen = log.clone();
    add(&manager, "2", move |hooks| {
        hooks.wrap(Hello, move |_, _, rest| {
            rest.run().map_err(|error| {
                seen.add(format!("2 sees {error}"));
                Failed::new("of 2")
            })
        });
    });
    add(&manager, "1", watching("1", &log));
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!((&*error.plugin, &*error.message), ("2", "of 2"));
    assert_eq!(log.take(), ["1 init", "3 init", "3 error", "2 sees of 4", "1 error"]);
}

#[test]
fn a_wrapper_may_keep_the_cause_in_its_own_error() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "1", failing("m1"));
    for (name, message) in [("2", "m2"), ("4", "m4")] {
        add(&manager, name, move |hooks| {
            hooks.wrap(Hello, move |_, _, rest| {
                rest.run().map_err(|error| Failed::new(format_args!("{message}: {error}")))
            });
        });
    }
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!((&*error.plugin, &*error.message), ("4", "m4: m2: m1"));
}

#[test]
fn a_wrapper_may_replace_an_error_by_results() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "plain", failing("no"));
    add(&manager, "inner", |hooks| {
        hooks.wrap(Hello, |_, _, rest| Ok(rest.run().unwrap_or_else(|_| vec![22])));
    });
    add(&manager, "outer", watching("outer", &log));
    assert_eq!(hello.call(&number(0)).unwrap(), [22]);
    assert_eq!(log.take(), ["outer init", "outer finish"]);
}

#[test]
fn a_wrapper_may_replace_results_by_an_error() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 1);
    add(&manager, "inner", |hooks| {
        hooks.wrap(Hello, |_, _, rest| {
            rest.run()?;
            Err(Failed::new("in teardown"))
        });
    });
    add(&manager, "outer", watching("outer", &log));
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!(error.to_string(), "plugin `inner` failed in hook `hello`: in teardown");
    assert_eq!(log.take(), ["outer init", "outer error"]);
}

#[test]
fn an_error_in_an_inner_teardown_may_be_suppressed_further_out() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "3", |hooks| {
        hooks.wrap(Hello, |_, _, rest| {
            rest.run()?;
            Err(Failed::new("3"))
        });
    });
    add(&manager, "2", |hooks| {
        hooks.wrap(Hello, |_, _, rest| Ok(rest.run().unwrap_or_else(|_| vec![22])));
    });
    add(&manager, "1", watching("1", &log));
    assert_eq!(hello.call(&number(0)).unwrap(), [22]);
    assert_eq!(log.take(), ["1 init", "1 finish"]);
}

#[test]
fn a_wrapper_that_fails_before_the_rest_keeps_it_from_running() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "innermost", watching("innermost", &log));
    add(&manager, "inner", |hooks| {
        hooks.wrap(Hello, |_, _, _| Err(Failed::new("in setup")));
    });
    add(&manager, "outer", watching("outer", &log));
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!((&*error.plugin, &*error.message), ("inner", "in setup"));
    assert_eq!(log.take(), ["outer init", "outer error"]);
}

#[test]
fn a_wrapper_that_does_not_run_the_rest_is_an_error() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "inner", |hooks| {
        hooks.wrap(Hello, |_, _, _| Ok(vec![1]));
    });
    add(&manager, "outer", watching("outer", &log));
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!(error.kind, FailureKind::SkippedRest);
    let text = error.to_string();
    assert!(text.starts_with("plugin `inner` did not run the rest of the call in hook `hello`"), "{text}");
    assert_eq!(log.take(), ["outer init", "outer error"], "the wrappers around it are torn down");
}

#[test]
fn a_wrapper_may_panic_before_or_after_the_rest() {
    for after in [false, true] {
        let (manager, log) = (manager(), Log::default());
        let hello = manager.declare(Hello).unwrap();
        add(&manager, "inner", move |hooks| {
            hooks.wrap(Hello, move |_, _, rest| {
                let results = if after { rest.run() } else { Ok(Vec::new()) };
                assert!(results.is_err(), "oh no");
                results
            });
        });
        add(&manager, "outer", watching("outer", &log));
        let error = hello.call(&number(0)).unwrap_err();
        assert_eq!((&*error.plugin, error.kind), ("inner", FailureKind::Panicked));
        assert_eq!(log.take(), ["outer init", "outer error"]);
    }
}

#[test]
fn isolated_a_failing_wrapper_leaves_what_it_surrounds() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 1);
    add(&manager, "setup", |hooks| {
        hooks.wrap(Hello, |_, _, _| Err(Failed::new("in setup")));
    });
    add(&manager, "skips", |hooks| {
        hooks.wrap(Hello, |_, _, _| Ok(Vec::new()));
    });
    add(&manager, "teardown", |hooks| {
        hooks.wrap(Hello, |_, _, rest| {
            rest.run()?;
            Err(Failed::new("in teardown"))
        });
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    let failures: Vec<_> = heard.failures().into_iter().map(|error| (error.plugin, error.kind)).collect();
    let expected = [
        ("skips".to_owned(), FailureKind::SkippedRest),
        ("setup".to_owned(), FailureKind::Failed),
        ("teardown".to_owned(), FailureKind::Failed),
    ];
    assert_eq!(failures, expected);
}

#[test]
fn isolated_each_hookimpl_runs_once_however_wrappers_fail() {
    let (manager, _) = isolating();
    let hello = manager.declare(Hello).unwrap();
    let log = Log::default();
    let inner = log.clone();
    add(&manager, "plain", move |hooks| {
        hooks.on(Hello, move |_, _| {
            inner.add("plain");
            Ok(1)
        });
    });
    for name in ["inner", "outer"] {
        add(&manager, name, |hooks| {
            hooks.wrap(Hello, |_, _, rest| {
                rest.run()?;
                Err(Failed::new("in teardown"))
            });
        });
    }
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    assert_eq!(log.take(), ["plain"]);
}

#[test]
fn a_wrapper_may_call_the_hook_itself() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 1);
    let inner = hello.clone();
    add(&manager, "wrapper", move |hooks| {
        hooks.wrap(Hello, move |_, argument, rest| {
            let mut results = rest.run()?;
            if argument.value() > 0 {
                results.extend(inner.call(&number(argument.value() - 1))?);
            }
            Ok(results)
        });
    });
    assert_eq!(hello.call(&number(3)).unwrap(), [1, 1, 1, 1]);
    // It holds the hook that it is called by.
    manager.unregister("wrapper");
}

/// What the compiler refuses for a plugin built with this hook (see `Hooks::wrap`), the manager
/// refuses for one whose hook was not historic.
#[test]
fn a_historic_hook_cannot_be_wrapped() {
    mod earlier {
        hookspec::hookspecs! {
            /// As it was before it became historic.
            pub hook Configure = "configure" fn(crate::support::Number) -> i64;
        }
    }
    let wrap = |hooks: &mut Hooks<Scripted>| {
        hooks.wrap(earlier::Configure, |_, _, rest| rest.run());
    };
    let expected = "plugin `wrapper` wraps the historic hook `configure`, which cannot be wrapped";

    let declared_first = manager();
    declared_first.declare(Configure).unwrap();
    assert_eq!(try_add(&declared_first, "wrapper", wrap).unwrap_err().to_string(), expected);
    assert!(declared_first.plugin("wrapper").is_none());

    let declared_later = manager();
    add(&declared_later, "wrapper", wrap);
    assert_eq!(declared_later.declare(Configure).unwrap_err().to_string(), expected);
}

#[test]
fn a_panic_of_the_host_itself_goes_around_a_wrapper_and_not_through_it() {
    struct Clumsy;
    impl HostServices for Clumsy {
        fn name(&self) -> &str {
            "clumsy"
        }

        fn version(&self) -> &str {
            "0"
        }

        fn hook_failed(&self, _: &HookError) {
            panic!("dropped the error");
        }
    }

    let manager = PluginManager::new(Clumsy, ErrorPolicy::Isolate);
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "failing", failing("no"));
    add(&manager, "wrapper", watching("wrapper", &Log::default()));
    let payload = catch_unwind(AssertUnwindSafe(|| hello.call(&number(0)))).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"dropped the error"));
}
