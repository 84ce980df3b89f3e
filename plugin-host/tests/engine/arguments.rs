//! What hookimpls get: nothing, a view, or several values, of which more may come with time.

use hookspec::{Error, HookSpec, Hooks, Wire, abi::Value};

use crate::support::{Log, Number, Scripted, add, manager, number, try_add};

hookspec::hookspecs! {
    /// Tells nothing.
    pub hook Opened = "opened" fn() -> i64;
    /// One value.
    pub hook Said = "said" fn(text: String) -> String;
    /// A view among values.
    pub hook BeforeSave = "before_save" fn(note: Number, force: bool, tags: Vec<String>) -> String;
    /// As many as there may be.
    pub hook Six = "six" fn(a: i64, b: f64, c: bool, d: String, e: Option<i64>, f: (i64, String)) -> String;
    /// With an argument that was added later.
    pub hook Counted = "counted" fn(number: Number, times: u32 = 1 + 1,) -> i64;
}

#[test]
fn a_hook_may_tell_nothing() {
    let manager = manager();
    let opened = manager.declare(Opened).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Opened, |_, ()| Ok(1));
    });
    assert_eq!(opened.call(&()).unwrap(), [1]);
}

#[test]
fn a_hookimpl_gets_each_value() {
    let manager = manager();
    let (said, save) = (manager.declare(Said).unwrap(), manager.declare(BeforeSave).unwrap());
    add(&manager, "a", |hooks| {
        hooks.on(Said, |_, (text,)| Ok(text.to_uppercase()));
        hooks.on(BeforeSave, |_, (note, force, tags)| Ok(format!("{} {force} {}", note.value(), tags.join("+"))));
    });
    assert_eq!(said.call(&("tea".to_owned(),)).unwrap(), ["TEA"]);
    let tags = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(save.call(&(number(7), true, tags)).unwrap(), ["7 true a+b"]);

    let six = manager.declare(Six).unwrap();
    add(&manager, "six", |hooks| {
        hooks.on(Six, |_, (a, b, c, d, e, (f, g))| Ok(format!("{a} {b} {c} {d} {e:?} {f} {g}")));
    });
    let args = (1, 2.5, true, "four".to_owned(), None, (6, "seven".to_owned()));
    assert_eq!(six.call(&args).unwrap(), ["1 2.5 true four None 6 seven"]);
}

#[test]
fn a_wrapper_gets_them_too() {
    let (manager, log) = (manager(), Log::default());
    let said = manager.declare(Said).unwrap();
    let seen = log.clone();
    add(&manager, "a", move |hooks| {
        hooks.wrap(Said, move |_, (text,), rest| {
            seen.add(text.clone());
            rest.run()
        });
    });
    assert!(said.call(&("tea".to_owned(),)).unwrap().is_empty());
    assert_eq!(log.take(), ["tea"]);
}

mod older {
    hookspec::hookspecs! {
        /// At first.
        pub hook BeforeSave = "before_save" fn(note: String) -> String;
        /// Told nothing at first.
        pub hook Opened = "opened" fn() -> String;
    }
}

mod newer {
    hookspec::hookspecs! {
        /// Later.
        pub hook BeforeSave = "before_save" fn(note: String, force: bool = false, by: String = "nobody".to_owned()) -> String;
        /// Told something later.
        pub hook Opened = "opened" fn(at: i64 = 9) -> String;
    }
}

#[test]
fn an_argument_that_one_side_lacks_has_its_default() {
    let (older, newer) = (manager(), manager());
    let both = |hooks: &mut Hooks<Scripted>| {
        hooks.on(older::BeforeSave, |_, (note,)| Ok(note.clone()));
        hooks.on(newer::BeforeSave, |_, (note, force, by)| Ok(format!("{note} {force} {by}")));
        hooks.on(older::Opened, |_, ()| Ok("open".to_owned()));
        hooks.on(newer::Opened, |_, (at,)| Ok(format!("open at {at}")));
    };
    add(&older, "both", both);
    add(&newer, "both", both);
    let save = older.declare(older::BeforeSave).unwrap();
    assert_eq!(save.call(&("tea".to_owned(),)).unwrap(), ["tea false nobody", "tea"]);
    let save = newer.declare(newer::BeforeSave).unwrap();
    assert_eq!(save.call(&("tea".to_owned(), true, "Ada".to_owned())).unwrap(), ["tea true Ada", "tea"]);
    assert_eq!(older.declare(older::Opened).unwrap().call(&()).unwrap(), ["open at 9", "open"]);
    assert_eq!(newer.declare(newer::Opened).unwrap().call(&(8,)).unwrap(), ["open at 8", "open"]);
}

/// Interfaces of which the host has one and the plugin another.
mod changed {
    pub mod renamed {
        hookspec::hookspecs! {
            /// Another name.
            pub hook Said = "said" fn(words: String) -> String;
        }
    }
    pub mod retyped {
        hookspec::hookspecs! {
            /// Another type.
            pub hook Said = "said" fn(text: i64) -> String;
        }
    }
    pub mod required {
        hookspec::hookspecs! {
            /// One more, without a default.
            pub hook Said = "said" fn(text: String, loud: bool) -> String;
        }
    }
}

#[test]
fn arguments_that_differ_refuse_the_plugin_with_one_line() {
    let said = |script: fn(&mut Hooks<Scripted>)| {
        let manager = manager();
        let _said = manager.declare(Said).unwrap();
        try_add(&manager, "a", script).unwrap_err().to_string()
    };
    let lines = [
        said(|hooks| {
            hooks.on(changed::renamed::Said, |_, _| Ok(String::new()));
        }),
        said(|hooks| {
            hooks.on(changed::retyped::Said, |_, _| Ok(String::new()));
        }),
        said(|hooks| {
            hooks.on(changed::required::Said, |_, _| Ok(String::new()));
        }),
    ];
    for (line, part) in lines.iter().zip(["`text`", "string", "loud"]) {
        assert!(line.starts_with("plugin `a` does not fit hook `said`: ") && line.contains(part), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
}

/// Says that it is an integer, and sends text.
#[derive(Clone)]
struct Liar;

impl<'a> Wire<'a> for Liar {
    fn describe(into: &mut hookspec::Describe) -> String {
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
}

mod honest {
    hookspec::hookspecs! {
        /// What the plugin takes.
        pub hook Counts = "counts" fn(number: i64) -> i64;
    }
}

hookspec::hookspecs! {
    /// As [`honest::Counts`] to the plugin.
    hook FalseCounts = "counts" fn(number: Liar) -> i64;
}

#[test]
fn a_value_of_another_type_is_an_error_of_the_call_and_nothing_else() {
    let manager = manager();
    let counts = manager.declare(FalseCounts).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(honest::Counts, |_, (number,)| Ok(*number));
    });
    let error = counts.call(&(Liar,)).unwrap_err().to_string();
    let expected =
        "plugin `a` failed in hook `counts`: the argument `number` cannot be used: expected i64, got a string";
    assert_eq!(error, expected);
}

#[test]
fn a_signature_has_names_types_and_what_can_be_missing() {
    let signature = Counted::signature();
    let args = signature.types.iter().find(|one| one.name == signature.args).unwrap();
    let members: Vec<_> =
        args.members.iter().map(|one| (one.name.as_str(), one.types.as_str(), one.optional)).collect();
    assert_eq!(members, [("number", "Number", false), ("times", "u32", true)]);
    assert!(signature.types.iter().any(|one| one.name == "Number"), "what an argument mentions is compared, too");
}
