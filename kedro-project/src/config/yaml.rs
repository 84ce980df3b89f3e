//! YAML within bounds: no more values than a configuration has, no deeper than anybody writes.
//!
//! An alias stands for as much as its anchor, so a few lines can ask for more than any machine has.

use std::{cell::Cell, fmt};

use saphyr_parser::{Event, Parser};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_yaml::{
    Error, Mapping, Value,
    value::{Tag, TaggedValue},
};

/// More than this is not a configuration that anybody has written, in bytes.
pub(super) const MAX_FILE: u64 = 4 << 20;
/// Values that a file may stand for, keys among them.
const MOST_VALUES: usize = 300_000;
/// Bytes of text that count as one value.
const BYTES_A_VALUE: usize = 128;
/// Values and brackets that are written in a file: the parser keeps them all before it gives the
/// first.
pub(super) const MOST_WRITTEN: usize = 150_000;
/// Open brackets times bytes: the parser looks at all brackets that are open with each token.
const MOST_BRACKET_BYTES: usize = 50_000_000;

/// The value that `text` stands for, which is not [too deep](too_deep_at).
pub(super) fn parse(text: &str) -> Result<Value, Error> {
    let left = Cell::new(MOST_VALUES);
    Bounded(&left).deserialize(serde_yaml::Deserializer::from_str(text))
}

/// The line, from 1, where brackets are within one another more deeply than could be read in time.
/// Only looked for where there are very many of them.
pub(super) fn too_deep_at(text: &str) -> Option<usize> {
    let deepest = MOST_BRACKET_BYTES / text.len().max(1);
    let brackets = text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    if brackets <= deepest {
        return None;
    }
    let mut depth: usize = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            // What cannot be looked through may be as deep as it has brackets.
            Err(error) => return Some(error.marker().line()),
        };
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > deepest {
            return Some(span.start.line());
        }
    }
    None
}

/// The line, from 1, where there is more than is read within bounds of memory, in a text that is
/// not [too deep](too_deep_at). Only looked for where a text is so long.
pub(super) fn too_much_at(text: &str) -> Option<usize> {
    if text.len() <= MOST_WRITTEN {
        return None;
    }
    // What the parser here does not take is told by the other.
    let mut events = Parser::new_from_str(text).map_while(Result::ok);
    events.nth(MOST_WRITTEN).map(|(_, span)| span.start.line())
}

/// Makes a value, and counts it.
#[derive(Clone, Copy)]
struct Bounded<'a>(&'a Cell<usize>);

impl Bounded<'_> {
    fn take<E: serde::de::Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(1 + bytes / BYTES_A_VALUE);
        self.0.set(left.unwrap_or_default());
        left.map(drop).ok_or_else(|| E::custom(format_args!("there are more than {MOST_VALUES} values, with aliases")))
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.take(0).map(|()| value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.take(0).map(|()| value.into())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.take(0).map(|()| value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.take(0).map(|()| value.into())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.take(value.len()).map(|()| value.into())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.take(0).map(|()| Value::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.take(0)?;
        let mut sequence = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            sequence.push(item);
        }
        Ok(Value::Sequence(sequence))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.take(0)?;
        let mut mapping = Mapping::new();
        while let Some(key) = entries.next_key_seed(self)? {
            let value = entries.next_value_seed(self)?;
            match mapping.get_mut(&key) {
                Some(earlier) if key == MERGE => *earlier = merged_twice(std::mem::take(earlier), value),
                // Kedro's reader looks at keys that are text only.
                Some(_) if key.is_string() => {
                    return Err(A::Error::custom(format_args!("duplicate entry with key {}", shown(&key))));
                }
                _ => drop(mapping.insert(key, value)),
            }
        }
        Ok(Value::Mapping(mapping))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (tag, content) = tagged.variant::<TagText>()?;
        if tag.0.is_empty() {
            return Err(A::Error::custom("a YAML tag is empty"));
        }
        let value = content.newtype_variant_seed(self)?;
        Ok(Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag.0), value })))
    }
}

/// The key under which a mapping takes over the entries of others.
const MERGE: &str = "<<";

/// What is taken over by two such keys: the later one wins, while in a list the first one does.
fn merged_twice(earlier: Value, later: Value) -> Value {
    let list = |value: Value| match value {
        Value::Sequence(items) => items,
        other => vec![other],
    };
    Value::Sequence(list(later).into_iter().chain(list(earlier)).collect())
}

/// A tag that is not YAML's own.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct TagText(String);

/// A key, for people.
fn shown(key: &Value) -> String {
    match key {
        Value::String(text) => format!("{text:?}"),
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_owned(),
    }
}
