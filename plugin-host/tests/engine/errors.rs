//! What a failing hookimpl does: both policies, and whom an error names.

use hookspec::{Describe, Error, Failed, Wire, abi::Value};
use hookspec_host::{FailureKind, HookError};

use crate::support::{Configure, Hello, Log, Pick, add, add_hello, isolating, manager, number};

/// Says that it is an integer, and sends text: what no type can be held to across the boundary.
pub struct Liar;

impl<'a> Wire<'a> for Liar {
    fn describe(into: &mut Describe) -> String {
        i64::describe(into)
    }
    fn into_value(self) -> Value<'a> {
        "text".to_owned().into_value()
    }
    fn from_value(_: Value<'a>) -> Result<Self, Error> {
        Ok(Self)
    }
    fn missing(_: Error) -> Self {
        Self
    }
    fn list_from_value(value: Value<'a>) -> Result<Vec<Self>, Error> {
        Ok(i64::list_from_value(value)?.iter().map(|_| Self).collect())
    }
}

/// Says that it is an `i64`, and sends a greater number.
pub struct Larger;

impl<'a> Wire<'a> for Larger {
    fn describe(into: &mut Describe) -> String {
        i64::describe(into)
    }
    fn into_value(self) -> Value<'a> {
        u64::MAX.into_value()
    }
    fn from_value(_: Value<'a>) -> Result<Self, Error> {
        Ok(Self)
    }
    fn missing(_: Error) -> Self {
        Self
    }
}

hookspec::hookspecs! {
    /// As [`Hello`](crate::support::Hello) to the host.
    pub hook FalselyLarge = "hello" fn(crate::support::Number) -> Larger;
    /// As [`Hello`](crate::support::Hello) to the host.
    pub hook FalseHello = "hello" fn(crate::support::Number) -> Liar;
    /// As [`Configure`](crate::support::Configure) to the host.
    pub hook FalseConfigure = "configure" fn(crate::support::Number) -> Liar, historic;
    /// Large numbers.
    pub hook Large = "large" fn(crate::support::Number) -> u64;
}

/// The plugin, the kind, and the text of an error, of which the place in the source is cut off.
fn told(error: &HookError) -> (&str, FailureKind, &str) {
    (&error.plugin, error.kind, error.message.split(" at plugin-api").next().expect("a first part"))
}

#[test]
fn propagated_the_first_error_ends_the_call() {
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let not_called = log.clone();
    add(&manager, "1", move |hooks| {
        hooks.on(Hello, move |_, _| {
            not_called.add("1");
            Ok(1)
        });
    });
    add(&manager, "2", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new("the oven is cold")));
    });
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!(error.to_string(), "plugin `2` failed in hook `hello`: the oven is cold");
    assert!(log.take().is_empty());
}

#[test]
fn an_error_of_another_type_is_told_with_its_causes() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok("seven".parse()?));
    });
    assert_eq!(hello.call(&number(0)).unwrap_err().message, "invalid digit found in string");
}

#[test]
fn isolated_each_error_is_reported_and_the_others_are_called() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "1", 1);
    add(&manager, "2", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new("no")));
    });
    add_hello(&manager, "3", 3);
    add(&manager, "4", |hooks| {
        hooks.on(Hello, |_, _| panic!("oh no"));
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [3, 1]);
    let failures = heard.failures();
    let told: Vec<_> = failures.iter().map(told).collect();
    assert_eq!(told, [("4", FailureKind::Panicked, "oh no"), ("2", FailureKind::Failed, "no")]);
}

#[test]
fn isolated_the_first_result_is_that_of_the_next_who_has_one() {
    let (manager, heard) = isolating();
    let pick = manager.declare(Pick).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Pick, |_, _| Ok(Some(1)));
    });
    add(&manager, "2", |hooks| {
        hooks.on(Pick, |_, _| Err(Failed::new("no")));
    });
    assert_eq!(pick.call(&number(0)).unwrap(), Some(1));
    assert_eq!(heard.failures().len(), 1);
}

#[test]
fn isolated_a_failure_is_logged_unless_the_host_does_otherwise() {
    struct Plain(Log);
    impl hookspec_host::HostServices for Plain {
        fn name(&self) -> &str {
            "plain"
        }
        fn version(&self) -> &str {
            "1"
        }
        fn log(&self, plugin: &str, _: hookspec::LogLevel, message: &str) {
            self.0.add(format!("{plugin}: {message}"));
        }
    }
    let log = Log::default();
    let manager = hookspec_host::PluginManager::new(Plain(log.clone()), hookspec_host::ErrorPolicy::Isolate);
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new("no")));
    });
    hello.call(&number(0)).unwrap();
    assert_eq!(log.take(), ["a: plugin `a` failed in hook `hello`: no"]);
}

#[test]
fn a_panic_is_an_error_that_says_what_it_said() {
    struct Odd;
    impl Drop for Odd {
        fn drop(&mut self) {
            panic!("again");
        }
    }
    let payloads: [(fn(), &str); 4] = [
        (|| panic!("plain"), "plain"),
        (|| panic!("formatted {}", 1), "formatted 1"),
        (|| std::panic::panic_any(7), "a panic whose payload is not text"),
        (|| std::panic::panic_any(Odd), "a panic whose payload is not text"),
    ];
    for (panics, expected) in payloads {
        let manager = manager();
        let hello = manager.declare(Hello).unwrap();
        add(&manager, "a", move |hooks| {
            hooks.on(Hello, move |_, _| {
                panics();
                Ok(0)
            });
        });
        let error = hello.call(&number(0)).unwrap_err();
        assert_eq!(told(&error), ("a", FailureKind::Panicked, expected));
        assert!(error.to_string().starts_with("plugin `a` panicked in hook `hello`: "), "{error}");
        assert!(hello.call(&number(0)).is_err(), "the plugin can be called again");
    }
}

#[test]
fn a_plugin_that_panicked_elsewhere_is_still_called() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "odd", |hooks| {
        hooks.on(Hello, |_, number| {
            assert_eq!(number.value() % 2, 0);
            Ok(number.value())
        });
    });
    let results: Vec<_> = (0..4).map(|value| hello.call(&number(value)).unwrap()).collect();
    assert_eq!(results, [vec![0], vec![], vec![2], vec![]]);
    assert_eq!((heard.failures().len(), manager.failures()[0].count), (1, 2));
}

#[test]
fn an_answer_of_another_type_is_an_error() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "liar", |hooks| {
        hooks.on(FalseHello, |_, _| Ok(Liar));
    });
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!(error.kind, FailureKind::WrongType);
    let expected = "plugin `liar` gave a wrong answer in hook `hello`: expected i64, got a string";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn isolated_an_answer_of_another_type_is_left_out() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "honest", 1);
    add(&manager, "liar", |hooks| {
        hooks.on(FalseHello, |_, _| Ok(Liar));
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    assert_eq!(heard.failures()[0].plugin, "liar");
}

#[test]
fn an_answer_of_another_type_on_a_replay_is_an_error() {
    let (manager, heard) = isolating();
    let configure = manager.declare(Configure).unwrap();
    configure.call_historic(number(0), |_| panic!("there is no answer")).unwrap();
    add(&manager, "liar", |hooks| {
        hooks.on(FalseConfigure, |_, _| Ok(Liar));
    });
    assert_eq!(heard.failures()[0].kind, FailureKind::WrongType);
}

#[test]
fn a_number_beyond_its_type_is_an_error_of_who_answers_it() {
    let manager = manager();
    let (large, hello) = (manager.declare(Large).unwrap(), manager.declare(Hello).unwrap());
    add(&manager, "large", |hooks| {
        hooks.on(Large, |_, _| Ok(u64::MAX));
    });
    assert_eq!(large.call(&number(0)).unwrap(), [u64::MAX]);
    add(&manager, "larger", |hooks| {
        hooks.on(FalselyLarge, |_, _| Ok(Larger));
    });
    let error = hello.call(&number(0)).unwrap_err();
    let expected = "plugin `larger` gave a wrong answer in hook `hello`: expected i64, got 18446744073709551615";
    assert_eq!((error.kind, &*error.to_string()), (FailureKind::WrongType, expected));
}

#[test]
fn a_wrapper_that_answers_another_type_is_named_whatever_surrounds_it() {
    for surrounded in [false, true] {
        let manager = manager();
        let hello = manager.declare(Hello).unwrap();
        add_hello(&manager, "plain", 1);
        add(&manager, "liar", |hooks| {
            hooks.wrap(FalseHello, |_, _, rest| rest.run());
        });
        if surrounded {
            add(&manager, "honest", |hooks| {
                hooks.wrap(Hello, |_, _, rest| rest.run());
            });
        }
        let error = hello.call(&number(0)).unwrap_err();
        assert_eq!((&*error.plugin, error.kind), ("liar", FailureKind::WrongType), "{error}");
    }
}

#[test]
fn isolated_a_wrapper_that_answers_another_type_leaves_what_it_surrounds() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "plain", 1);
    add(&manager, "liar", |hooks| {
        hooks.wrap(FalseHello, |_, _, rest| rest.run());
    });
    add(&manager, "honest", |hooks| {
        hooks.wrap(Hello, |_, _, rest| rest.run());
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    let failures: Vec<_> = heard.failures().into_iter().map(|error| error.plugin).collect();
    assert_eq!(failures, ["liar"]);
}

#[test]
fn a_panic_in_the_hosts_argument_is_an_error_and_no_empty_value() {
    struct Panics;
    impl crate::support::NumberSource for Panics {
        fn value(&self) -> i64 {
            panic!("in the view")
        }
    }
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, number| Ok(number.value()));
    });
    let error = hello.call(&crate::support::Number::new(Panics)).unwrap_err();
    assert_eq!((error.kind, error.message.split(" at ").next()), (FailureKind::Panicked, Some("in the view")));
}

#[test]
fn a_plugin_calls_a_hook_within_a_hook_and_its_error_tells_both() {
    let manager = manager();
    let (hello, pick) = (manager.declare(Hello).unwrap(), manager.declare(Pick).unwrap());
    add(&manager, "outer", move |hooks| {
        hooks.on(Hello, move |_, number| Ok(pick.call(number)?.unwrap_or_default()));
    });
    add(&manager, "inner", |hooks| {
        hooks.on(Pick, |_, _| Err(Failed::new("no")));
    });
    let error = hello.call(&number(0)).unwrap_err().to_string();
    assert_eq!(error, "plugin `outer` failed in hook `hello`: plugin `inner` failed in hook `pick`: no");
}
