//! Calls with extra hookimpls and calls that pass over plugins.

use hookspec::Failed;
use hookspec_host::ExtraHookImpl;

use crate::support::{Hello, Log, Pick, Set, Speak, add, add_hello, manager, number};

fn extra(name: &'static str, log: &Log) -> ExtraHookImpl<Speak> {
    let log = log.clone();
    ExtraHookImpl::new(name, move |_| {
        log.add(name);
        Ok(name.to_owned())
    })
}

#[test]
fn an_extra_hookimpl_takes_part_in_one_call() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    let extra = ExtraHookImpl::new("extra", |number: &crate::support::Number| Ok(number.value() * 10));
    assert_eq!(hello.call_extra(&number(1), [extra]).unwrap(), [10]);
    assert!(hello.call(&number(1)).unwrap().is_empty());
}

/// pluggy's `test_call_extra_hook_order`.
#[test]
fn extra_hookimpls_are_called_as_if_registered_last() {
    let (manager, log) = (manager(), Log::default());
    let speak = manager.declare(Speak).unwrap();
    let plain: [(&str, Set); 3] =
        [("1", |options| options.try_first()), ("2", |options| options), ("3", |options| options.try_last())];
    for (name, options) in plain {
        let log = log.clone();
        add(&manager, name, move |hooks| {
            let _ = options(hooks.on(Speak, move |_, _| {
                log.add(name);
                Ok(name.to_owned())
            }));
        });
    }
    let wrappers: [(&str, Set); 3] =
        [("4", |options| options.try_first()), ("5", |options| options), ("6", |options| options.try_last())];
    for (name, options) in wrappers {
        let log = log.clone();
        add(&manager, name, move |hooks| {
            let _ = options(hooks.wrap(Speak, move |_, _, rest| {
                log.add(format!("{name}pre"));
                let results = rest.run();
                log.add(format!("{name}post"));
                results
            }));
        });
    }
    let results = speak.call_extra(&number(0), [extra("extra1", &log), extra("extra2", &log)]).unwrap();
    let expected =
        ["4pre", "5pre", "6pre", "1", "extra2", "extra1", "2", "3", "6post", "5post", "4post"].map(str::to_owned);
    assert_eq!(log.take(), expected);
    assert_eq!(results, ["1", "extra2", "extra1", "2", "3"]);
}

#[test]
fn an_extra_hookimpl_may_give_the_first_result() {
    let manager = manager();
    let pick = manager.declare(Pick).unwrap();
    add(&manager, "plain", |hooks| {
        hooks.on(Pick, |_, _| Ok(Some(1)));
    });
    assert_eq!(pick.call_extra(&number(0), [ExtraHookImpl::new("extra", |_| Ok(Some(2)))]).unwrap(), Some(2));
    assert_eq!(pick.call_extra(&number(0), [ExtraHookImpl::new("extra", |_| Ok(None))]).unwrap(), Some(1));
}

#[test]
fn an_extra_hookimpl_that_fails_is_named() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    let error = hello.call_extra(&number(0), [ExtraHookImpl::new("extra", |_| Err(Failed::new("no")))]).unwrap_err();
    assert_eq!(error.to_string(), "plugin `extra` failed in hook `hello`: no");
}

#[test]
fn without_extra_ones_it_is_a_call() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 1);
    assert_eq!(hello.call_extra(&number(0), []).unwrap(), [1]);
}

/// pluggy's `test_subset_hook_caller`.
#[test]
fn a_subset_caller_passes_over_plugins() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "1", 1);
    add_hello(&manager, "2", 10);
    add(&manager, "no hookimpls", |_| {});
    assert_eq!(hello.call(&number(0)).unwrap(), [10, 1]);
    assert_eq!(hello.without(["1"]).call(&number(0)).unwrap(), [10]);
    assert_eq!(hello.without(["no hookimpls"]).call(&number(0)).unwrap(), [10, 1]);

    let subset = hello.without(["2"]);
    assert_eq!(subset.call(&number(0)).unwrap(), [1]);
    manager.unregister("1");
    assert!(subset.call(&number(0)).unwrap().is_empty());
    assert_eq!(hello.call(&number(0)).unwrap(), [10]);
    assert_eq!(format!("{subset:?}"), "HookCaller(hello)");
}

#[test]
fn a_subset_caller_sees_later_registrations() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    let subset = hello.without(["late"]);
    add_hello(&manager, "late", 1);
    add_hello(&manager, "other", 2);
    assert_eq!(subset.call(&number(0)).unwrap(), [2]);
}

#[test]
fn a_subset_of_a_subset_passes_over_both() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    for (name, answer) in [("1", 1), ("2", 2), ("3", 3)] {
        add_hello(&manager, name, answer);
    }
    assert_eq!(hello.without(["1"]).without(["3"]).call(&number(0)).unwrap(), [2]);
}

#[test]
fn a_subset_caller_passes_over_every_hookimpl_of_a_plugin_wrappers_too() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "all kinds", |hooks| {
        hooks.on(Hello, |_, _| Ok(1));
        hooks.on(Hello, |_, _| Ok(2)).try_first();
        hooks.wrap(Hello, |_, _, rest| Ok([rest.run()?, vec![3]].concat()));
    });
    add_hello(&manager, "other", 10);
    assert_eq!(hello.call(&number(0)).unwrap(), [2, 10, 1, 3]);
    assert_eq!(hello.without(["all kinds"]).call(&number(0)).unwrap(), [10]);
}

#[test]
fn a_subset_caller_takes_extra_hookimpls() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "1", 1);
    add_hello(&manager, "2", 2);
    let results = hello.without(["1"]).call_extra(&number(0), [ExtraHookImpl::new("extra", |_| Ok(3))]);
    assert_eq!(results.unwrap(), [3, 2]);
}
