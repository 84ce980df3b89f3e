//! Durations and points in time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::crossing::Wire;
use crate::{abi::Value, describe::Describe, error::Error};

const NANOS: u32 = 1_000_000_000;

/// Crosses as seconds and nanoseconds.
impl<'a> Wire<'a> for Duration {
    fn describe(_: &mut Describe) -> String {
        "duration".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        (self.as_secs(), self.subsec_nanos()).into_value()
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match <(u64, u32)>::from_value(value)? {
            (seconds, nanos @ ..NANOS) => Ok(Self::new(seconds, nanos)),
            (_, nanos) => Err(Error::new(format_args!("expected less than a second, got {nanos} nanoseconds"))),
        }
    }
    fn missing(_: Error) -> Self {
        Self::ZERO
    }
}

/// Crosses as the duration since 1970, or until then.
impl<'a> Wire<'a> for SystemTime {
    fn describe(_: &mut Describe) -> String {
        "system_time".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match self.duration_since(UNIX_EPOCH) {
            Ok(since) => (true, since).into_value(),
            Err(before) => (false, before.duration()).into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let (is_since, duration) = <(bool, Duration)>::from_value(value)?;
        let time = if is_since { UNIX_EPOCH.checked_add(duration) } else { UNIX_EPOCH.checked_sub(duration) };
        time.ok_or_else(|| Error::new(format_args!("this system has no time {duration:?} from 1970")))
    }
    fn missing(_: Error) -> Self {
        UNIX_EPOCH
    }
}
