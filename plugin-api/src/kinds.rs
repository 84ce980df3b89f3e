//! Kinds of hooks, for what can be done with one kind and not with another.
//!
//! Each is a trait, so that what does not go is refused by `cargo check`, with a sentence.

use crate::{mode::Mode, spec::HookSpec, wire::Wire};

/// A hook that is called and answers there and then: neither historic nor async.
#[diagnostic::on_unimplemented(
    message = "the hook `{Self}` has no plain calls, since it is historic or async",
    label = "this hook is declared `historic` or `async`",
    note = "call a historic hook by `call_historic`, an async one by `call_async`",
    note = "code for any hook asks for `H: PlainHook`"
)]
pub trait PlainHook: HookSpec {}

/// A hook that wrappers can surround.
#[diagnostic::on_unimplemented(
    message = "the hook `{Self}` cannot be wrapped, since it is historic or async",
    label = "this hook is declared `historic` or `async`",
    note = "a call of a historic hook has no end, and what surrounds an async one would end before it"
)]
pub trait WrappableHook: HookSpec {}

/// A hook whose calls are remembered for plugins that come later.
#[diagnostic::on_unimplemented(
    message = "the hook `{Self}` is not historic",
    label = "calls of this hook are not remembered",
    note = "declare it with the option `historic`, or call it by `call`"
)]
pub trait HistoricHook: HookSpec {}

/// A hook whose hookimpls may answer later.
#[diagnostic::on_unimplemented(
    message = "the hook `{Self}` is not async",
    label = "hookimpls of this hook answer at once",
    note = "declare it with the option `async`, or implement it by `on` and call it by `call`"
)]
pub trait AsyncHook:
    HookSpec<Mode: Mode<<Self as HookSpec>::Output, Answer: for<'a> Wire<'a> + Send, Results: Send, State: Send>>
{
}

/// A hook that plugins may call.
#[diagnostic::on_unimplemented(
    message = "plugins cannot call the hook `{Self}`: it is not open",
    label = "this hook is for the host to call",
    note = "an interface lets plugins call a hook by the option `open`"
)]
pub trait OpenHook: HookSpec {}
