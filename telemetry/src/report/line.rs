//! A line as events: one, several in Heap's bulk form, or the log records that an OpenTelemetry
//! collector writes.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    event::{Stated, UsageEvent},
    otlp::Export,
    unread::Unread,
};

/// Several events in one request.
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
