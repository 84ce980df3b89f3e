//! What the comparison of signatures makes of those that no sound plugin has, and of those that
//! only look strange.

use hookspec::{
    HookSpec,
    abi::{MemberSignature, Signature, TypeSignature},
    command::PluginCommands,
    signature::check,
    specs::BeforeCommandRun,
};

fn method(name: &str, types: &str) -> MemberSignature {
    MemberSignature { name: name.into(), types: types.into(), optional: false }
}

fn optional(name: &str, types: &str) -> MemberSignature {
    MemberSignature { optional: true, ..method(name, types) }
}

fn view(name: &str, methods: Vec<MemberSignature>) -> TypeSignature {
    TypeSignature { name: name.into(), kind: "view".into(), members: methods.into() }
}

fn signature(views: Vec<TypeSignature>) -> Signature {
    Signature { args: "Oven".into(), output: "()".into(), types: views.into(), ..Signature::default() }
}

fn line(host: &Signature, plugin: &Signature) -> String {
    let line = check(host, plugin).unwrap_err().to_string();
    assert!(line.lines().count() == 1 && line.chars().count() < 500, "{line}");
    line
}

#[test]
fn a_view_that_contains_itself_is_compared_once() {
    let tree = |method_of_node| {
        signature(vec![
            view("Oven", vec![method("root", "() -> Node")]),
            view(
                "Node",
                vec![method("children", "() -> list<Node>"), method("oven", "() -> option<Oven>"), method_of_node],
            ),
        ])
    };
    assert_eq!(check(&tree(method("name", "() -> str")), &tree(method("name", "() -> str"))), Ok(()));
    assert_eq!(
        line(&tree(method("name", "() -> str")), &tree(method("name", "() -> string"))),
        "`Node::name` is `() -> str` in the host but `() -> string` in the plugin"
    );
    assert_eq!(check(&BeforeCommandRun::signature(), &BeforeCommandRun::signature()), Ok(()));
}

#[test]
fn a_view_that_the_plugin_uses_but_does_not_describe_is_refused() {
    let whole = signature(vec![
        view("Oven", vec![method("cake", "() -> Cake")]),
        view("Cake", vec![method("name", "() -> str")]),
    ]);
    let part = signature(vec![view("Oven", vec![method("cake", "() -> Cake")])]);
    assert_eq!(line(&whole, &part), "the plugin does not say what `Cake` is");
    assert_eq!(line(&part, &whole), "`Cake` is a view in the plugin but not in the host");
    assert_eq!(line(&whole, &signature(vec![])), "the plugin does not say what `Oven` is");
}

#[test]
fn a_view_that_only_additions_of_each_side_mention_may_differ() {
    let with = |oven: MemberSignature, tray: MemberSignature| {
        signature(vec![view("Oven", vec![method("heat", "() -> u32"), oven]), view("Tray", vec![tray])])
    };
    let older = signature(vec![view("Oven", vec![method("heat", "() -> u32")])]);
    let newer = with(optional("tray", "() -> option<Tray>"), method("size", "() -> u32"));
    assert_eq!(check(&older, &newer), Ok(()));
    assert_eq!(check(&newer, &older), Ok(()));

    // Once both sides have the method, the view behind it counts.
    let other = with(optional("tray", "() -> option<Tray>"), method("size", "() -> f64"));
    assert_eq!(line(&newer, &other), "`Tray::size` is `() -> u32` in the host but `() -> f64` in the plugin");

    // A view that each side has, but neither hands to the other, does not.
    let host = signature(vec![
        view("Oven", vec![method("cake", "() -> Cake"), optional("tray", "() -> option<Tray>")]),
        view("Cake", vec![]),
        view("Tray", vec![method("size", "() -> u32")]),
    ]);
    let plugin = signature(vec![
        view("Oven", vec![method("cake", "() -> Cake")]),
        view("Cake", vec![optional("tray", "() -> option<Tray>")]),
        view("Tray", vec![method("size", "() -> f64")]),
    ]);
    assert_eq!(check(&host, &plugin), Ok(()));
}

#[test]
fn a_method_that_each_side_added_at_the_same_place_must_be_the_same() {
    let with = |added| signature(vec![view("Oven", vec![method("heat", "() -> u32"), added])]);
    assert_eq!(
        line(&with(optional("light", "() -> bool")), &with(optional("door", "() -> bool"))),
        "method 1 of `Oven` is `light` in the host but `door` in the plugin"
    );
}

mod twice {
    //! Two views of one name, in one interface.

    hookspec::views! {
        /// The one that a hook gets.
        pub view Oven of OvenSource {
            /// The other one.
            fn other(&self) -> other::Oven;
        }
    }

    pub mod other {
        //! Where the other one is.

        hookspec::views! {
            /// The other one.
            pub view Oven of OvenSource {
                /// Something else.
                fn heat(&self) -> u32;
            }
        }
    }

    hookspec::hookspecs! {
        /// Has an argument whose name does not say which view it is.
        pub hook OvenReady = "oven_ready" fn(Oven);
    }
}

#[test]
fn two_views_of_one_name_are_refused() {
    let ours = twice::OvenReady::signature();
    assert_eq!(line(&ours, &ours), "two views are named `Oven` in the host");
    let sound = signature(vec![view("Oven", vec![method("other", "() -> Oven")])]);
    assert_eq!(line(&sound, &ours), "two views are named `Oven` in the plugin");
}

#[test]
fn a_signature_of_any_size_or_text_gives_one_short_line() {
    let host = PluginCommands::signature();
    let noise = "x\ny\u{1b}[31m".repeat(100_000);

    let mut renamed = host.clone();
    renamed.types[0].members[0].name = noise.as_str().into();
    assert!(
        line(&host, &renamed)
            .starts_with("method 0 of `CommandSet` is `names` in the host but `x\u{FFFD}y\u{FFFD}[31m")
    );

    let mut retyped = host.clone();
    retyped.output = noise.as_str().into();
    line(&host, &retyped);

    let mut long = host.clone();
    long.types[0].members.extend((0..100_000).map(|number| method(&format!("{noise:.200}{number}"), "() -> ()")));
    assert!(line(&host, &long).starts_with("the plugin needs `CommandSet::x"));

    // What is never exchanged is not looked at.
    let mut wide = host.clone();
    wide.types.extend((0..100_000).map(|number| view(&format!("View{number}"), vec![method("m", "() -> ()")])));
    assert_eq!(check(&host, &wide), Ok(()));
}
