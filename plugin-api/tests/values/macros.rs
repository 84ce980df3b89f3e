//! The macros where names of their users could get in their way.
#![allow(dead_code, reason = "only compiled")]

use std::sync::atomic::{AtomicU32, Ordering};

use hookspec::{Describe, View, abi::Object};

/// Every name that the macros could have meant.
mod crowded {
    #[derive(Clone, Copy, Debug)]
    pub struct Error;
    pub type Result<T> = std::result::Result<T, Error>;
    pub struct String;
    pub struct Vec;
    pub struct Option;
    pub struct Box;
    pub struct Value;
    pub trait Clone {}
    pub trait Debug {}
    pub trait Send {}
    pub trait Sync {}
    pub trait From {}
    #[allow(non_snake_case, reason = "as the prelude's")]
    pub fn Ok() {}
    #[allow(non_snake_case, reason = "as the prelude's")]
    pub fn Err() {}
    #[allow(non_snake_case, reason = "as the prelude's")]
    pub fn Some() {}
    #[allow(non_upper_case_globals, reason = "as the prelude's")]
    pub const None: () = ();

    hookspec::views! {
        /// An oven.
        pub view Oven of S {
            /// Its heat.
            fn heat(&self) -> u32;
            /// Its cake.
            fn cake(&self, name: &str, tray: u8) -> std::vec::Vec<Cake> { ::std::vec::Vec::new() }
        }
    }

    hookspec::types! {
        /// A cake.
        pub struct Cake {
            /// Its pieces.
            pub pieces: std::vec::Vec<u8>,
            /// Its glaze.
            pub glaze: std::option::Option<Glaze> = std::option::Option::None,
        }
        /// A glaze.
        pub enum Glaze {
            /// Sweet.
            Sugar,
            /// Brown.
            Chocolate(u8, std::string::String),
            /// White.
            Cream {
                /// How much.
                grams: u8
            },
            /// Any.
            else Other,
        }
    }
}

#[test]
fn names_of_the_prelude_may_be_taken() {
    struct Hot;
    impl crowded::S for Hot {
        fn heat(&self) -> u32 {
            180
        }
    }
    let oven = crowded::Oven::new(Hot);
    assert_eq!((oven.heat(), oven.cake("tea", 1).len()), (180, 0));
}

hookspec::views! {
    /// Has nothing to say.
    pub view Nothing of NothingSource {}

    /// Grown.
    pub view Oven of OvenSource {
        /// Keeps what it is given, where it can.
        fn keep(&self, cake: String, bytes: Vec<u8>) -> (String, Vec<u8>) { (cake, bytes) }
        /// Uses another method.
        fn twice(&self, number: u32) -> u32 { self.once(number) * 2 }
        /// Used by another method.
        fn once(&self, number: u32) -> u32 { number + 1 }
        /// Takes nothing, gives nothing.
        fn tick(&self) { () }
        /// Is not there in this build.
        #[cfg(any())]
        fn lacking(&self, missing: NoSuchType) -> NoSuchType;
        /// Is there,
        /// in this build.
        #[cfg(all())]
        #[must_use]
        #[doc(alias = "thing")]
        fn there(&self) -> u32 { 7 }
        /// On its way out.
        #[deprecated = "use `there`"]
        #[allow(clippy::wrong_self_convention, reason = "an attribute of a lint")]
        fn from_before(&self) -> u32 { 8 }
    }
}

struct Silent;
impl NothingSource for Silent {}
impl OvenSource for Silent {}

#[test]
fn a_view_may_have_no_methods() {
    let nothing = Nothing::new(Silent);
    assert_eq!(format!("{nothing:?}"), "Nothing(Object)");
    assert_eq!(Nothing::methods(&mut Describe::default()).len(), 0);
}

#[test]
fn a_fallback_may_use_its_arguments_and_other_methods() {
    // The source that has no method of its own, and the object of an older one that lacks all.
    for oven in [Oven::new(Silent), Oven::from_object(Object::empty())] {
        assert_eq!(oven.keep("tea".to_owned(), vec![1]), ("tea".to_owned(), vec![1]));
        assert_eq!(oven.twice(3), 8);
        oven.tick();
        assert_eq!(oven.there(), 7);
    }
}

#[test]
fn a_method_may_be_left_out_of_a_build() {
    let methods = Oven::methods(&mut Describe::default());
    let names: Vec<_> = methods.iter().map(|method| method.name.as_str()).collect();
    assert_eq!(names, ["keep", "twice", "once", "tick", "there", "from_before"]);
}

#[test]
fn a_method_with_a_fallback_is_called_once() {
    struct Counting(AtomicU32);
    impl OvenSource for Counting {
        fn once(&self, number: u32) -> u32 {
            number + self.0.fetch_add(1, Ordering::Relaxed)
        }
    }
    let oven = Oven::new(Counting(AtomicU32::new(0)));
    assert_eq!([oven.once(10), oven.once(10), oven.twice(10)], [10, 11, 24]);
}

/// Under conditions, in each place that has one.
mod conditional {
    hookspec::views! {
        /// Is not there.
        #[cfg(any())]
        pub view Missing of MissingSource { fn a(&self) -> NoSuchType; }
        #[cfg(all())]
        /// Is there.
        #[cfg(not(any()))]
        #[allow(clippy::module_name_repetitions, reason = "an attribute among conditions")]
        pub view Oven of OvenSource { fn heat(&self) -> u32; }
    }
    hookspec::types! {
        /// Is not there.
        #[cfg(any())]
        #[derive(Clone)]
        pub struct Cake { pub pieces: NoSuchType }
        /// Is there.
        #[derive(Clone, Debug, PartialEq)]
        #[cfg(all())]
        pub struct Cake { pub pieces: u8 = 8 }
        #[cfg(any())]
        pub enum Glaze { Sugar(NoSuchType) }
    }
    hookspec::hookspecs! {
        /// Is not there.
        #[cfg(any())]
        pub hook Bake = "bake" fn(Missing) -> NoSuchType, first_result;
        /// Is there.
        #[cfg(all())]
        pub hook Bake = "bake" fn(Oven) -> Cake, first_result;
    }
}

#[test]
fn an_item_may_be_left_out_of_a_build() {
    assert_eq!(crate::crossed(conditional::Cake { pieces: 3 }), conditional::Cake { pieces: 3 });
    let signature = <conditional::Bake as hookspec::HookSpec>::signature();
    assert_eq!((signature.args.as_str(), signature.output.as_str()), ("Oven", "Cake"));
}

/// A view with so many methods, and an enum with so many variants, as one interface may have.
macro_rules! large {
    ($($method:ident $Variant:ident)*) => {
        hookspec::views! {
            /// Large.
            pub view Large of LargeSource {
                $(
                    /// One of many.
                    ///
                    /// Told at length.
                    #[must_use]
                    fn $method(&self) -> u8 { 1 }
                )*
            }
        }
        hookspec::types! {
            /// Large.
            pub enum Many {
                $(
                    /// One of many.
                    $Variant(u8),
                )*
            }
        }
    };
}
large!(
    a0 A0 a1 A1 a2 A2 a3 A3 a4 A4 a5 A5 a6 A6 a7 A7 a8 A8 a9 A9 b0 B0 b1 B1 b2 B2 b3 B3 b4 B4 b5 B5 b6 B6 b7 B7 b8 B8 b9 B9
    c0 C0 c1 C1 c2 C2 c3 C3 c4 C4 c5 C5 c6 C6 c7 C7 c8 C8 c9 C9 d0 D0 d1 D1 d2 D2 d3 D3 d4 D4 d5 D5 d6 D6 d7 D7 d8 D8 d9 D9
    e0 E0 e1 E1 e2 E2 e3 E3 e4 E4 e5 E5 e6 E6 e7 E7 e8 E8 e9 E9
);

#[test]
fn an_interface_may_be_large() {
    assert_eq!(Large::methods(&mut Describe::default()).len(), 50);
    assert!(matches!(crate::crossed(Many::E9(3)), Many::E9(3)));
}
