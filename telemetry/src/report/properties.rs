//! An event's properties, as far as they can be counted.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// An event has some dozens; what comes behind so many is passed over.
const MAX_PROPERTIES: usize = 512;

/// Texts, and whatever else a property may be as JSON.
#[derive(Debug, Default)]
pub struct Properties<'a>(pub Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Properties<'_> {
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())?;
        (!value.is_empty() && value != "null").then_some(value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Properties<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Properties<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("properties")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut properties = Vec::with_capacity(32);
                while properties.len() < MAX_PROPERTIES {
                    let Some((Text(name), value)) = map.next_entry::<Text<'de>, &'de RawValue>()? else { break };
                    properties.push((name, scalar(value)));
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Properties(properties))
            }
        }

        deserializer.deserialize_map(Each)
    }
}

/// The text of a string, and of everything else its JSON.
fn scalar(value: &RawValue) -> Cow<'_, str> {
    match serde_json::from_str::<Text<'_>>(value.get()) {
        Ok(Text(text)) => text,
        Err(_) => value.get().into(),
    }
}

/// A string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
