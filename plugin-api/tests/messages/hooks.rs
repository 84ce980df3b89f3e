//! Mistakes in `hookspecs!`, and in what is done with hooks.

use crate::say;

#[test]
fn a_hook_of_another_form_is_told_which_it_should_have() {
    say(&[
        (
            "hookspec::hookspecs! { pub hook A<T> = \"a\" fn(T); }",
            "the hook `A` cannot be generic: plugins are compiled apart from their host",
        ),
        ("hookspec::hookspecs! { hook A = \"a\" fn<T>(T); }", "the hook `A` cannot be generic"),
        ("hookspec::hookspecs! { hook A = \"a\" async fn(); }", "`async` is an option of the hook `A`"),
        ("hookspec::hookspecs! { hook A fn(); }", "the hook `A` lacks the name by which plugins find it"),
        ("hookspec::hookspecs! { hook A = a fn(); }", "the hook `A` is not declared as hooks are"),
        ("hookspec::hookspecs! { fn a(); }", "a hook is declared by `pub hook Name = \"name\" fn(View) -> Output"),
        ("hookspec::hookspecs! { hook A = \"a\" fn(); hook B<T> = \"b\" fn(); }", "the hook `B` cannot be generic"),
    ]);
}

#[test]
fn arguments_of_another_form_are_told_which_they_should_have() {
    say(&[
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(&hookspec::Host); }",
            "the hook `A` is declared without `&`: write `fn(View)`; hookimpls get a reference to it",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(text: &str); }",
            "the argument `text` of the hook `A` is a value of its own, without `&`: `String` in the place of `&str`",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(hookspec::Host, bool); }",
            "several arguments of the hook `A` have names: write `fn(note: Note, force: bool)`",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(text: String, bool); }",
            "the arguments of the hook `A` are written",
        ),
        ("hookspec::hookspecs! { hook A = \"a\" fn[bool]; }", "the arguments of the hook `A` stand in parentheses"),
        ("hookspec::hookspecs! { hook A = \"a\" fn(String); }", "String` cannot be what a hook tells its hookimpls"),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(String); }",
            "or a name before each value: `fn(note: Note, force: bool)`",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8); }",
            "cannot be what a hook tells its hookimpls",
        ),
    ]);
}

#[test]
fn options_that_are_none_or_contradict_each_other_are_named() {
    say(&[
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(), first; }",
            "a hook has no option `first`; its options are first_result, fold, historic, async",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(), deprecated; }",
            "say why: write `deprecated = \"use another_hook\"`",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn() -> u8, first_result, fold; }",
            "a hook has one of the options `fold` and `first_result`, once",
        ),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(), isolate, propagate; }",
            "a hook has one of the options `propagate` and `isolate`, once",
        ),
        ("hookspec::hookspecs! { hook A = \"a\" fn(), open, open; }", "the option `open` is there twice"),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn() -> u8, historic, first_result; }",
            "a historic hook has a result for each hookimpl, so it cannot stop at the first",
        ),
        ("hookspec::hookspecs! { hook A = \"a\" fn(a: u8) -> u8, historic, fold; }", "so it cannot fold them into one"),
        ("hookspec::hookspecs! { hook A = \"a\" fn(), historic, open; }", "so plugins cannot call it"),
        ("hookspec::hookspecs! { hook A = \"a\" fn(), async, historic; }", "so it cannot be async"),
        ("hookspec::hookspecs! { hook A = \"a\" fn(), open, async; }", "so such a hook cannot be async"),
        (
            "hookspec::hookspecs! { hook A = \"a\" fn(number: u32, text: String) -> String, fold; }",
            "String` on, and its arguments do not begin with one",
        ),
    ]);
}

/// A plugin that registers in the way of `register`, and the hooks that there are.
fn registering(register: &str) -> String {
    format!(
        "use hookspec::{{Hooks, Host, Plugin, Result}};
        hookspec::hookspecs! {{
            hook Plain = \"plain\" fn();
            hook Later = \"later\" fn(), async;
            hook Kept = \"kept\" fn(), historic;
        }}
        struct A(Host);
        impl Plugin for A {{
            fn new(host: Host) -> Result<Self> {{ Ok(Self(host)) }}
            fn register(hooks: &mut Hooks<Self>) {{ {register}; }}
        }}"
    )
}

#[test]
fn what_a_kind_of_hook_does_not_do_is_said_in_a_sentence() {
    let wrapped = "cannot be wrapped, since it is historic or async";
    let snippets = [
        (registering("hooks.wrap(Later, |_, _, rest| rest.run())"), wrapped),
        (registering("hooks.wrap(Kept, |_, _, rest| rest.run())"), wrapped),
        (registering("hooks.on_async(Plain, |_, _| async { Ok(()) })"), "the hook `Plain` is not async"),
        (registering("hooks.on(Plain, |a, _| { a.0.call(Plain, ())?; Ok(()) })"), "it is not open"),
    ];
    for (snippet, sentence) in &snippets {
        say(&[(snippet, sentence)]);
    }
}

/// A short `Result` and its like are what an interface crate has in scope.
#[test]
fn names_in_scope_change_nothing() {
    // The one mistake is at the end, so that all before it is looked at.
    let hooks = "
        type Result<T> = std::result::Result<T, ()>;
        struct String; struct Option; struct Vec; struct Some; struct Ok; struct Err; struct None;
        trait Copy {} trait Clone {} trait Debug {}
        hookspec::hookspecs! {
            pub hook A = \"a\" fn() -> u8, first_result, open, propagate;
            pub hook B = \"b\" fn(host: hookspec::Host, times: u32 = 1) -> bool, deprecated = \"use a\";
            pub hook C = \"c\" fn(text: std::string::String) -> std::string::String, fold, async;
            pub hook D = \"d\" fn(hookspec::Host), historic, isolate;
        }
        fn mistake() -> u8 { true }";
    let said = crate::compiler::errors(hooks);
    assert!(said.contains("aborting due to 1 previous error"), "{said}");
    say(&[(hooks, "expected `u8`, found `bool`")]);
}

/// A plugin's author may have such names, too.
#[test]
fn names_in_scope_change_nothing_for_a_plugin() {
    let plugin = "
        type Result<T> = std::result::Result<T, ()>;
        struct String; struct Option; struct Vec; struct Some; struct Ok; struct Err; struct None; struct Text;
        trait Copy {} trait Clone {} trait Send {} trait From {}
        struct Hello;
        impl hookspec::Plugin for Hello {
            fn new(_: hookspec::Host) -> hookspec::Result<Self> { hookspec::Result::Ok(Self) }
            fn register(_: &mut hookspec::Hooks<Self>) {}
        }
        hookspec::interface!();
        hookspec::export_plugin!(Hello, name = \"hello\", settings = [\"a\"], interfaces = [INTERFACE]);
        fn mistake() -> u8 { true }";
    let said = crate::compiler::errors(plugin);
    assert!(said.contains("aborting due to 1 previous error"), "{said}");
    say(&[(plugin, "expected `u8`, found `bool`")]);
}
