//! What the macros expand to.

use std::any::TypeId;

use crate::{
    abi::{ASK, Value},
    arguments::BeginWith,
};
pub use crate::{
    abi::{MemberSignature, RResult, RVec},
    arguments::argument,
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

/// Enters the arguments of the hook `H`, written by `arguments`: they grow as a view does.
pub fn describe_arguments<H: 'static>(
    into: &mut Describe,
    arguments: fn(&mut Describe) -> RVec<MemberSignature>,
) -> String {
    into.named(TypeId::of::<H>(), "arguments", "arguments", arguments)
}

/// One of the arguments of a hook.
#[must_use]
pub fn describe_argument(name: &str, types: String, default: &[&str]) -> MemberSignature {
    MemberSignature { name: name.into(), types: types.into(), optional: !default.is_empty() }
}

/// The answer to a number that is none of a view's `methods`.
#[must_use]
pub fn not_called<'a>(method: u32, methods: u32) -> Value<'a> {
    match method & ASK {
        ASK if method & !ASK < methods => Value::None,
        _ => Value::Absent,
    }
}

/// Compiles where a hook's arguments begin with the value that it folds.
pub const fn begin_with<Args: BeginWith<Value>, Value>() {}

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
