//! Mistakes in `types!`.

use crate::say;

#[test]
fn what_cannot_cross_is_named() {
    say(&[
        (
            "hookspec::types! { pub struct A { pub a: std::thread::Thread } }",
            "`Thread` cannot cross between a host and a plugin",
        ),
        (
            "hookspec::types! { pub enum A { B(std::thread::Thread) } }",
            "`Thread` cannot cross between a host and a plugin",
        ),
    ]);
}

#[test]
fn other_forms_are_told_which_they_should_have() {
    say(&[
        ("hookspec::types! { pub struct A(u8); }", "give the fields of `A` names"),
        ("hookspec::types! { pub struct A; }", "write `struct A {}`, to which fields can be added"),
        ("hookspec::types! { pub struct A<T> { pub a: T } }", "`A` is generic"),
        ("hookspec::types! { pub enum A<'a> { B(&'a str) } }", "`A` is generic"),
        ("hookspec::types! { pub enum A {} }", "`A` has no variant, so no value of it can cross"),
        ("hookspec::types! { pub enum A { else Other, B } }", "`else` stands last in an enum"),
        (
            "hookspec::types! { pub enum A { B = 3 } }",
            "a variant is a name, with fields in braces or parentheses or without",
        ),
        ("hookspec::types! { pub union A { a: u8 } }", "the types of an interface are structs with named fields"),
        (
            "hookspec::types! { pub enum A { B(u8, u8, u8, u8, u8, u8, u8, u8, u8) } }",
            "a variant has at most eight fields without names",
        ),
    ]);
}

#[test]
fn a_type_without_an_empty_value_is_a_circle() {
    say(&[("hookspec::types! { pub enum A { B(Box<A>), C } }", "EMPTY_IS_FINITE")]);
}
