//! An event, as it was sent and as it is counted.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::Deserialize;

use super::properties::Properties;
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
