//! Hooks that hand a value on from hookimpl to hookimpl.

use hookspec::Failed;

use crate::support::{Log, Number, add, isolating, manager, number, try_add};

hookspec::hookspecs! {
    /// What is shown of a text.
    pub hook Render = "render" fn(text: String, page: Number) -> String, fold;
    /// The value may be a view.
    pub hook Choose = "choose" fn(number: Number) -> Number, fold;
}

mod collecting {
    hookspec::hookspecs! {
        /// Not a fold.
        pub hook Render = "render" fn(text: String, page: crate::support::Number) -> String;
    }
}

fn text(text: &str) -> (String, Number) {
    (text.to_owned(), number(3))
}

#[test]
fn each_hookimpl_gets_what_the_one_before_it_made() {
    let manager = manager();
    let render = manager.declare(Render).unwrap();
    assert_eq!(render.call(&text("tea")).unwrap(), "tea", "nobody changes it");
    add(&manager, "1", |hooks| {
        hooks.on(Render, |_, (text, page)| Ok(format!("{text} on page {}", page.value())));
    });
    add(&manager, "2", |hooks| {
        hooks.on(Render, |_, (text, _)| Ok(text.to_uppercase()));
        hooks.on(Render, |_, (text, _)| Ok(format!("<{text}>"))).try_last();
    });
    assert_eq!(render.call(&text("tea")).unwrap(), "<TEA on page 3>");
    assert_eq!(render.without(["1"]).call(&text("tea")).unwrap(), "<TEA>");
    assert_eq!(render.without(["1", "2"]).call(&text("tea")).unwrap(), "tea");
}

#[test]
fn isolated_a_failing_hookimpl_leaves_the_value_as_it_was() {
    let (manager, heard) = isolating();
    let render = manager.declare(Render).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Render, |_, (text, _)| Ok(format!("{text}!")));
    });
    add(&manager, "2", |hooks| {
        hooks.on(Render, |_, _| panic!("no"));
        hooks.on(Render, |_, _| Err(Failed::new("never")));
    });
    add(&manager, "3", |hooks| {
        hooks.on(Render, |_, (text, _)| Ok(format!("{text}?")));
    });
    assert_eq!(render.call(&text("tea")).unwrap(), "tea?!");
    assert_eq!(heard.failures().len(), 2);
}

#[test]
fn a_wrapper_sees_the_value_before_and_after() {
    let (manager, log) = (manager(), Log::default());
    let render = manager.declare(Render).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Render, |_, (text, _)| Ok(text.to_uppercase()));
    });
    let seen = log.clone();
    add(&manager, "wrapper", move |hooks| {
        hooks.wrap(Render, move |_, (text, _), rest| {
            let result = rest.run()?;
            seen.add(format!("{text} {result}"));
            Ok(format!("[{result}]"))
        });
    });
    assert_eq!(render.call(&text("tea")).unwrap(), "[TEA]");
    assert_eq!(log.take(), ["tea TEA"]);
}

#[test]
fn the_value_may_be_a_view() {
    let manager = manager();
    let choose = manager.declare(Choose).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Choose, |_, (given,)| Ok(number(given.value() + 1)));
        hooks.on(Choose, |_, (given,)| Ok(number(given.value() * 10)));
    });
    assert_eq!(choose.call(&(number(2),)).unwrap().value(), 21, "last registered first");
}

#[test]
fn a_plugin_may_keep_what_it_got() {
    let manager = manager();
    let choose = manager.declare(Choose).unwrap();
    let kept = std::sync::Mutex::new(Vec::new());
    add(&manager, "keeps", move |hooks| {
        hooks.on(Choose, move |_, (given,)| {
            let mut kept = kept.lock().unwrap();
            kept.push(given.clone());
            Ok(number(kept.iter().map(Number::value).sum()))
        });
    });
    assert_eq!(choose.call(&(number(1),)).unwrap().value(), 1);
    assert_eq!(choose.call(&(number(2),)).unwrap().value(), 3);
}

#[test]
fn a_fold_is_not_taken_for_a_hook_that_collects() {
    let manager = manager();
    let _render = manager.declare(Render).unwrap();
    let error = try_add(&manager, "a", |hooks| {
        hooks.on(collecting::Render, |_, (text, _)| Ok(text.clone()));
    })
    .unwrap_err();
    let expected =
        "plugin `a` does not fit hook `render`: its output is `fold<string>` in the host but `string` in the plugin";
    assert!(error.to_string().starts_with(expected), "{error}");
}
