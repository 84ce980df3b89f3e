//! What a call gives: `test_invocations.py`, `test_multicall.py`.

use crate::support::{Hello, Log, Pick, add, add_hello, manager, number};

hookspec::hookspecs! {
    /// A hookimpl may have nothing to say.
    pub hook Maybe = "maybe" fn(crate::support::Number) -> Option<i64>;
    /// Several results of each hookimpl.
    pub hook Many = "many" fn(crate::support::Number) -> Vec<i64>;
    /// Answers with nothing.
    pub hook Note = "note" fn(crate::support::Number);
}

#[test]
fn every_result_is_collected_in_the_order_of_calls() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    for (name, answer) in [("1", 1), ("2", 2), ("3", 3)] {
        add_hello(&manager, name, answer);
    }
    assert_eq!(hello.call(&number(0)).unwrap(), [3, 2, 1]);
}

#[test]
fn a_hookimpl_reads_the_arguments_it_wants() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "reads", |hooks| {
        hooks.on(Hello, |_, number| Ok(number.value() + 1));
    });
    add_hello(&manager, "reads none", 0);
    assert_eq!(hello.call(&number(23)).unwrap(), [0, 24]);
}

#[test]
fn without_hookimpls_there_are_no_results() {
    let manager = manager();
    assert!(manager.declare(Hello).unwrap().call(&number(0)).unwrap().is_empty());
    assert_eq!(manager.declare(Pick).unwrap().call(&number(0)).unwrap(), None);
}

#[test]
fn the_first_result_ends_the_call() {
    let (manager, log) = (manager(), Log::default());
    let pick = manager.declare(Pick).unwrap();
    for (name, answer) in [("plus", Some(1)), ("minus", Some(-1)), ("none", None)] {
        let log = log.clone();
        add(&manager, name, move |hooks| {
            hooks.on(Pick, move |_, number| {
                log.add(name);
                Ok(answer.map(|answer| number.value() + answer))
            });
        });
    }
    let seen = log.clone();
    add(&manager, "wrapper", move |hooks| {
        hooks.wrap(Pick, move |_, _, rest| {
            let result = rest.run();
            seen.add(format!("{result:?}"));
            result
        });
    });
    assert_eq!(pick.call(&number(3)).unwrap(), Some(2));
    assert_eq!(log.take(), ["none", "minus", "Ok(Some(2))"], "`plus` is not asked, wrappers see no list");
}

#[test]
fn none_is_no_first_result() {
    let manager = manager();
    let pick = manager.declare(Pick).unwrap();
    add(&manager, "none", |hooks| {
        hooks.on(Pick, |_, _| Ok(None));
    });
    assert_eq!(pick.call(&number(3)).unwrap(), None);
}

#[test]
fn a_wrapper_may_force_the_first_result() {
    let manager = manager();
    let pick = manager.declare(Pick).unwrap();
    add(&manager, "plus", |hooks| {
        hooks.on(Pick, |_, number| Ok(Some(number.value() + 1)));
    });
    add(&manager, "wrapper", |hooks| {
        hooks.wrap(Pick, |_, _, rest| {
            assert_eq!(rest.run()?, Some(4));
            Ok(Some(0))
        });
    });
    add(&manager, "none", |hooks| {
        hooks.on(Pick, |_, _| Ok(None));
    });
    assert_eq!(pick.call(&number(3)).unwrap(), Some(0));
}

#[test]
fn a_wrapper_may_force_a_first_result_where_there_is_none_and_take_one_away() {
    for (inner, outer) in [(None, Some(1)), (Some(1), None)] {
        let manager = manager();
        let pick = manager.declare(Pick).unwrap();
        add(&manager, "plain", move |hooks| {
            hooks.on(Pick, move |_, _| Ok(inner));
        });
        add(&manager, "wrapper", move |hooks| {
            hooks.wrap(Pick, move |_, _, rest| rest.run().map(|_| outer));
        });
        assert_eq!(pick.call(&number(0)).unwrap(), outer);
    }
}

/// Where an output may be missing, its type says so, and the host sees who had nothing to say.
#[test]
fn none_is_a_result_where_every_answer_is_kept() {
    let manager = manager();
    let maybe = manager.declare(Maybe).unwrap();
    for (name, answer) in [("1", Some(1)), ("2", None)] {
        add(&manager, name, move |hooks| {
            hooks.on(Maybe, move |_, _| Ok(answer));
        });
    }
    assert_eq!(maybe.call(&number(0)).unwrap(), [None, Some(1)]);
}

#[test]
fn a_hookimpl_may_give_several_results_also_through_a_wrapper() {
    let manager = manager();
    let many = manager.declare(Many).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Many, |_, _| Ok(vec![1]));
    });
    add(&manager, "2", |hooks| {
        hooks.on(Many, |_, _| Ok(vec![2, 3]));
    });
    assert_eq!(many.call(&number(0)).unwrap().concat(), [2, 3, 1]);
    add(&manager, "wrapper", |hooks| {
        hooks.wrap(Many, |_, _, rest| rest.run());
    });
    assert_eq!(many.call(&number(0)).unwrap().concat(), [2, 3, 1]);
}

#[test]
fn a_hook_may_have_no_output() {
    let manager = manager();
    let note = manager.declare(Note).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Note, |_, _| Ok(()));
    });
    assert_eq!(note.call(&number(0)).unwrap(), [()]);
}

/// pluggy calls hooks of which no hookspec is known; here the type is the hookspec, and declaring
/// it may come after the hookimpls.
#[test]
fn hookimpls_registered_before_the_hook_is_declared_are_called() {
    let manager = manager();
    add_hello(&manager, "early", 1);
    let hello = manager.declare(Hello).unwrap();
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
}
