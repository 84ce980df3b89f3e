//! Log records in OTLP's JSON form, as collectors write them to files.

use std::{
    borrow::Cow,
    time::{Duration, UNIX_EPOCH},
};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    event::{Stated, UsageEvent},
    properties::Properties,
};
use crate::time::timestamp;

/// What one request holds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export<'a> {
    #[serde(borrow)]
    resource_logs: Vec<ResourceLogs<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceLogs<'a> {
    #[serde(borrow, default)]
    scope_logs: Vec<ScopeLogs<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopeLogs<'a> {
    #[serde(borrow, default)]
    log_records: Vec<LogRecord<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogRecord<'a> {
    #[serde(borrow, default)]
    event_name: Cow<'a, str>,
    /// A number of 64 bits, as text or as it is.
    #[serde(borrow, default)]
    time_unix_nano: Option<&'a RawValue>,
    #[serde(borrow, default)]
    attributes: Vec<Attribute<'a>>,
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow, default)]
    value: AnyValue<'a>,
}

#[derive(Deserialize, Default)]
struct AnyValue<'a> {
    #[serde(default, rename = "stringValue")]
    string: Option<String>,
    #[serde(borrow, default, rename = "intValue")]
    integer: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "doubleValue")]
    double: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "boolValue")]
    boolean: Option<&'a RawValue>,
}

impl<'a> Export<'a> {
    /// Each record that has an event's name.
    pub fn events(self) -> Vec<UsageEvent<'a>> {
        let scopes = self.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
        let records = scopes.flat_map(|scope| scope.log_records);
        records.filter(|record| !record.event_name.is_empty()).map(UsageEvent::from).collect()
    }
}

impl<'a> From<LogRecord<'a>> for UsageEvent<'a> {
    fn from(record: LogRecord<'a>) -> Self {
        let nanos = record.time_unix_nano.and_then(|nanos| nanos.get().trim_matches('"').parse().ok());
        let time = nanos.and_then(|nanos| UNIX_EPOCH.checked_add(Duration::from_nanos(nanos)));
        let mut stated = Stated {
            event: record.event_name,
            timestamp: time.map(timestamp).unwrap_or_default().into(),
            identity: Cow::default(),
            idempotency_key: Cow::default(),
            properties: Properties::default(),
        };
        for Attribute { key, value } in record.attributes {
            let text = value.text();
            match key.as_ref() {
                "identity" | "user.id" | "enduser.id" => stated.identity = text,
                "idempotency_key" => stated.idempotency_key = text,
                _ => stated.properties.0.push((key, text)),
            }
        }
        stated.into()
    }
}

impl<'a> AnyValue<'a> {
    fn text(self) -> Cow<'a, str> {
        match (self.string, self.integer.or(self.double).or(self.boolean)) {
            (Some(text), _) => text.into(),
            (None, Some(value)) => value.get().trim_matches('"').into(),
            (None, None) => Cow::default(),
        }
    }
}
