//! Structs and enums of an interface: how they cross, and how they grow.

use hookspec::{
    Describe, Error, Wire,
    abi::{Signature, Value},
    signature::check,
};

use crate::{crossed, refused};

mod older {
    //! As first published.

    hookspec::types! {
        /// A note.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Note {
            /// Its first line.
            pub title: String,
            /// How to show it.
            pub format: Format,
        }

        /// How to show a note.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Format {
            /// As it is.
            Plain,
            /// As a page.
            Html {
                /// The style sheet.
                css: String,
                /// In points.
                size: u8,
            },
            /// With so many columns, so wide.
            Columns(u8, f64),
            /// Of a later version.
            else Other,
        }

        /// How to sort notes: without a variant for what is not known.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Order {
            /// By title.
            #[default]
            Title,
            /// By date.
            Date,
        }
    }
}

mod newer {
    //! With what was added since.

    hookspec::types! {
        /// A note.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Note {
            /// Its first line.
            pub title: String,
            /// How to show it.
            pub format: Format,
            /// For searching.
            pub tags: Vec<String> = vec!["untagged".to_owned()],
            /// Notes below it.
            pub notes: Vec<Note> = Vec::new(),
        }

        /// How to show a note.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Format {
            /// As it is.
            Plain,
            /// Read aloud.
            Aloud { voice: String },
            /// As a page.
            Html {
                /// The style sheet.
                css: String,
                /// In points.
                size: u8,
            },
            /// With so many columns, so wide.
            Columns(u8, f64),
            /// Of a later version.
            else Other,
        }

        /// How to sort notes.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Order {
            /// By title.
            Title,
            /// By length.
            Length,
            /// By date.
            Date,
        }
    }
}

/// What a reader of `T` gets of it.
fn read<S: Wire<'static>, T: Wire<'static>>(sent: S) -> T {
    T::from_value(sent.into_value()).expect("it is read")
}

fn signature<T: Wire<'static>>() -> Signature {
    let mut describe = Describe::default();
    let output = T::describe(&mut describe);
    describe.finish("()".to_owned(), output, false)
}

#[test]
fn structs_and_enums_arrive() {
    for format in [
        older::Format::Plain,
        older::Format::Html { css: "a".to_owned(), size: 12 },
        older::Format::Columns(3, 1.5),
        older::Format::Other,
    ] {
        let note = older::Note { title: "tea".to_owned(), format };
        assert_eq!(crossed(note.clone()), note);
        assert_eq!(crossed(Some(vec![note.clone()])), Some(vec![note]));
    }
    assert_eq!(crossed(older::Order::Date), older::Order::Date);
    let inner =
        newer::Note { title: "in".to_owned(), format: newer::Format::Other, tags: Vec::new(), notes: Vec::new() };
    let outer = newer::Note { notes: vec![inner.clone(), inner.clone()], ..inner };
    assert_eq!(crossed(outer.clone()), outer);
}

#[test]
fn a_reader_does_without_what_an_older_sender_lacks() {
    let sent = older::Note { title: "tea".to_owned(), format: older::Format::Plain };
    let got: newer::Note = read(sent);
    assert_eq!((got.title.as_str(), got.tags, got.notes), ("tea", vec!["untagged".to_owned()], Vec::new()));
}

#[test]
fn a_reader_passes_over_what_a_newer_sender_adds() {
    let format = newer::Format::Aloud { voice: "low".to_owned() };
    let sent = newer::Note { title: "tea".to_owned(), format, tags: Vec::new(), notes: Vec::new() };
    assert_eq!(read::<_, older::Note>(sent), older::Note { title: "tea".to_owned(), format: older::Format::Other });
}

#[test]
fn a_variant_that_the_reader_lacks_is_named() {
    assert_eq!(read::<_, older::Order>(newer::Order::Date), older::Order::Date);
    assert_eq!(
        refused::<older::Order>(newer::Order::Length.into_value()),
        "`Order` has no variant `Length` on this side"
    );
    let odd = "\u{1b}[31m\n".repeat(100);
    assert!(refused::<older::Order>(odd.into_value()).starts_with("`Order` has no variant `\\u{1b}[31m\\n\\u{1b}"));
}

#[test]
fn what_does_not_fit_is_named_with_its_place() {
    assert_eq!(refused::<older::Note>((7,).into_value()), "`Note::title`: expected a string, got 7");
    assert_eq!(refused::<older::Note>(("tea",).into_value()), "`Note::format` is missing");
    assert_eq!(
        refused::<older::Note>(("tea", ("Html", "a", 300)).into_value()),
        "`Format::Html::size`: expected u8, got 300"
    );
    assert_eq!(refused::<older::Note>(7.into_value()), "expected `Note`, got 7");
    assert_eq!(refused::<older::Format>(7.into_value()), "expected a variant of `Format`, got 7");
    let empty = Value::List(Vec::new().into());
    assert_eq!(refused::<older::Format>(empty), "expected a variant of `Format`, got a list of 0");
    let failed = Error::new("no oven").into_failure().into();
    assert_eq!(refused::<older::Note>(failed), "no oven");
}

#[test]
fn the_empty_value_is_what_the_fields_declare() {
    let empty = newer::Note::missing(Error::new("gone"));
    assert_eq!((empty.title.as_str(), empty.format, empty.tags.len()), ("", newer::Format::Other, 1));
    assert_eq!(older::Order::missing(Error::new("gone")), older::Order::Title);
}

#[test]
fn growth_fits_in_both_directions() {
    let (older, newer) = (signature::<older::Note>(), signature::<newer::Note>());
    assert_eq!(check(&older, &newer), Ok(()));
    assert_eq!(check(&newer, &older), Ok(()));
    let (older, newer) = (signature::<older::Order>(), signature::<newer::Order>());
    assert_eq!(check(&older, &newer), Ok(()));
    assert_eq!(check(&newer, &older), Ok(()));
}

/// What is said of a change that is none of growth.
macro_rules! differs {
    ($({ $($ours:tt)* } { $($theirs:tt)* } $line:literal)*) => {$({
        mod ours { hookspec::types! { $($ours)* } }
        mod theirs { hookspec::types! { $($theirs)* } }
        let line = check(&signature::<ours::It>(), &signature::<theirs::It>()).expect_err("they differ").to_string();
        assert_eq!(line, $line);
    })*};
}

#[test]
#[allow(missing_docs, dead_code, reason = "only compared")]
fn any_other_change_is_told_in_one_line() {
    differs!(
        { pub struct It { pub a: u8 } } { pub struct It { pub b: u8 } }
        "field 0 of `It` is `a` in the host but `b` in the plugin"
        { pub struct It { pub a: u8 } } { pub struct It { pub a: u16 } }
        "`It::a` is `u8` in the host but `u16` in the plugin"
        { pub struct It { pub a: u8 } } { pub struct It { pub a: u8, pub b: u8 } }
        "the plugin needs `It::b`, which the host lacks"
        { pub struct It { pub a: u8, pub b: u8 } } { pub struct It { pub a: u8 } }
        "the host needs `It::b`, which the plugin lacks"
        { pub struct It { pub a: u8 } } { pub enum It { A } }
        "`It` is a struct in the host but an enum in the plugin"
        { pub enum It { A(u8) } } { pub enum It { A(u16) } }
        "`It` has the variant `A(u8)` in the host but `A(u16)` in the plugin"
        { pub enum It { A { b: u8 } } } { pub enum It { B, A { c: u8 } } }
        "`It` has the variant `A { b }(u8)` in the host but `A { c }(u8)` in the plugin"
        { pub enum It { A(In) } pub struct In { pub a: u8 } } { pub enum It { A(In) } pub struct In { pub a: char } }
        "`In::a` is `u8` in the host but `char` in the plugin"
    );
}

hookspec::types! {
    /// Has nothing yet.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Nothing {}
    /// Has one of one.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Only {
        /// This one.
        This,
    }
    /// Is known by nothing but what is unknown.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Unknown {
        /// All.
        else Any,
    }
}

#[test]
fn what_is_empty_arrives_too() {
    assert_eq!(crossed(vec![Some(Nothing {}), None]), [Some(Nothing {}), None]);
    assert_eq!(crossed((Nothing {}, Only::This)), (Nothing {}, Only::This));
    assert_eq!(crossed(Unknown::Any), Unknown::Any);
    let both = (Nothing {}, vec![(older::Order::Title, 1), (older::Order::Date, 2)]).into_value();
    assert_eq!(
        refused::<(Nothing, std::collections::BTreeMap<Unknown, u8>)>(both),
        "expected 2 different keys of a map, got 1"
    );
}

hookspec::types! {
    /// Contains itself.
    #[derive(Debug)]
    pub struct Tree {
        /// What is below.
        pub below: Option<Box<Tree>>,
    }
}

fn tree(depth: usize) -> Tree {
    (1..depth).fold(Tree { below: None }, |tree, _| Tree { below: Some(Box::new(tree)) })
}

fn depth(tree: &Tree) -> usize {
    1 + tree.below.as_deref().map_or(0, depth)
}

#[test]
fn a_type_that_contains_itself_crosses_to_a_bound() {
    assert_eq!(depth(&crossed(tree(128))), 128);
    assert_eq!(refused::<Tree>(tree(129).into_value()), "`Tree::below`: values are nested more than 128 deep");
    assert_eq!(refused::<Tree>(tree(10_000).into_value()), "`Tree::below`: values are nested more than 128 deep");
    let sent = (0..100_000).fold(Value::List(vec![Value::None].into()), |inner, _| Value::List(vec![inner].into()));
    assert_eq!(refused::<Tree>(sent), "`Tree::below`: values are nested more than 128 deep");
    // The count starts anew.
    assert_eq!(depth(&crossed(tree(128))), 128);
}
