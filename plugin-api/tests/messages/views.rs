//! Mistakes in `views!`.

use crate::say;

#[test]
fn what_cannot_cross_is_named_with_what_can() {
    let note = "a type of your own crosses when it is declared in `hookspec::views!` or `hookspec::types!`";
    say(&[
        (
            "hookspec::views! { view A of ASource { fn a(&self) -> std::thread::Thread; } }",
            "`Thread` cannot cross between a host and a plugin",
        ),
        ("hookspec::views! { view A of ASource { fn a(&self) -> std::thread::Thread; } }", note),
        (
            "struct Own; hookspec::views! { view A of ASource { fn a(&self, own: Vec<Own>); } }",
            "`Own` cannot cross between a host and a plugin",
        ),
        (
            "hookspec::views! { view A of ASource { fn a(&self) -> Result<(), std::io::Error>; } }",
            "errors cross as `hookspec::Error`",
        ),
        ("hookspec::views! { view A of ASource { fn a(&self) -> &[String]; } }", "a list of anything else is a `Vec`"),
    ]);
}

#[test]
fn methods_of_another_form_are_told_which_they_should_have() {
    say(&[
        (
            "hookspec::views! { view A of ASource { /// Doc.\n fn set(&mut self, heat: u32); } }",
            "`set` takes `&mut self`: a view's methods take `&self`, since several threads may call them",
        ),
        ("hookspec::views! { view A of ASource { fn get<T>(&self) -> T; } }", "`get` is generic"),
        ("hookspec::views! { view A of ASource { fn get<'a>(&'a self) -> &'a str; } }", "leave lifetimes out"),
        ("hookspec::views! { view A of ASource { fn get(self) -> u8; } }", "`get` has other parameters than a view's"),
        ("hookspec::views! { view A of ASource { fn get() -> u8; } }", "`get` has other parameters than a view's"),
        ("hookspec::views! { view A of ASource { async fn get(&self) -> u8; } }", "a view's methods answer at once"),
        ("hookspec::views! { view A of ASource { pub fn get(&self) -> u8; } }", "none has a `pub` of its own"),
        (
            "hookspec::views! { view A of ASource { const B: u8; } }",
            "a view has methods: `fn name(&self, argument: Type)",
        ),
    ]);
}

#[test]
fn a_view_of_another_form_is_told_which_it_should_have() {
    let sentence =
        "a view is declared as `pub view Name of NameSource { fn method(&self) -> Type; }`, without generics";
    say(&[
        ("hookspec::views! { view A<T> of ASource { fn a(&self) -> T; } }", sentence),
        ("hookspec::views! { trait A { fn a(&self) -> u8; } }", sentence),
        ("hookspec::views! { view A { fn a(&self) -> u8; } }", sentence),
    ]);
}

#[test]
fn a_type_that_is_no_view_is_named() {
    say(&[("fn handle<V: hookspec::View>() {} fn main() { handle::<String>() }", "String` is not a view")]);
}
