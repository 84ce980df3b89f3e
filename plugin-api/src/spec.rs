//! Hookspecs: hooks declared as types.

use crate::{
    abi::{self, Object},
    arguments::Arguments,
    describe::Describe,
    error::Error,
    interface::Interface,
    mode::Mode,
    policy::ErrorPolicy,
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
    /// Whether hookimpls may answer later.
    const ASYNC: bool;
    /// The crate that declares the hook.
    const INTERFACE: Interface;
    /// What a failing hookimpl does to a call, whatever the host says of its other hooks.
    const POLICY: Option<ErrorPolicy>;
    /// What a hookimpl gets.
    type Args: Arguments;
    /// What a hookimpl answers with.
    type Output: Wire<'static>;
    /// How the answers make a result.
    type Mode: Mode<Self::Output>;

    /// Writes the arguments down.
    #[doc(hidden)]
    fn describe_args(into: &mut Describe) -> String;

    /// The arguments as a hookimpl has them, of what has crossed.
    #[doc(hidden)]
    fn receive(args: &Object) -> Result<<Self::Args as Arguments>::Received<'_>, Error>;

    /// What a plugin compiled against this declaration expects.
    #[must_use]
    fn signature() -> abi::Signature {
        let mut describe = Describe::default();
        let args = Self::describe_args(&mut describe);
        let output = <Self::Output as Wire>::describe(&mut describe);
        let output = if <Self::Mode as Mode<Self::Output>>::FOLDS { format!("fold<{output}>") } else { output };
        let output = if Self::ASYNC { format!("async<{output}>") } else { output };
        let signature = describe.finish(args, output, <Self::Mode as Mode<Self::Output>>::FIRST_RESULT);
        abi::Signature { interface: Self::INTERFACE.to_string().into(), ..signature }
    }
}

/// What one hookimpl of `H` returns: the output, or an `Option` of it where the first result ends
/// the call.
pub type Answer<H> = <<H as HookSpec>::Mode as Mode<<H as HookSpec>::Output>>::Answer;

/// What calling `H` returns: a `Vec` of every output, last registered first, an `Option` of the
/// first, or the folded value.
pub type Results<H> = <<H as HookSpec>::Mode as Mode<<H as HookSpec>::Output>>::Results;

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
///     /// The bakery opens.
///     pub hook Opened = "opened" fn();
///     /// The oven is hot.
///     pub hook OvenReady = "oven_ready" fn(Oven);
///     /// Which cake goes in first.
///     pub hook ChooseCake = "choose_cake" fn(Oven) -> String, first_result;
///     /// May it go in?
///     pub hook BeforeBaking = "before_baking" fn(cake: String, oven: Oven, minutes: u32 = 40), propagate;
///     /// What the sign says.
///     pub hook Label = "label" fn(text: String, oven: Oven) -> String, fold;
///     /// A picture of the cake, which may take a while.
///     pub hook Picture = "picture" fn(cake: String) -> String, async;
/// }
/// ```
///
/// # Arguments
///
/// Nothing, a view, or up to six named values of types that [cross](crate::Wire), views among them. A
/// hookimpl gets a reference to the view, or to a tuple of the values:
///
/// ```
/// # hookspec::hookspecs! {
/// #   /// The bakery opens.
/// #   pub hook Opened = "opened" fn();
/// #   /// May it go in?
/// #   pub hook BeforeBaking = "before_baking" fn(cake: String, minutes: u32 = 40), propagate;
/// # }
/// # use hookspec::{Failed, Hooks, Plugin};
/// fn register<P: Plugin>(hooks: &mut Hooks<P>) {
///     hooks.on(Opened, |_, ()| Ok(()));
///     hooks.on(BeforeBaking, |_, (cake, minutes)| match minutes {
///         ..60 => Ok(()),
///         _ => Err(Failed::new(format_args!("{cake} would burn"))),
///     });
/// }
/// ```
///
/// An argument that is added later, at the end, has a default: what plugins get from a host that is
/// older than the argument. Hookimpls that are older do not see it.
///
/// # Options
///
/// After a comma:
///
/// | option | |
/// |---|---|
/// | `first_result` | the call ends with the first hookimpl that answers `Some` |
/// | `fold` | the first argument is the value: each hookimpl gets it and gives the next |
/// | `historic` | earlier calls are replayed to plugins that are registered later |
/// | `async` | hookimpls may give a future, by [`Hooks::on_async`](crate::Hooks::on_async) |
/// | `open` | plugins may call the hook through their host, as [`Host::call`](crate::Host::call) says |
/// | `propagate` | a failing hookimpl ends the call, whatever the host's [`ErrorPolicy`]: for a veto |
/// | `isolate` | a failing hookimpl is reported and passed over, whatever the host has |
/// | `deprecated = "why"` | plugins that implement the hook are warned |
///
/// What contradicts itself does not compile:
///
/// ```compile_fail
/// hookspec::hookspecs! {
///     /// A historic hook has a result for each hookimpl.
///     pub hook Configure = "configure" fn(hookspec::Host) -> i64, historic, first_result;
/// }
/// # fn main() {}
/// ```
///
/// ```compile_fail,E0277
/// hookspec::hookspecs! {
///     /// The first argument of a fold is the value.
///     pub hook Label = "label" fn(minutes: u32, text: String) -> String, fold;
/// }
/// # fn main() {}
/// ```
///
/// ```compile_fail
/// hookspec::hookspecs! {
///     /// Hookimpls get a reference anyway.
///     pub hook Configure = "configure" fn(&hookspec::Host);
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
            ($crate::Interface::new(::core::env!("CARGO_PKG_NAME"), ::core::env!("CARGO_PKG_VERSION"))) $($hooks)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hookspecs {
    ($interface:tt $(
        $(#$attr:tt)*
        $vis:vis hook $Hook:ident = $name:literal fn $args:tt $(-> $Output:ty)? $(, $option:ident $(= $value:literal)?)*;
    )*) => {$(
        $crate::__conditional! {
            [] [] [$(#$attr)*] __hook [[$interface $vis] $Hook $name $args [$($Output)?]]
            { collect once closed now inherit [] }
            [$($option $(= $value)?),*]
        }
    )*};
    ($interface:tt $($hooks:tt)*) => { $crate::__hook_problem! { $interface $($hooks)* } };
}

/// Says what is wrong with a declaration that has not the form of one.
#[doc(hidden)]
#[macro_export]
macro_rules! __hook_problem {
    ($interface:tt) => {};
    ($interface:tt
        $(#$attr:tt)*
        $vis:vis hook $Hook:ident = $name:literal fn $args:tt $(-> $Output:ty)? $(, $option:ident $(= $value:literal)?)*;
        $($rest:tt)*
    ) => {
        $crate::__hookspecs! { $interface
            $(#$attr)*
            $vis hook $Hook = $name fn $args $(-> $Output)? $(, $option $(= $value)?)*;
        }
        $crate::__hook_problem! { $interface $($rest)* }
    };
    ($interface:tt $(#[$attr:meta])* $vis:vis hook $Hook:ident < $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "the hook `", ::core::stringify!($Hook), "` cannot be generic: plugins are compiled apart from their host, ",
            "so declare a hook for each type"
        ));
    };
    ($interface:tt $(#[$attr:meta])* $vis:vis hook $Hook:ident = $name:literal fn < $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "the hook `", ::core::stringify!($Hook), "` cannot be generic: plugins are compiled apart from their host, ",
            "so declare a hook for each type"
        ));
    };
    ($interface:tt $(#[$attr:meta])* $vis:vis hook $Hook:ident = $name:literal async fn $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`async` is an option of the hook `", ::core::stringify!($Hook), "`: write `fn(…) -> …, async;`"
        ));
    };
    ($interface:tt $(#[$attr:meta])* $vis:vis hook $Hook:ident fn $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "the hook `", ::core::stringify!($Hook), "` lacks the name by which plugins find it: write `hook ",
            ::core::stringify!($Hook), " = \"name\" fn(…);`"
        ));
    };
    ($interface:tt $(#[$attr:meta])* $vis:vis hook $Hook:ident $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "the hook `", ::core::stringify!($Hook), "` is not declared as hooks are: write `hook ",
            ::core::stringify!($Hook), " = \"name\" fn(View) -> Output, option;`"
        ));
    };
    ($interface:tt $($other:tt)*) => {
        ::core::compile_error!("a hook is declared by `pub hook Name = \"name\" fn(View) -> Output, option;`");
    };
}

/// One hook: its options are taken one by one into the second braces, then it is written out.
#[doc(hidden)]
#[macro_export]
macro_rules! __hook {
    (@begin $attrs:tt [$($hook:tt)*] $($rest:tt)*) => { $crate::__hook! { { $attrs $($hook)* } $($rest)* } };
    ($hook:tt { collect $($state:tt)* } [first_result $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { first_result $($state)* } [$($($rest)*)?] }
    };
    ($hook:tt { collect $($state:tt)* } [fold $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { fold $($state)* } [$($($rest)*)?] }
    };
    ($hook:tt { $mode:tt once $($state:tt)* } [historic $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { $mode historic $($state)* } [$($($rest)*)?] }
    };
    ($hook:tt { $mode:tt $life:tt closed $($state:tt)* } [open $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { $mode $life open $($state)* } [$($($rest)*)?] }
    };
    ($hook:tt { $mode:tt $life:tt $open:tt now $($state:tt)* } [async $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { $mode $life $open async $($state)* } [$($($rest)*)?] }
    };
    ($hook:tt { $mode:tt $life:tt $open:tt $time:tt inherit $why:tt } [propagate $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { $mode $life $open $time propagate $why } [$($($rest)*)?] }
    };
    ($hook:tt { $mode:tt $life:tt $open:tt $time:tt inherit $why:tt } [isolate $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { $mode $life $open $time isolate $why } [$($($rest)*)?] }
    };
    ($hook:tt { $mode:tt $life:tt $open:tt $time:tt $policy:tt [] } [deprecated = $why:literal $(, $($rest:tt)*)?]) => {
        $crate::__hook! { $hook { $mode $life $open $time $policy [$why] } [$($($rest)*)?] }
    };

    // What is wrong with an option.
    ($hook:tt $state:tt [deprecated]) => { ::core::compile_error!("say why: write `deprecated = \"use another_hook\"`"); };
    ($hook:tt $state:tt [deprecated, $($rest:tt)*]) => { ::core::compile_error!("say why: write `deprecated = \"use another_hook\"`"); };
    ($hook:tt $state:tt [deprecated $($rest:tt)*]) => { ::core::compile_error!("a hook is deprecated once"); };
    ($hook:tt $state:tt [first_result $($rest:tt)*]) => { $crate::__hook_twice!("first_result", "fold"); };
    ($hook:tt $state:tt [fold $($rest:tt)*]) => { $crate::__hook_twice!("fold", "first_result"); };
    ($hook:tt $state:tt [propagate $($rest:tt)*]) => { $crate::__hook_twice!("propagate", "isolate"); };
    ($hook:tt $state:tt [isolate $($rest:tt)*]) => { $crate::__hook_twice!("isolate", "propagate"); };
    ($hook:tt $state:tt [historic $($rest:tt)*]) => { $crate::__hook_twice!("historic"); };
    ($hook:tt $state:tt [open $($rest:tt)*]) => { $crate::__hook_twice!("open"); };
    ($hook:tt $state:tt [async $($rest:tt)*]) => { $crate::__hook_twice!("async"); };
    ($hook:tt $state:tt [$other:ident $($rest:tt)*]) => {
        ::core::compile_error!(::core::concat!(
            "a hook has no option `", ::core::stringify!($other), "`; its options are first_result, fold, historic, async, ",
            "open, propagate, isolate and deprecated = \"why\""
        ));
    };
    ($hook:tt { first_result historic $($state:tt)* } []) => {
        ::core::compile_error!("a historic hook has a result for each hookimpl, so it cannot stop at the first");
    };
    ($hook:tt { fold historic $($state:tt)* } []) => {
        ::core::compile_error!("a historic hook has a result for each hookimpl, so it cannot fold them into one");
    };
    ($hook:tt { $mode:tt historic open $($state:tt)* } []) => {
        ::core::compile_error!("a historic hook is replayed to plugins that come later, so plugins cannot call it");
    };
    ($hook:tt { $mode:tt historic $open:tt async $($state:tt)* } []) => {
        ::core::compile_error!("a historic hook is replayed to plugins as they come, so it cannot be async");
    };
    ($hook:tt { $mode:tt $life:tt open async $($state:tt)* } []) => {
        ::core::compile_error!("plugins call open hooks and wait for the answer, so such a hook cannot be async");
    };

    // What is wrong with the arguments.
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal (& $($args:tt)*) $output:tt } $state:tt []) => {
        ::core::compile_error!(::core::concat!(
            "the hook `", ::core::stringify!($Hook), "` is declared without `&`: write `fn(View)`; hookimpls get a reference to it"
        ));
    };
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal ($arg:ident : & $($args:tt)*) $output:tt } $state:tt []) => {
        ::core::compile_error!(::core::concat!(
            "the argument `", ::core::stringify!($arg), "` of the hook `", ::core::stringify!($Hook),
            "` is a value of its own, without `&`: `String` in the place of `&str`"
        ));
    };
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal [$($args:tt)*] $output:tt } $state:tt []) => {
        ::core::compile_error!(::core::concat!("the arguments of the hook `", ::core::stringify!($Hook), "` stand in parentheses"));
    };
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal {$($args:tt)*} $output:tt } $state:tt []) => {
        ::core::compile_error!(::core::concat!("the arguments of the hook `", ::core::stringify!($Hook), "` stand in parentheses"));
    };

    // All is well so far.
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal () $output:tt } $state:tt []) => {
        $crate::__hook! { @named { $attrs $vis $Hook $name () $output } $state }
    };
    ({
        $attrs:tt $vis:tt $Hook:ident $name:literal
        ($($arg:ident: $Arg:ty $(= $default:expr)?),+ $(,)?)
        $output:tt
    } $state:tt []) => {
        $crate::__hook! { @named { $attrs $vis $Hook $name ($($arg: $Arg [$($default)?])+) $output } $state }
    };
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal ($Args:ty) $output:tt } $state:tt []) => {
        $crate::__hook! { @write { $attrs $vis $Hook $name $Args, $output } $state {
            fn describe_args(into: &mut $crate::__private::Describe) -> ::std::string::String {
                $crate::__private::describe_view::<$Args>(into)
            }

            #[inline]
            fn receive(args: &$crate::abi::Object) -> ::core::result::Result<&$Args, $crate::Error> {
                ::core::result::Result::Ok(<$Args as $crate::View>::from_object_ref(args))
            }
        } }
    };
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal ($First:ty, $($args:tt)*) $output:tt } $state:tt []) => {
        ::core::compile_error!(::core::concat!(
            "several arguments of the hook `", ::core::stringify!($Hook), "` have names: write `fn(note: Note, force: bool)`"
        ));
    };
    ({ $attrs:tt $vis:tt $Hook:ident $name:literal $args:tt $output:tt } $state:tt []) => {
        ::core::compile_error!(::core::concat!(
            "the arguments of the hook `", ::core::stringify!($Hook), "` are written `fn()`, `fn(View)` or ",
            "`fn(note: Note, force: bool = false)`"
        ));
    };

    (@named { $attrs:tt $vis:tt $Hook:ident $name:literal ($($arg:ident: $Arg:ty [$($default:expr)?])*) $output:tt } $state:tt) => {
        $crate::__hook! { @write { $attrs $vis $Hook $name ($($Arg,)*), $output } $state {
            fn describe_args(into: &mut $crate::__private::Describe) -> ::std::string::String {
                #[allow(unused_variables, reason = "there may be no arguments")]
                $crate::__private::describe_arguments::<Self>(into, |into| {
                    $crate::__private::list([$(
                        $crate::__private::describe_argument(
                            ::core::stringify!($arg),
                            <$Arg as $crate::Wire>::describe(into),
                            &[$(::core::stringify!($default))?],
                        )
                    ),*])
                })
            }

            #[allow(unused_variables, unused_mut, clippy::unused_unit, reason = "there may be no arguments")]
            fn receive(args: &$crate::abi::Object) -> ::core::result::Result<($($Arg,)*), $crate::Error> {
                let mut index = 0..;
                ::core::result::Result::Ok(($(
                    $crate::__private::argument::<$Arg>(
                        args,
                        ::core::stringify!($arg),
                        &mut index,
                        $crate::__hook_default!($($default)?),
                    )?,
                )*))
            }
        } }
    };
    (@write
        { [$(#[$attr:meta])*] [$interface:tt $vis:vis] $Hook:ident $name:literal $Args:ty, [$($Output:ty)?] }
        { $mode:tt $life:tt $open:tt $time:tt $policy:tt [$($why:literal)?] }
        { $($fns:tt)* }
    ) => {
        $(#[$attr])*
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        $vis struct $Hook;

        impl $crate::HookSpec for $Hook {
            const NAME: &'static str = $name;
            const INTERFACE: $crate::Interface = $interface;
            const HISTORIC: bool = $crate::__hook_part!($life);
            const OPEN: bool = $crate::__hook_part!($open);
            const ASYNC: bool = $crate::__hook_part!($time);
            const DEPRECATED: ::core::option::Option<&'static str> =
                $crate::__private::first(&[$(::core::option::Option::Some($why))?]);
            const POLICY: ::core::option::Option<$crate::ErrorPolicy> = $crate::__hook_part!($policy);
            type Args = $Args;
            type Output = $crate::__hook_output!($($Output)?);
            type Mode = $crate::__hook_part!($mode);
            $($fns)*
        }

        $crate::__hook_kind! { $Hook $life $time }
        $crate::__hook_kind! { $Hook $open }
        $crate::__hook_kind! { $Hook $mode }
    };
}

/// The part of a hook that an option decides.
#[doc(hidden)]
#[macro_export]
macro_rules! __hook_part {
    (once) => {
        false
    };
    (historic) => {
        true
    };
    (closed) => {
        false
    };
    (open) => {
        true
    };
    (now) => {
        false
    };
    (async) => {
        true
    };
    (inherit) => {
        ::core::option::Option::None
    };
    (propagate) => {
        ::core::option::Option::Some($crate::ErrorPolicy::Propagate)
    };
    (isolate) => {
        ::core::option::Option::Some($crate::ErrorPolicy::Isolate)
    };
    (collect) => {
        $crate::Collect
    };
    (first_result) => {
        $crate::FirstResult
    };
    (fold) => {
        $crate::Fold
    };
}

/// What can be done with a hook.
#[doc(hidden)]
#[macro_export]
macro_rules! __hook_kind {
    ($Hook:ident once now) => {
        impl $crate::PlainHook for $Hook {}
        impl $crate::WrappableHook for $Hook {}
    };
    ($Hook:ident historic now) => {
        impl $crate::HistoricHook for $Hook {}
    };
    ($Hook:ident once async) => {
        impl $crate::AsyncHook for $Hook {}
    };
    ($Hook:ident open) => {
        impl $crate::OpenHook for $Hook {}
    };
    ($Hook:ident fold) => {
        const _: () =
            $crate::__private::begin_with::<<$Hook as $crate::HookSpec>::Args, <$Hook as $crate::HookSpec>::Output>();
    };
    ($Hook:ident $other:tt) => {};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hook_twice {
    ($option:literal) => {
        ::core::compile_error!(::core::concat!("the option `", $option, "` is there twice"));
    };
    ($option:literal, $other:literal) => {
        ::core::compile_error!(::core::concat!(
            "a hook has one of the options `",
            $option,
            "` and `",
            $other,
            "`, once"
        ));
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __hook_default {
    () => {
        ::core::option::Option::None
    };
    ($default:expr) => {
        ::core::option::Option::Some(|| $default)
    };
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
