//! What the macros expand to.

use crate::abi::{ASK, Value};
pub use crate::{
    abi::{MemberSignature, RResult, RVec},
    describe::Describe,
    types::{Fields, describe_enum, describe_struct, field, variant, written, written_variant},
    view::describe_view,
    wire::{Args, deeper, from_answer, object},
};

#[must_use]
pub fn list<T, const N: usize>(items: [T; N]) -> RVec<T> {
    if N == 0 { RVec::new() } else { RVec::from(Vec::from(items)) }
}

#[must_use]
pub fn method(name: &str, args: &[String], output: &str, fallback: &[&str]) -> MemberSignature {
    MemberSignature {
        name: name.into(),
        types: format!("({}) -> {output}", args.join(", ")).into(),
        optional: !fallback.is_empty(),
    }
}

/// The answer to a number that is none of a view's `methods`.
#[must_use]
pub fn not_called<'a>(method: u32, methods: u32) -> Value<'a> {
    match method & ASK {
        ASK if method & !ASK < methods => Value::None,
        _ => Value::Absent,
    }
}

#[must_use]
pub const fn any(flags: &[bool]) -> bool {
    let mut i = 0;
    while i < flags.len() {
        if flags[i] {
            return true;
        }
        i += 1;
    }
    false
}

#[must_use]
pub const fn first(options: &[Option<&'static str>]) -> Option<&'static str> {
    let mut i = 0;
    while i < options.len() {
        if options[i].is_some() {
            return options[i];
        }
        i += 1;
    }
    None
}

/// What is written in an optional part of a macro; `None` where the part is not there.
#[must_use]
pub const fn first_of<'a>(lists: &[&'a [&'a str]]) -> Option<&'a [&'a str]> {
    if lists.is_empty() { None } else { Some(lists[0]) }
}
