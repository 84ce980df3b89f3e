//! In which order hookimpls are called: `test_hookcaller.py`, and `before`/`after`, which pluggy
//! does not have.

use crate::support::{Goodbye, Hello, Log, Set, add, add_hello, manager, number, try_add};

/// What a hookimpl is in these tests: whether a wrapper, and its options.
type Kind = (bool, Set);

const PLAIN: Kind = (false, |options| options);
const FIRST: Kind = (false, |options| options.try_first());
const LAST: Kind = (false, |options| options.try_last());
const WRAPPER: Kind = (true, |options| options);
const FIRST_WRAPPER: Kind = (true, |options| options.try_first());
const LAST_WRAPPER: Kind = (true, |options| options.try_last());

/// Registers these in this order and gives, after each, the order in which a call reaches them.
fn orders(hookimpls: &[(&'static str, Kind)]) -> Vec<Vec<String>> {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let mut orders = Vec::new();
    for &(name, (wraps, options)) in hookimpls {
        let log_of_plugin = log.clone();
        add(&manager, name, move |hooks| {
            let log = log_of_plugin;
            let _ = if wraps {
                options(hooks.wrap(Hello, move |_, _, rest| {
                    log.add(name);
                    rest.run()
                }))
            } else {
                options(hooks.on(Hello, move |_, _| {
                    log.add(name);
                    Ok(0)
                }))
            };
        });
        hello.call(&number(0)).unwrap();
        orders.push(log.take());
    }
    orders
}

fn order(hookimpls: &[(&'static str, Kind)]) -> Vec<String> {
    orders(hookimpls).pop().unwrap_or_default()
}

#[test]
fn the_last_registered_is_called_first() {
    assert_eq!(order(&[("1", PLAIN), ("2", PLAIN), ("3", PLAIN)]), ["3", "2", "1"]);
}

#[test]
fn try_last_comes_last() {
    assert_eq!(order(&[("middle", PLAIN), ("last", LAST), ("b", PLAIN)]), ["b", "middle", "last"]);
    assert_eq!(order(&[("middle", PLAIN), ("b", PLAIN), ("last", LAST)]), ["b", "middle", "last"]);
}

#[test]
fn of_several_try_last_the_last_registered_is_called_last() {
    assert_eq!(order(&[("a", PLAIN), ("b", LAST), ("c", PLAIN), ("d", LAST)]), ["c", "a", "b", "d"]);
}

#[test]
fn of_several_try_first_the_last_registered_is_called_first() {
    assert_eq!(order(&[("a", PLAIN), ("b", FIRST), ("c", PLAIN), ("d", FIRST)]), ["d", "b", "c", "a"]);
}

#[test]
fn try_first_comes_first() {
    assert_eq!(order(&[("first", FIRST), ("middle", PLAIN), ("b", PLAIN)]), ["first", "b", "middle"]);
}

#[test]
fn both_try_first_and_try_last_say_nothing() {
    const BOTH: Kind = (false, |options| options.try_first().try_last());
    assert_eq!(order(&[("1", PLAIN), ("both", BOTH), ("3", PLAIN)]), ["3", "both", "1"]);
}

#[test]
fn wrappers_surround_the_rest_whenever_they_were_registered() {
    let hookimpls = [("w1", WRAPPER), ("w2", WRAPPER), ("plain", PLAIN), ("w3", WRAPPER), ("w4", WRAPPER)];
    assert_eq!(order(&hookimpls), ["w4", "w3", "w2", "w1", "plain"]);
}

#[test]
fn wrappers_have_their_own_try_first() {
    assert_eq!(order(&[("1", FIRST_WRAPPER), ("2", WRAPPER), ("3", FIRST_WRAPPER)]), ["3", "1", "2"]);
}

#[test]
fn every_registration_finds_its_place_among_all_kinds() {
    let orders = orders(&[
        ("1", LAST_WRAPPER),
        ("2", PLAIN),
        ("3", LAST),
        ("4", WRAPPER),
        ("5", FIRST_WRAPPER),
        ("6", FIRST),
        ("7", PLAIN),
        ("8", WRAPPER),
        ("9", LAST),
        ("10", FIRST),
        ("11", LAST_WRAPPER),
        ("12", WRAPPER),
        ("13", PLAIN),
    ]);
    let expected: [&[&str]; 13] = [
        &["1"],
        &["1", "2"],
        &["1", "2", "3"],
        &["4", "1", "2", "3"],
        &["5", "4", "1", "2", "3"],
        &["5", "4", "1", "6", "2", "3"],
        &["5", "4", "1", "6", "7", "2", "3"],
        &["5", "8", "4", "1", "6", "7", "2", "3"],
        &["5", "8", "4", "1", "6", "7", "2", "3", "9"],
        &["5", "8", "4", "1", "10", "6", "7", "2", "3", "9"],
        &["5", "8", "4", "1", "11", "10", "6", "7", "2", "3", "9"],
        &["5", "12", "8", "4", "1", "11", "10", "6", "7", "2", "3", "9"],
        &["5", "12", "8", "4", "1", "11", "10", "6", "13", "7", "2", "3", "9"],
    ];
    assert_eq!(orders, expected);
}

/// Registers plugins that answer with their number, under options, and gives the order of the
/// answers.
fn answers(plugins: &[(&str, i64, Set)]) -> Vec<i64> {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    for &(name, answer, options) in plugins {
        add(&manager, name, move |hooks| {
            let _ = options(hooks.on(Hello, move |_, _| Ok(answer)));
        });
    }
    hello.call(&number(0)).unwrap()
}

#[test]
fn before_and_after_name_other_plugins() {
    assert_eq!(answers(&[("a", 1, |o| o.before("b")), ("b", 2, |o| o)]), [1, 2]);
    assert_eq!(answers(&[("a", 1, |o| o), ("b", 2, |o| o.after("a"))]), [1, 2]);
    let chain = answers(&[("a", 1, |o| o.before("b")), ("b", 2, |o| o.before("c")), ("c", 3, |o| o)]);
    assert_eq!(chain, [1, 2, 3]);
}

#[test]
fn before_and_after_move_no_one_else() {
    let order = answers(&[("a", 1, |o| o), ("b", 2, |o| o), ("c", 3, |o| o.after("b")), ("d", 4, |o| o)]);
    assert_eq!(order, [4, 2, 3, 1]);
}

#[test]
fn before_and_after_are_stronger_than_try_first_and_try_last() {
    assert_eq!(
        answers(&[("last", 1, |o| o.try_last().before("first")), ("first", 2, |options| options.try_first())]),
        [1, 2]
    );
}

#[test]
fn several_names_may_be_given() {
    let order = answers(&[("a", 1, |o| o.before("b").before("c")), ("b", 2, |o| o), ("c", 3, |o| o)]);
    assert_eq!(order, [1, 3, 2]);
}

#[test]
fn before_and_after_an_absent_plugin_have_no_effect() {
    assert_eq!(answers(&[("a", 1, |o| o.before("nobody")), ("b", 2, |o| o.after("nobody"))]), [2, 1]);
}

#[test]
fn a_plugin_named_by_another_may_come_later_and_go_again() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(1)).before("b");
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    add_hello(&manager, "b", 2);
    assert_eq!(hello.call(&number(0)).unwrap(), [1, 2]);
    manager.unregister("b");
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
}

#[test]
fn a_cycle_is_refused_and_spelt_out() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(1)).before("b");
    });
    add(&manager, "b", |hooks| {
        hooks.on(Hello, |_, _| Ok(2)).before("c");
    });
    let error = try_add(&manager, "c", |hooks| {
        hooks.on(Hello, |_, _| Ok(3)).before("a");
    })
    .unwrap_err()
    .to_string();
    let spelt = ["a before b before c before a", "b before c before a before b", "c before a before b before c"];
    assert!(error.contains("in hook `hello`") && spelt.iter().any(|cycle| error.ends_with(cycle)), "{error}");
    assert_eq!(hello.call(&number(0)).unwrap(), [1, 2], "what was registered before stays as it was");
    assert!(manager.plugin("c").is_none());
}

#[test]
fn a_cycle_is_found_when_the_hook_is_declared_later() {
    let manager = manager();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(1)).before("b");
    });
    add(&manager, "b", |hooks| {
        hooks.on(Hello, |_, _| Ok(2)).before("a");
    });
    let error = manager.declare(Hello).unwrap_err().to_string();
    assert!(error.ends_with("a before b before a") || error.ends_with("b before a before b"), "{error}");
    manager.unregister("b");
    assert_eq!(manager.declare(Hello).unwrap().call(&number(0)).unwrap(), [1]);
}

#[test]
fn a_cycle_in_one_hook_keeps_the_plugin_out_of_all() {
    let manager = manager();
    let (goodbye, hello) = (manager.declare(Goodbye).unwrap(), manager.declare(Hello).unwrap());
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(1)).before("b");
    });
    let refused = try_add(&manager, "b", |hooks| {
        hooks.on(Goodbye, |_, _| Ok(2));
        hooks.on(Hello, |_, _| Ok(2)).before("a");
    });
    assert!(refused.is_err());
    assert!(goodbye.call(&number(0)).unwrap().is_empty());
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
}

#[test]
fn a_plugin_is_not_ordered_against_itself() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(1)).before("a");
        hooks.on(Hello, |_, _| Ok(2)).after("a");
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [2, 1]);
}

#[test]
fn two_hookimpls_of_a_plugin_may_surround_another_plugin() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(1)).before("b");
        hooks.on(Hello, |_, _| Ok(3)).after("b");
    });
    add_hello(&manager, "b", 2);
    assert_eq!(hello.call(&number(0)).unwrap(), [1, 2, 3]);
}

#[test]
fn wrappers_are_ordered_among_themselves() {
    const BEFORE_2: Kind = (true, |options| options.before("2"));
    const AFTER_2: Kind = (true, |options| options.after("2"));
    assert_eq!(order(&[("1", BEFORE_2), ("2", WRAPPER)]), ["1", "2"]);
    assert_eq!(order(&[("2", WRAPPER), ("1", AFTER_2)]), ["2", "1"]);
}

#[test]
fn a_wrapper_stays_outside_whatever_it_names() {
    const AFTER_PLAIN: Kind = (true, |options| options.after("plain"));
    const BEFORE_WRAPPER: Kind = (false, |options| options.before("wrapper"));
    assert_eq!(order(&[("plain", BEFORE_WRAPPER), ("wrapper", AFTER_PLAIN)]), ["wrapper", "plain"]);
}
