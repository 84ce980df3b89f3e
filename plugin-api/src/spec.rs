//! Hookspecs: hooks declared as types.

use crate::{
    abi,
    describe::Describe,
    interface::Interface,
    view::{View, describe_view},
    wire::Wire,
};

/// A hook: its name, what hookimpls get and what they answer. Made by
/// [`hookspecs!`](crate::hookspecs).
pub trait HookSpec: Send + Sync + 'static {
    /// The name by which hookimpls find the hook.
    const NAME: &'static str;
    /// Whether calls are remembered and replayed to plugins registered later.
    const HISTORIC: bool;
    /// Why hookimpls of this hook get a warning, if they do.
    const DEPRECATED: Option<&'static str>;
    /// Whether plugins may call the hook, by [`Host::call`](crate::Host::call), where their host
    /// allows it.
    const OPEN: bool;
    /// The crate that declares the hook.
    const INTERFACE: Interface;
    /// What a hookimpl gets.
    type Args: View;
    /// What a hookimpl answers with.
    type Output: Wire<'static>;
    /// How the answers make a result.
    type Mode: Mode<Self::Output>;

    /// What a plugin compiled against this declaration expects.
    #[must_use]
    fn signature() -> abi::Signature {
        let mut describe = Describe::default();
        let args = describe_view::<Self::Args>(&mut describe);
        let output = <Self::Output as Wire>::describe(&mut describe);
        let signature = describe.finish(args, output, <Self::Mode as Mode<Self::Output>>::FIRST_RESULT);
        abi::Signature { interface: Self::INTERFACE.to_string().into(), ..signature }
    }
}

/// What one hookimpl of `H` returns: the output, or an `Option` of it where the first result ends
/// the call.
pub type Answer<H> = <<H as HookSpec>::Mode as Mode<<H as HookSpec>::Output>>::Answer;

/// What calling `H` returns: a `Vec` of every output, last registered first, or an `Option` of the
/// first.
pub type Results<H> = <<H as HookSpec>::Mode as Mode<<H as HookSpec>::Output>>::Results;

/// How the answers to a hook make a result: [`Collect`] or [`FirstResult`].
pub trait Mode<Output>: Send + Sync + 'static {
    /// What one hookimpl returns.
    type Answer: Wire<'static>;
    /// What a call returns.
    type Results: Wire<'static>;
    /// Whether the call stops at the first answer that is not `None`.
    const FIRST_RESULT: bool;

    /// The result of a call before the first answer, with room for `answers` of them.
    fn start(answers: usize) -> Self::Results;

    /// Adds an answer; whether the call ends with it.
    fn add(results: &mut Self::Results, answer: Self::Answer) -> bool;
}

/// Every hookimpl is called and every answer is kept.
#[derive(Clone, Copy, Debug)]
pub struct Collect;

impl<Output: Wire<'static>> Mode<Output> for Collect {
    type Answer = Output;
    type Results = Vec<Output>;
    const FIRST_RESULT: bool = false;

    fn start(answers: usize) -> Vec<Output> {
        Vec::with_capacity(answers)
    }

    fn add(results: &mut Vec<Output>, answer: Output) -> bool {
        results.push(answer);
        false
    }
}

/// Hookimpls are called until one answers with `Some`.
#[derive(Clone, Copy, Debug)]
pub struct FirstResult;

impl<Output: Wire<'static>> Mode<Output> for FirstResult {
    type Answer = Option<Output>;
    type Results = Option<Output>;
    const FIRST_RESULT: bool = true;

    fn start(_: usize) -> Option<Output> {
        None
    }

    fn add(result: &mut Option<Output>, answer: Option<Output>) -> bool {
        *result = answer;
        result.is_some()
    }
}

/// Declares hooks.
///
/// ```
/// hookspec::views! {
///     /// The oven as a plugin sees it.
///     pub view Oven of OvenSource {
///         /// In degrees Celsius.
///         fn temperature(&self) -> u32;
///     }
/// }
/// hookspec::hookspecs! {
///     /// The oven is hot.
///     pub hook OvenReady = "oven_ready" fn(Oven);
///     /// Which cake goes in first.
///     pub hook ChooseCake = "choose_cake" fn(Oven) -> String, first_result;
/// }
/// ```
///
/// Options, after a comma: `first_result` stops at the first hookimpl that answers with `Some`;
/// `historic` replays earlier calls to plugins registered later; `open` lets plugins call the hook
/// through their host, as [`Host::call`](crate::Host::call) says; `deprecated = "why"` warns
/// plugins that implement the hook. A hook cannot be both historic and first-result, for it has a
/// result for each hookimpl:
///
/// ```compile_fail,E0080
/// hookspec::hookspecs! {
///     /// Neither.
///     pub hook Configure = "configure" fn(hookspec::Host) -> i64, historic, first_result;
/// }
/// # fn main() {}
/// ```
///
/// Each hook is of an [`Interface`](crate::Interface): the crate that declares it, unless the first
/// line says another, as in `#![interface("notes-hooks", "2.0.0")]`.
#[macro_export]
macro_rules! hookspecs {
    (#![interface($name:expr, $version:expr)] $($hooks:tt)*) => {
        $crate::__hookspecs! { ($crate::Interface::new($name, $version)) $($hooks)* }
    };
    ($($hooks:tt)*) => {
        $crate::__hookspecs! {
            ($crate::Interface::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))) $($hooks)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hookspecs {
    ($interface:tt $(
        $(#[$attr:meta])*
        $vis:vis hook $Hook:ident = $name:literal fn($Args:ty) $(-> $Output:ty)? $(, $option:ident $(= $value:literal)?)*;
    )*) => {$(
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $Hook;

        const _: () = assert!(
            !(<$Hook as $crate::HookSpec>::HISTORIC && <$Hook as $crate::HookSpec>::OPEN),
            "a historic hook is replayed to plugins that come later, so plugins cannot call it"
        );

        const _: () = assert!(
            !(<$Hook as $crate::HookSpec>::HISTORIC
                && <<$Hook as $crate::HookSpec>::Mode as $crate::Mode<<$Hook as $crate::HookSpec>::Output>>::FIRST_RESULT),
            "a historic hook has a result for each hookimpl, so it cannot stop at the first"
        );

        impl $crate::HookSpec for $Hook {
            const NAME: &'static str = $name;
            const INTERFACE: $crate::Interface = $interface;
            const HISTORIC: bool = $crate::__private::any(&[$($crate::__hook_option!(historic? $option)),*]);
            const OPEN: bool = $crate::__private::any(&[$($crate::__hook_option!(open? $option)),*]);
            const DEPRECATED: Option<&'static str> = $crate::__private::first(&[$($crate::__hook_option!(deprecated? $option $($value)?)),*]);
            type Args = $Args;
            type Output = $crate::__hook_output!($($Output)?);
            type Mode = $crate::__hook_mode!($($option)*);
        }
    )*};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hook_output {
    () => {
        ()
    };
    ($Output:ty) => {
        $Output
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hook_mode {
    () => { $crate::Collect };
    (first_result $($rest:ident)*) => { $crate::FirstResult };
    ($other:ident $($rest:ident)*) => { $crate::__hook_mode!($($rest)*) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hook_option {
    (historic? historic) => {
        true
    };
    (historic? first_result) => {
        false
    };
    (historic? open) => {
        false
    };
    (historic? deprecated) => {
        false
    };
    (historic? $other:ident) => {
        compile_error!("a hook's options are first_result, historic, open and deprecated = \"why\"")
    };
    (open? open) => {
        true
    };
    (open? $other:ident) => {
        false
    };
    (deprecated? deprecated $why:literal) => {
        Some($why)
    };
    (deprecated? deprecated) => {
        compile_error!("write deprecated = \"why\"")
    };
    (deprecated? $other:ident) => {
        None
    };
}
