//! What a field is: a name, and the type of its value.

use std::marker::PhantomData;

use serde_json::Value;

/// The type of a field's value.
pub trait FieldKind {
    /// As people see it.
    const NAME: &'static str;
    /// All values there are, where it is one of some words.
    const WORDS: &'static [&'static str] = &[];
    /// What the field is set to.
    type Value<'a>;
    /// What is sent.
    fn json(value: Self::Value<'_>) -> Value;
}

/// The type of the part of a family's name that differs.
pub trait NamePart {
    /// What names one field of the family.
    type Name<'a>;
    /// What is sent.
    fn text(name: Self::Name<'_>) -> &str;
}

/// A field, or a family of fields that are named by `P`.
#[derive(Debug)]
pub struct Field<K, P = ()> {
    name: &'static str,
    types: PhantomData<fn(K, P)>,
}

impl<K, P> Field<K, P> {
    /// For [`fields!`](crate::fields).
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(name: &'static str) -> Self {
        Self { name, types: PhantomData }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
