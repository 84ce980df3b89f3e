//! What a field of a derived event may be: a count, a bucket, a word, yes or no, and free text
//! where it is asked for by that name.

use std::{borrow::Cow, marker::PhantomData};

use serde_json::Value;

use super::field::FieldKind;

/// A value that cannot hold anything private: a count, yes or no, or a word of an enum with
/// `#[derive(UsageWord)]`; or perhaps none of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an event",
    label = "not a count, a word, or yes or no",
    note = "fields are whole numbers without a sign, `bool`, and enums with `#[derive(UsageWord)]`",
    note = "text has to be asked for, with a reason that users are shown: `#[event(free_text = \"…\")]`"
)]
pub trait FieldValue {
    /// The type in JSON.
    const KIND: &'static str;
    /// A value, as JSON.
    const EXAMPLE: &'static str;
    /// All words there are, where it is one.
    const WORDS: &'static [&'static str] = &[];
    /// What is sent.
    fn into_json(self) -> Value;
}

/// The type of the field that holds such a value.
#[derive(Debug)]
pub struct ValueOf<T>(PhantomData<fn(T)>);

impl<T: FieldValue> FieldKind for ValueOf<T> {
    const NAME: &'static str = T::KIND;
    const WORDS: &'static [&'static str] = T::WORDS;
    type Value<'a> = T;
    fn json(value: T) -> Value {
        value.into_json()
    }
}

impl FieldValue for bool {
    const KIND: &'static str = "boolean";
    const EXAMPLE: &'static str = "false";
    fn into_json(self) -> Value {
        self.into()
    }
}

/// A count, of which the bucket can be sent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in buckets",
    label = "not a whole number without a sign",
    note = "buckets are of numbers: `#[event(buckets = [1, 10, 100])] lines: u64`"
)]
pub trait CountValue {
    /// How many.
    fn count(self) -> u64;
}

macro_rules! counts {
    ($($Number:ty),*) => {$(
        impl CountValue for $Number {
            fn count(self) -> u64 {
                u64::try_from(self).unwrap_or(u64::MAX)
            }
        }

        impl FieldValue for $Number {
            const KIND: &'static str = "integer";
            const EXAMPLE: &'static str = "3";
            fn into_json(self) -> Value {
                self.count().into()
            }
        }
    )*};
}

counts!(u8, u16, u32, u64, usize);

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: &'static str = match T::KIND.as_bytes() {
        b"integer" => "integer or null",
        b"boolean" => "boolean or null",
        _ => "string or null",
    };
    const EXAMPLE: &'static str = T::EXAMPLE;
    const WORDS: &'static [&'static str] = T::WORDS;
    fn into_json(self) -> Value {
        self.map_or(Value::Null, T::into_json)
    }
}

field_kinds! {
    /// The bucket that a count is in.
    Bucketed<'a>(label: &'static str) as "string" => label.into();
}

/// The label of the bucket that a count is in: one more than there are `starts`.
#[doc(hidden)]
#[must_use]
pub fn bucket(count: u64, starts: &[u64], labels: &'static [&'static str]) -> &'static str {
    let index = starts.partition_point(|start| *start <= count);
    labels.get(index).copied().unwrap_or_default()
}

/// Text that is sent as it is, cut at [`MAX_TEXT`](super::MAX_TEXT).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text",
    note = "free text is a `String`, a `&str`, or perhaps one"
)]
pub trait TextValue {
    /// The text, if there is one.
    fn text(&self) -> Option<&str>;
}

impl TextValue for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextValue for &str {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextValue for Cow<'_, str> {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: TextValue> TextValue for Option<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(T::text)
    }
}
