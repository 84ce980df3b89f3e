//! Views: what one side shows the other, by methods that compute nothing until asked.

use std::any::TypeId;

use crate::{
    abi::{MemberSignature, Object, RVec},
    describe::Describe,
};

/// A type made by [`views!`](crate::views): a handle on an object of the other side.
///
/// # Safety
/// The type is `#[repr(transparent)]` over [`Object`].
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
        // SAFETY: an implementer is `repr(transparent)` over `Object`, so a reference to one is
        // valid as a reference to the other, for the same lifetime; neither has an invariant that
        // the other lacks.
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
/// the method. A method that fails on the other side yields the empty value of its type, or the
/// error when it returns `Result<_, hookspec::Error>`.
#[macro_export]
macro_rules! views {
    ($(
        $(#[$attr:meta])*
        $vis:vis view $View:ident of $Source:ident { $($methods:tt)* }
    )*) => {$(
        $crate::__view! { [$(#[$attr])* $vis $View $Source] [] [] $($methods)* }
    )*};
}

/// One view: first its methods are brought into one form, one by one, then everything is written
/// out.
#[doc(hidden)]
#[macro_export]
macro_rules! __view {
    ($view:tt [$($done:tt)*] [$($declared:tt)*]
        $(#[$attr:meta])* fn $method:ident(&self $(, $arg:ident: $Arg:ty)* $(,)?); $($rest:tt)*
    ) => {
        $crate::__view! { $view [$($done)*] [$($declared)*]
            $(#[$attr])* fn $method(&self $(, $arg: $Arg)*) -> (); $($rest)*
        }
    };
    ($view:tt [$($done:tt)*] [$($declared:tt)*]
        $(#[$attr:meta])* fn $method:ident(&self $(, $arg:ident: $Arg:ty)* $(,)?) $fallback:block $($rest:tt)*
    ) => {
        $crate::__view! { $view [$($done)*] [$($declared)*]
            $(#[$attr])* fn $method(&self $(, $arg: $Arg)*) -> () $fallback $($rest)*
        }
    };
    ($view:tt [$($done:tt)*] [$($declared:tt)*]
        $(#[$attr:meta])* fn $method:ident(&self $(, $arg:ident: $Arg:ty)* $(,)?) -> $Ret:ty; $($rest:tt)*
    ) => {
        $crate::__view! { $view
            [$($done)* { [$(#[$attr])*] $method ($($arg: $Arg),*) $Ret [] }]
            [$($declared)* $(#[$attr])* fn $method(&self $(, $arg: $Arg)*) -> $Ret;]
            $($rest)*
        }
    };
    ($view:tt [$($done:tt)*] [$($declared:tt)*]
        $(#[$attr:meta])* fn $method:ident(&self $(, $arg:ident: $Arg:ty)* $(,)?) -> $Ret:ty $fallback:block $($rest:tt)*
    ) => {
        $crate::__view! { $view
            [$($done)* { [$(#[$attr])*] $method ($($arg: $Arg),*) $Ret [$fallback] }]
            [$($declared)* $(#[$attr])* fn $method(&self $(, $arg: $Arg)*) -> $Ret $fallback]
            $($rest)*
        }
    };
    ([$(#[$view_attr:meta])* $vis:vis $View:ident $Source:ident]
        [$({ [$(#[$attr:meta])*] $method:ident ($($arg:ident: $Arg:ty),*) $Ret:ty [$($fallback:block)?] })*]
        [$($declared:tt)*]
    ) => {
        $(#[$view_attr])*
        #[repr(transparent)]
        #[derive(Clone, Debug)]
        $vis struct $View($crate::abi::Object);

        #[doc = concat!("The side that has the data of a [`", stringify!($View), "`].")]
        #[allow(unused_variables, clippy::unused_unit, reason = "a fallback need not look at its arguments")]
        $vis trait $Source: Send + Sync + 'static {
            $($declared)*
        }

        const _: () = {
            #[allow(non_camel_case_types, reason = "named by the methods they number")]
            #[repr(u32)]
            enum __Number {
                $($method,)*
            }

            #[allow(unused_variables, clippy::unused_unit, clippy::must_use_candidate, reason = "one form for every method")]
            impl $View {
                /// The view onto `source`, in a form that crosses the boundary.
                $vis fn new(source: impl $Source) -> Self {
                    Self($crate::abi::Object::new(__Provided(source)))
                }

                $(
                    $(#[$attr])*
                    $vis fn $method(&self $(, $arg: $Arg)*) -> $Ret {
                        let args = $crate::__private::list([$($crate::Wire::into_value($arg)),*]);
                        let answer = self.0.call(__Number::$method as u32, args);
                        $(
                            if let $crate::abi::Value::Absent = answer {
                                return $fallback;
                            }
                        )?
                        $crate::__private::from_answer(answer)
                    }
                )*
            }

            // SAFETY: declared `repr(transparent)` over `Object` above.
            unsafe impl $crate::View for $View {
                const NAME: &'static str = stringify!($View);

                fn as_object(&self) -> &$crate::abi::Object {
                    &self.0
                }

                fn into_object(self) -> $crate::abi::Object {
                    self.0
                }

                fn from_object(object: $crate::abi::Object) -> Self {
                    Self(object)
                }

                fn methods(describe: &mut $crate::__private::Describe) -> $crate::__private::RVec<$crate::abi::MemberSignature> {
                    $crate::__private::list([$(
                        $crate::__private::method(
                            stringify!($method),
                            &[$(<$Arg as $crate::Wire>::describe(describe)),*],
                            &<$Ret as $crate::Wire>::describe(describe),
                            &[$(stringify!($fallback))?],
                        )
                    ),*])
                }
            }

            impl<'a> $crate::Wire<'a> for $View {
                fn describe(into: &mut $crate::__private::Describe) -> String {
                    $crate::__private::describe_view::<Self>(into)
                }

                fn into_value(self) -> $crate::abi::Value<'a> {
                    $crate::abi::Value::Object(self.0)
                }

                fn from_value(value: $crate::abi::Value<'a>) -> Result<Self, $crate::Error> {
                    $crate::__private::object(value).map(Self)
                }

                fn missing(_: $crate::Error) -> Self {
                    Self($crate::abi::Object::empty())
                }
            }

            struct __Provided<S>(S);

            #[allow(unused, deprecated, reason = "a view may have no methods, or some that are on their way out")]
            impl<S: $Source> $crate::abi::Dispatch for __Provided<S> {
                fn dispatch<'a>(
                    &'a self,
                    method: u32,
                    args: $crate::__private::RVec<$crate::abi::Value<'_>>,
                ) -> $crate::abi::Value<'a> {
                    let mut args = $crate::__private::Args::new(args);
                    $(
                        if method == __Number::$method as u32 {
                            $(let $arg = args.take();)*
                            return $crate::Wire::into_value(self.0.$method($($arg),*));
                        }
                    )*
                    $crate::abi::Value::Absent
                }
            }
        };
    };
}
