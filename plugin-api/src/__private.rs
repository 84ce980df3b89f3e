//! What the macros expand to.

use std::any::TypeId;

use crate::arguments::BeginWith;
pub use crate::{
    abi::{MemberSignature, RResult, RVec},
    arguments::argument,
    describe::Describe,
    view::describe_view,
    wire::{Args, from_answer, object},
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
    into.view(TypeId::of::<H>(), "arguments", arguments)
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
