//! Views: what one side shows the other, by methods that compute nothing until asked.

use std::any::TypeId;

use crate::{
    abi::{MemberSignature, Object, RVec},
    describe::Describe,
};

/// A type made by [`views!`](crate::views): a handle on an object of the other side.
///
/// # Safety
/// References to an [`Object`] are used as references to the type, so:
/// * it is `#[repr(transparent)]` over [`Object`], the one field that it has;
/// * every `Object` is a valid value of it, wherever it came from: whatever the type's code, the
///   public and the private, relies on holds for each, also for one that never went through
///   [`from_object`](Self::from_object);
/// * it implements no trait by which a shared reference to it does what one to an `Object` may not:
///   where it is [`Send`] and [`Sync`], that is because `Object` is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "not declared in `hookspec::views!`",
    note = "a view gives what the other side is to know, by methods"
)]
pub unsafe trait View: Clone + Send + Sync + Sized + 'static {
    /// The view's name in signatures.
    const NAME: &'static str;

    /// The object behind the view.
    fn as_object(&self) -> &Object;

    /// The object behind the view, given away.
    fn into_object(self) -> Object;

    /// The view onto an object.
    fn from_object(object: Object) -> Self;

    /// The view's methods, in the order of their numbers.
    fn methods(describe: &mut Describe) -> RVec<MemberSignature>;

    /// The view onto a borrowed object, so that calling a hook copies no handle.
    #[must_use]
    fn from_object_ref(object: &Object) -> &Self {
        // SAFETY: by the trait's contract size, alignment and metadata are those of `Object`, every
        // `Object` is a valid value, and the reference is shared and lives as long.
        unsafe { &*std::ptr::from_ref(object).cast::<Self>() }
    }
}

/// Enters the view `V` into a signature that mentions it. Gives its name as a type.
pub fn describe_view<V: View>(into: &mut Describe) -> String {
    into.view(TypeId::of::<V>(), V::NAME, V::methods)
}

/// Declares views: for each, the trait that the side with the data implements and the type that the
/// other side reads.
///
/// ```
/// hookspec::views! {
///     /// A cake on the counter.
///     pub view Cake of CakeSource {
///         /// What the sign says.
///         fn name(&self) -> &str;
///         /// Pieces left; added in a later version, so it says what callers get from an older provider.
///         fn pieces(&self) -> Option<u32> { None }
///     }
/// }
///
/// struct Sachertorte;
/// impl CakeSource for Sachertorte {
///     fn name(&self) -> &str { "Sachertorte" }
/// }
/// let cake = Cake::new(Sachertorte);
/// assert_eq!((cake.name(), cake.pieces()), ("Sachertorte", None));
/// ```
///
/// Methods may take and return the types of [`Wire`](crate::Wire). A view may only grow at its end,
/// and what is added must have a body, which is what callers get from a provider that is older than
/// the method. A fallback may use the arguments and call the view's other methods.
///
/// # When the other side fails
///
/// Where a method returns `Result<_, hookspec::Error>`, the caller gets the error. Otherwise a
/// failure (a panic, or a value of another type) ends the hookimpl or method that called, as a panic
/// would, and is its error: what a host's panic leaves behind is not taken for an answer. A host
/// that calls a plugin's view outside of all that gets the empty value of the type, so that no
/// plugin takes it down; where that is not enough, let the method return a `Result`.
///
/// # What does not compile
///
/// ```compile_fail,E0277
/// hookspec::views! {
///     /// Its method returns what cannot cross.
///     pub view Shop of ShopSource { fn threads(&self) -> std::thread::Thread; }
/// }
/// # fn main() {}
/// ```
///
/// ```compile_fail
/// hookspec::views! {
///     /// Its method would need the only reference there is.
///     pub view Till of TillSource { fn add(&mut self, cents: u32); }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! views {
    ($(
        $(#$attr:tt)*
        $vis:vis view $View:ident of $Source:ident { $($methods:tt)* }
    )*) => {$(
        $crate::__conditional! { [] [] [$(#$attr)*] __view [$vis $View $Source] [] [] [] [] $($methods)* }
    )*};
    ($($other:tt)*) => {
        ::core::compile_error!(
            "a view is declared as `pub view Name of NameSource { fn method(&self) -> Type; }`, without generics: \
             its types are written down for the other side"
        );
    };
}

/// One view: first its methods are brought into one form, one by one, then everything is written
/// out.
///
/// The form of a method: what it is compiled under, its other attributes, name, `self`, arguments,
/// output, and its fallback, which is either asked for before the call (where it may need what the
/// call would take) or after it.
#[doc(hidden)]
#[macro_export]
macro_rules! __view {
    (@begin [$($attr:tt)*] [$($view:tt)*] $($rest:tt)*) => { $crate::__view! { [$($attr)* $($view)*] $($rest)* } };
    // Attributes, all documentation before one of another kind at once: each step counts towards the
    // compiler's limit of recursion.
    ($view:tt $done:tt $declared:tt [$($cfg:tt)*] [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* #[cfg $($condition:tt)*] $($rest:tt)*
    ) => {
        $crate::__view! { $view $done $declared
            [$($cfg)* #[cfg $($condition)*]] [$($attr)* $(#[doc $($doc)*])*] $($rest)*
        }
    };
    ($view:tt $done:tt $declared:tt $cfg:tt [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* #[allow $($how:tt)*] $($rest:tt)*
    ) => {
        $crate::__view! { $view $done $declared
            $cfg [$($attr)* $(#[doc $($doc)*])* #[allow $($how)*]] $($rest)*
        }
    };
    ($view:tt $done:tt $declared:tt $cfg:tt [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* #[deprecated $($how:tt)*] $($rest:tt)*
    ) => {
        $crate::__view! { $view $done $declared
            $cfg [$($attr)* $(#[doc $($doc)*])* #[deprecated $($how)*]] $($rest)*
        }
    };
    ($view:tt $done:tt $declared:tt $cfg:tt [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* #[expect $($how:tt)*] $($rest:tt)*
    ) => {
        $crate::__view! { $view $done $declared
            $cfg [$($attr)* $(#[doc $($doc)*])* #[expect $($how)*]] $($rest)*
        }
    };
    ($view:tt $done:tt $declared:tt $cfg:tt [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* #[must_use $($how:tt)*] $($rest:tt)*
    ) => {
        $crate::__view! { $view $done $declared
            $cfg [$($attr)* $(#[doc $($doc)*])* #[must_use $($how)*]] $($rest)*
        }
    };
    // Methods.
    ($view:tt [$($done:tt)*] [$($declared:tt)*] [$($cfg:tt)*] [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* fn $method:ident(&$this:ident $(, $arg:ident: $Arg:ty)* $(,)?) $(-> $Ret:ty)?;
        $($rest:tt)*
    ) => {
        $crate::__view! { $view
            [$($done)* {
                [$($cfg)*] [$($attr)* $(#[doc $($doc)*])*] $method $this ($($arg: $Arg),*) [$($Ret)?] [] []
            }]
            [$($declared)*
                $($cfg)* $($attr)* $(#[doc $($doc)*])* fn $method(&$this $(, $arg: $Arg)*) $(-> $Ret)?;
            ]
            [] [] $($rest)*
        }
    };
    ($view:tt [$($done:tt)*] [$($declared:tt)*] [$($cfg:tt)*] [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* fn $method:ident(&$this:ident $(,)?) $(-> $Ret:ty)? $fallback:block $($rest:tt)*
    ) => {
        $crate::__view! { $view
            [$($done)* {
                [$($cfg)*] [$($attr)* $(#[doc $($doc)*])*] $method $this () [$($Ret)?] [] [$fallback]
            }]
            [$($declared)* $($cfg)* $($attr)* $(#[doc $($doc)*])* fn $method(&$this) $(-> $Ret)? $fallback]
            [] [] $($rest)*
        }
    };
    ($view:tt [$($done:tt)*] [$($declared:tt)*] [$($cfg:tt)*] [$($attr:tt)*]
        $(#[doc $($doc:tt)*])* fn $method:ident(&$this:ident $(, $arg:ident: $Arg:ty)+ $(,)?) $(-> $Ret:ty)?
        $fallback:block $($rest:tt)*
    ) => {
        $crate::__view! { $view
            [$($done)* {
                [$($cfg)*] [$($attr)* $(#[doc $($doc)*])*] $method $this ($($arg: $Arg),*) [$($Ret)?] [$fallback] []
            }]
            [$($declared)*
                $($cfg)* $($attr)* $(#[doc $($doc)*])* fn $method(&$this $(, $arg: $Arg)*) $(-> $Ret)? $fallback
            ]
            [] [] $($rest)*
        }
    };
    // Any other attribute, or documentation before one.
    ($view:tt $done:tt $declared:tt $cfg:tt [$($attrs:tt)*] #[$attr:meta] $($rest:tt)*) => {
        $crate::__view! { $view $done $declared $cfg [$($attrs)* #[$attr]] $($rest)* }
    };
    // What is none.
    ($view:tt $done:tt $declared:tt $cfg:tt $attrs:tt fn $method:ident(&mut self $($args:tt)*) $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`", ::core::stringify!($method), "` takes `&mut self`: a view's methods take `&self`, since several threads \
             may call them; keep what they change in an atomic or a `Mutex`"
        ));
    };
    ($view:tt $done:tt $declared:tt $cfg:tt $attrs:tt fn $method:ident<$($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`", ::core::stringify!($method), "` is generic: the types of a view's methods are written down for the other \
             side, so each is one type; leave lifetimes out"
        ));
    };
    ($view:tt $done:tt $declared:tt $cfg:tt $attrs:tt fn $method:ident($($args:tt)*) $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`", ::core::stringify!($method), "` has other parameters than a view's methods: `&self`, then `name: Type` \
             each; its output is one type"
        ));
    };
    ($view:tt $done:tt $declared:tt $cfg:tt $attrs:tt async $($rest:tt)*) => {
        ::core::compile_error!("a view's methods answer at once: none is `async`");
    };
    ($view:tt $done:tt $declared:tt $cfg:tt $attrs:tt pub $($rest:tt)*) => {
        ::core::compile_error!("a view's methods are as public as the view: none has a `pub` of its own");
    };
    // All is in one form.
    ([$(#[$view_attr:meta])* $vis:vis $View:ident $Source:ident]
        [$({
            [$($cfg:tt)*] [$($attr:tt)*] $method:ident $this:ident ($($arg:ident: $Arg:ty),*) [$($Ret:ty)?]
            [$($before:block)?] [$($after:block)?]
        })*]
        [$($declared:tt)*] [] []
    ) => {
        $(#[$view_attr])*
        #[repr(transparent)]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        $vis struct $View($crate::abi::Object);

        #[doc = ::core::concat!("The side that has the data of a [`", ::core::stringify!($View), "`].")]
        #[allow(unused_variables, clippy::unused_unit, reason = "a fallback need not look at its arguments")]
        $vis trait $Source: ::core::marker::Send + ::core::marker::Sync + 'static {
            $($declared)*
        }

        const _: () = {
            #[allow(non_camel_case_types, dead_code, reason = "named by the methods they number")]
            #[repr(u32)]
            enum __Number {
                $($($cfg)* $method,)*
                __End,
            }

            #[allow(unused_variables, clippy::unused_unit, clippy::must_use_candidate, reason = "one form for every method")]
            impl $View {
                /// The view onto `source`, in a form that crosses the boundary.
                $vis fn new(source: impl $Source) -> Self {
                    Self($crate::abi::Object::new(__Provided(source)))
                }

                $(
                    $($cfg)*
                    $($attr)*
                    $vis fn $method(&$this $(, $arg: $Arg)*) $(-> $Ret)? {
                        $(
                            if !$this.0.has(__Number::$method as u32) {
                                return $before;
                            }
                        )?
                        let args = $crate::__private::list([$($crate::Wire::into_value($arg)),*]);
                        let answer = $this.0.call(__Number::$method as u32, args);
                        $(
                            if let $crate::abi::Value::Absent = answer {
                                return $after;
                            }
                        )?
                        $crate::__private::from_answer(answer)
                    }
                )*
            }

            // SAFETY: declared `repr(transparent)` over `Object` above, without an invariant.
            unsafe impl $crate::View for $View {
                const NAME: &'static str = ::core::stringify!($View);

                fn as_object(&self) -> &$crate::abi::Object {
                    &self.0
                }

                fn into_object(self) -> $crate::abi::Object {
                    self.0
                }

                fn from_object(object: $crate::abi::Object) -> Self {
                    Self(object)
                }

                #[allow(unused_mut, unused_variables, reason = "a view may have no methods")]
                fn methods(
                    describe: &mut $crate::__private::Describe,
                ) -> $crate::__private::RVec<$crate::abi::MemberSignature> {
                    let mut methods = $crate::__private::RVec::new();
                    $(
                        $($cfg)*
                        methods.push($crate::__private::method(
                            ::core::stringify!($method),
                            &[$(<$Arg as $crate::Wire>::describe(describe)),*],
                            &<$crate::__view_output!($($Ret)?) as $crate::Wire>::describe(describe),
                            &[$(::core::stringify!($before))? $(::core::stringify!($after))?],
                        ));
                    )*
                    methods
                }
            }

            impl<'a> $crate::Wire<'a> for $View {
                fn describe(into: &mut $crate::__private::Describe) -> ::std::string::String {
                    $crate::__private::describe_view::<Self>(into)
                }

                fn into_value(self) -> $crate::abi::Value<'a> {
                    $crate::abi::Value::Object(self.0)
                }

                fn from_value(value: $crate::abi::Value<'a>) -> ::core::result::Result<Self, $crate::Error> {
                    $crate::__private::object(value).map(Self)
                }

                fn missing(_: $crate::Error) -> Self {
                    Self($crate::abi::Object::empty())
                }
            }

            struct __Provided<__S>(__S);

            #[allow(unused, deprecated, reason = "a view may have no methods, or some that are on their way out")]
            impl<__S: $Source> $crate::abi::Dispatch for __Provided<__S> {
                fn dispatch<'a>(
                    &'a self,
                    method: u32,
                    args: $crate::__private::RVec<$crate::abi::Value<'_>>,
                ) -> $crate::abi::Value<'a> {
                    let mut args = $crate::__private::Args::new(args);
                    $(
                        $($cfg)*
                        {
                            if method == __Number::$method as u32 {
                                $(let $arg = args.take();)*
                                return $crate::Wire::into_value(self.0.$method($($arg),*));
                            }
                        }
                    )*
                    $crate::__private::not_called(method, __Number::__End as u32)
                }
            }
        };
    };
    ($view:tt $done:tt $declared:tt $cfg:tt $attrs:tt $($rest:tt)*) => {
        ::core::compile_error!(
            "a view has methods: `fn name(&self, argument: Type) -> Type;`, with a `{ fallback }` in place of the `;` where \
             it was added later"
        );
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __view_output {
    () => {
        ()
    };
    ($Ret:ty) => {
        $Ret
    };
}
