//! Items of an interface that are compiled under a condition.

/// Puts the conditions among an item's attributes before the macro that writes it, since that makes
/// several items of one.
///
/// Takes conditions and other attributes so far, those that are left, the macro, and what it gets
/// besides the attributes.
#[doc(hidden)]
#[macro_export]
macro_rules! __conditional {
    ([$($cfg:tt)*] [$($attr:tt)*] [$(#[doc $($doc:tt)*])* #[cfg $($condition:tt)*] $($left:tt)*] $($write:tt)*) => {
        $crate::__conditional! {
            [$($cfg)* #[cfg $($condition)*]] [$($attr)* $(#[doc $($doc)*])*] [$($left)*] $($write)*
        }
    };
    ([$($cfg:tt)*] [$($attr:tt)*] [$(#[doc $($doc:tt)*])*] $macro:ident $($write:tt)*) => {
        $($cfg)* $crate::$macro! { @begin [$($attr)* $(#[doc $($doc)*])*] $($write)* }
    };
    ($cfg:tt [$($attrs:tt)*] [#[$attr:meta] $($left:tt)*] $($write:tt)*) => {
        $crate::__conditional! { $cfg [$($attrs)* #[$attr]] [$($left)*] $($write)* }
    };
}
