//! What a hook says of its failures itself, who answered, and failures that come again.

use std::sync::{Arc, Mutex};

use hookspec::Failed;
use hookspec_host::{FailureKind, HookCaller, NamedAnswer, PluginManager, RegisterError};

use crate::support::{Hello, Log, Pick, add, add_hello, isolating, manager, number};

hookspec::hookspecs! {
    /// May the note be saved? An error says no.
    pub hook BeforeSave = "before_save" fn(text: String), propagate;
    /// The note is saved.
    pub hook AfterSave = "after_save" fn(text: String), isolate;
}

mod careless {
    hookspec::hookspecs! {
        /// The same without the policy.
        pub hook BeforeSave = "before_save" fn(text: String);
    }
}

/// A program that keeps notes, unless a plugin has something against it.
struct Notes {
    before: HookCaller<BeforeSave>,
    after: HookCaller<AfterSave>,
    saved: Vec<String>,
}

impl Notes {
    fn new(manager: &PluginManager) -> Self {
        let (before, after) = (manager.declare(BeforeSave).unwrap(), manager.declare(AfterSave).unwrap());
        Self { before, after, saved: Vec::new() }
    }

    fn save(&mut self, text: &str) -> Result<(), hookspec_host::HookError> {
        self.before.call(&(text.to_owned(),))?;
        self.saved.push(text.to_owned());
        self.after.call(&(text.to_owned(),)).map(drop)
    }
}

#[test]
fn a_veto_fails_closed_whatever_the_host_does_elsewhere() {
    let (manager, heard) = isolating();
    let mut notes = Notes::new(&manager);
    add(&manager, "guard", |hooks| {
        hooks.on(BeforeSave, |_, (text,)| {
            assert!(!text.is_empty(), "an empty note");
            if text == "secret" { Err(Failed::new("no secrets")) } else { Ok(()) }
        });
        hooks.on(AfterSave, |_, _| panic!("afterwards"));
    });
    let error = notes.save("").unwrap_err();
    assert_eq!((&*error.plugin, error.kind), ("guard", FailureKind::Panicked));
    assert_eq!(
        notes.save("secret").unwrap_err().to_string(),
        "plugin `guard` failed in hook `before_save`: no secrets"
    );
    assert!(heard.failures().is_empty(), "what ends the call is for the caller to tell");
    notes.save("tea").unwrap();
    assert_eq!(notes.saved, ["tea"]);
    assert_eq!(heard.failures().len(), 1);
}

#[test]
fn a_hook_that_isolates_does_so_where_the_host_propagates() {
    let manager = manager();
    let mut notes = Notes::new(&manager);
    add(&manager, "fails", |hooks| {
        hooks.on(AfterSave, |_, _| Err(Failed::new("no")));
    });
    notes.save("tea").unwrap();
    assert_eq!(notes.saved, ["tea"]);
}

#[test]
fn a_failing_wrapper_is_a_veto_too() {
    let (manager, _) = isolating();
    let mut notes = Notes::new(&manager);
    add(&manager, "wraps", |hooks| {
        hooks.wrap(BeforeSave, |_, _, rest| {
            rest.run()?;
            Err(Failed::new("on second thoughts"))
        });
    });
    assert!(notes.save("tea").is_err() && notes.saved.is_empty());
}

#[test]
fn a_policy_is_part_of_what_is_declared() {
    let manager = manager();
    let _save = manager.declare(BeforeSave).unwrap();
    assert_eq!(manager.declare(careless::BeforeSave).unwrap_err(), RegisterError::Conflict("before_save".to_owned()));
    // It is the host's alone: plugins are compiled against either.
    add(&manager, "a", |hooks| {
        hooks.on(careless::BeforeSave, |_, _| Ok(()));
    });
}

fn named(answers: &[NamedAnswer<i64>]) -> Vec<(Option<&str>, i64)> {
    answers.iter().map(|named| (named.plugin.as_deref(), named.answer)).collect()
}

#[test]
fn answers_come_with_the_names_of_those_who_gave_them() {
    let (manager, _) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "1", 1);
    add(&manager, "fails", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new("no")));
    });
    add_hello(&manager, "2", 2);
    let answers = hello.call_named(&number(0)).unwrap();
    assert_eq!(named(&answers), [(Some("2"), 2), (Some("1"), 1)]);
    add(&manager, "adds", |hooks| {
        hooks.wrap(Hello, |_, _, rest| {
            let mut answers = rest.run()?;
            answers.push(3);
            Ok(answers)
        });
    });
    let answers = hello.call_named(&number(0)).unwrap();
    assert_eq!(named(&answers), [(None, 2), (None, 1), (None, 3)]);
}

#[test]
fn the_first_result_comes_with_the_name_of_who_gave_it() {
    let manager = manager();
    let pick = manager.declare(Pick).unwrap();
    assert_eq!(pick.call_first_named(&number(0)).unwrap(), None);
    for (name, answer) in [("late", Some(1)), ("picks", Some(2)), ("none", None)] {
        add(&manager, name, move |hooks| {
            hooks.on(Pick, move |_, _| Ok(answer));
        });
    }
    let first = pick.call_first_named(&number(0)).unwrap().unwrap();
    assert_eq!((first.plugin.as_deref(), first.answer), (Some("picks"), 2));
}

#[test]
fn a_failure_that_comes_again_is_reported_once_and_counted() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "fails", |hooks| {
        hooks.on(Hello, |_, number| Err(Failed::new(format_args!("no {}", number.value()))));
    });
    for value in [1, 2, 1, 1] {
        hello.call(&number(value)).unwrap();
    }
    assert_eq!(heard.failures().len(), 2);
    let counts: Vec<_> = manager.failures().iter().map(|known| (known.error.message.clone(), known.count)).collect();
    assert_eq!(counts, [("no 1".to_owned(), 3), ("no 2".to_owned(), 1)]);
}

#[test]
fn failures_without_an_end_are_remembered_within_bounds() {
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "fails", |hooks| {
        hooks.on(Hello, |_, number| Err(Failed::new(format_args!("{} {:a<60000}", number.value(), ""))));
    });
    for value in 0..200 {
        hello.call(&number(value)).unwrap();
    }
    assert_eq!(heard.failures().len(), 200, "each is another one");
    let known = manager.failures();
    assert_eq!(known.len(), 64);
    assert!(known.iter().all(|known| known.error.message.chars().count() <= 4096));
}

hookspec::views! {
    /// By which a plugin calls back.
    pub view Again of AgainSource {
        /// Calls the hook again.
        fn again(&self) -> i64;
    }
}

hookspec::hookspecs! {
    /// Answered by asking again.
    pub hook Echo = "echo" fn(Again) -> i64;
}

/// A host that calls the hook when a plugin asks it something.
struct CallsBack {
    echo: HookCaller<Echo>,
    log: Log,
    calls: Arc<Mutex<u32>>,
}

impl AgainSource for CallsBack {
    fn again(&self) -> i64 {
        *self.calls.lock().unwrap() += 1;
        let again = Again::new(Self { echo: self.echo.clone(), log: self.log.clone(), calls: Arc::clone(&self.calls) });
        match self.echo.call(&again) {
            Ok(answers) => answers.iter().sum::<i64>() + 1,
            Err(error) => {
                self.log.add(error.to_string());
                0
            }
        }
    }
}

/// Calls a hook whose hookimpls each lead back to it twice; gives the answer, the errors and the
/// number of calls.
fn echo(manager: &PluginManager) -> (i64, Vec<String>, u32) {
    let (echo, log, calls) = (manager.declare(Echo).unwrap(), Log::default(), Arc::default());
    add(manager, "echo", |hooks| {
        hooks.on(Echo, |_, again| Ok(again.again() + again.again()));
    });
    let again = Again::new(CallsBack { echo: echo.clone(), log: log.clone(), calls: Arc::clone(&calls) });
    let answer = echo.call(&again).unwrap().iter().sum();
    let calls = *calls.lock().unwrap();
    (answer, log.take(), calls)
}

#[test]
fn calls_within_calls_have_an_end() {
    let (_, errors, calls) = echo(&manager());
    let expected = "plugin `echo` was not called in hook `echo`: 64 calls are within one another already";
    assert!(!errors.is_empty() && errors.iter().all(|error| error == expected), "{errors:?}");
    assert!(calls <= 2 * 64, "{calls} calls: those that are one too many end those around them");

    let manager = manager();
    echo(&manager);
    add_hello(&manager, "1", 1);
    let hello = manager.declare(Hello).unwrap();
    assert_eq!(hello.call(&number(0)).unwrap(), [1], "the next call starts from nothing");
}

#[test]
fn isolated_a_call_too_deep_is_reported_once_and_answers_nothing() {
    let (manager, heard) = isolating();
    let (_, errors, calls) = echo(&manager);
    assert!(errors.is_empty() && calls <= 2 * 64);
    let [failure] = &heard.failures()[..] else { panic!("one failure") };
    assert_eq!((&*failure.hook, failure.kind), ("echo", FailureKind::NotCalled));
}
