//! A line as events: one, several in Heap's bulk form, or the log records that an OpenTelemetry
//! collector writes.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::{Deserialize, de::IgnoredAny};

use super::{otlp::Export, properties::Properties, unread::Unread};
use crate::{day::Day, event::MISSING_USER_IDENTITY};

/// The first day that an event can be of, and the last.
const DAYS: [&str; 2] = ["2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"];

/// What is counted of an event. Whom it is of is known by hashes alone.
#[derive(Debug)]
pub struct UsageEvent<'a> {
    pub name: Cow<'a, str>,
    /// `None` where it does not say, or nothing that can be.
    pub day: Option<Day>,
    pub user: Option<u64>,
    pub key: Option<u64>,
    pub properties: Properties<'a>,
}

/// An event as it is sent.
#[derive(Deserialize)]
pub struct Stated<'a> {
    #[serde(borrow)]
    pub event: Cow<'a, str>,
    #[serde(borrow, default)]
    pub timestamp: Cow<'a, str>,
    #[serde(borrow, default)]
    pub identity: Cow<'a, str>,
    #[serde(borrow, default)]
    pub idempotency_key: Cow<'a, str>,
    #[serde(borrow, default)]
    pub properties: Properties<'a>,
}

#[derive(Deserialize)]
struct Bulk<'a> {
    #[serde(borrow)]
    events: Vec<Stated<'a>>,
}

/// The events in a line.
pub fn events(line: &[u8]) -> Result<Vec<UsageEvent<'_>>, Unread> {
    let line = std::str::from_utf8(line).map_err(|_| Unread::Damaged)?;
    // An array could be taken for the fields in their order.
    if line.starts_with('{') {
        if let Ok(stated) = serde_json::from_str::<Stated<'_>>(line) {
            return Ok(vec![stated.into()]);
        }
        if let Ok(bulk) = serde_json::from_str::<Bulk<'_>>(line) {
            return Ok(bulk.events.into_iter().map(UsageEvent::from).collect());
        }
        if let Ok(export) = serde_json::from_str::<Export<'_>>(line) {
            return Ok(export.events());
        }
    }
    let is_json = serde_json::from_str::<IgnoredAny>(line).is_ok();
    Err(if is_json { Unread::Foreign } else { Unread::Damaged })
}

impl<'a> From<Stated<'a>> for UsageEvent<'a> {
    fn from(stated: Stated<'a>) -> Self {
        let Stated { event, timestamp, identity, idempotency_key, properties } = stated;
        Self {
            name: event,
            day: Day::of(&timestamp).filter(|day| is_possible(*day)),
            user: Some(identity.as_ref()).filter(|user| !user.is_empty() && *user != MISSING_USER_IDENTITY).map(hash),
            key: Some(idempotency_key.as_ref()).filter(|key| !key.is_empty()).map(hash),
            properties,
        }
    }
}

fn is_possible(day: Day) -> bool {
    let [first, last] = DAYS.map(Day::of);
    first.is_some_and(|first| first <= day) && last.is_some_and(|last| day < last)
}

/// Eight bytes in place of a name of any length.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
