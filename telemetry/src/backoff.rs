//! When to try a destination again after a failed delivery: exponential back-off with full jitter,
//! remembered across runs.
//!
//! Full jitter (a uniform choice between nothing and the exponential bound) spreads the senders of
//! many machines best after an outage; see M. Brooker, "Exponential Backoff and Jitter", AWS
//! Architecture Blog, 2015. What the endpoint asks for with `Retry-After` is the least that is
//! waited.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use small_files::{FileError, Visibility};

use crate::digest::Digest;

/// The bound after the first failure; it doubles with each further one.
pub const BASE: Duration = Duration::from_secs(60);
/// The longest wait, whatever the number of failures or the endpoint's wish.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_FILE: u64 = 16 * 1024;
/// So many destinations are remembered; another can be tried too early at worst.
const MAX_DESTINATIONS: usize = 64;

/// The failures so far and when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backoff {
    failures: u32,
    next_attempt_ms: u64,
}

impl Backoff {
    /// The state after another failure at `now`; `draw` is uniform in 0…1.
    #[must_use]
    pub fn after(previous: Option<Self>, now: SystemTime, retry_after: Option<Duration>, draw: f64) -> Self {
        let failures = previous.map_or(1, |previous| previous.failures.saturating_add(1));
        let doubled = 2_u32.checked_pow(failures - 1).map(|factor| BASE.saturating_mul(factor));
        let bound = doubled.unwrap_or(LONGEST).min(LONGEST);
        let wait = bound.mul_f64(draw.clamp(0.0, 1.0));
        let wait = wait.max(retry_after.unwrap_or_default()).min(LONGEST);
        let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let next = since_epoch.saturating_add(wait);
        Self { failures, next_attempt_ms: u64::try_from(next.as_millis()).unwrap_or(u64::MAX) }
    }

    /// Nothing has failed, and there is to be no attempt before `next`.
    #[must_use]
    pub fn pause(next: SystemTime) -> Self {
        let since_epoch = next.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { failures: 0, next_attempt_ms: u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX) }
    }

    /// Failed deliveries in a row.
    #[cfg(test)]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// When the next attempt may be made, if that is still to come.
    ///
    /// A time farther away than the longest wait was written under a clock that has been set back,
    /// and does not count.
    #[must_use]
    pub fn wait_until(&self, now: SystemTime) -> Option<SystemTime> {
        let next = UNIX_EPOCH.checked_add(Duration::from_millis(self.next_attempt_ms))?;
        let wait = next.duration_since(now).ok()?;
        (!wait.is_zero() && wait <= LONGEST).then_some(next)
    }
}

/// The file, below a state folder, that says which destinations are to be left alone; there while
/// delivery fails.
#[derive(Debug, Clone)]
pub struct BackoffFile(PathBuf);

/// By the digest of the destination.
type Backoffs = BTreeMap<String, Backoff>;

impl BackoffFile {
    /// The file in `state`, the state folder.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self(state.join("backoff.json"))
    }

    /// That of one destination.
    #[must_use]
    pub fn load(&self, destination: Digest) -> Option<Backoff> {
        self.load_all().remove(&destination.to_string())
    }

    /// When the first of the destinations may be tried again, if none may be now.
    #[must_use]
    pub fn first_attempt(&self, destinations: impl IntoIterator<Item = Digest>, now: SystemTime) -> Option<SystemTime> {
        let all = self.load_all();
        let waits = destinations.into_iter().map(|destination| all.get(&destination.to_string())?.wait_until(now));
        waits.collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    /// Sets that of one destination, in one step.
    pub fn store(&self, destination: Digest, backoff: Backoff) -> Result<(), FileError> {
        let mut all = self.load_all();
        while all.len() >= MAX_DESTINATIONS && all.pop_first().is_some() {}
        all.insert(destination.to_string(), backoff);
        self.write(&all)
    }

    /// Delivery to this destination works.
    pub fn clear(&self, destination: Digest) -> Result<(), FileError> {
        let mut all = self.load_all();
        if all.remove(&destination.to_string()).is_none() && !all.is_empty() {
            return Ok(());
        }
        if all.is_empty() { self.clear_all() } else { self.write(&all) }
    }

    /// Removes the file.
    pub fn clear_all(&self) -> Result<(), FileError> {
        small_files::remove(&self.0).map(drop)
    }

    /// A file that cannot be read or understood counts as none, so that delivery goes on.
    fn load_all(&self) -> Backoffs {
        let bytes = small_files::read(&self.0, MAX_FILE).ok().flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn write(&self, all: &Backoffs) -> Result<(), FileError> {
        let text = serde_json::to_vec(all).map_err(|error| FileError::io("write", &self.0)(error.into()))?;
        small_files::replace(&self.0, &text, Visibility::Owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = UNIX_EPOCH;

    fn wait(backoff: Backoff) -> Duration {
        let until = backoff.wait_until(NOW).unwrap_or(NOW);
        until.duration_since(NOW).unwrap()
    }

    #[test]
    fn the_bound_doubles_up_to_a_day_and_the_draw_falls_below_it() {
        let mut state = None;
        let mut bounds = Vec::new();
        for _ in 0..40 {
            let next = Backoff::after(state, NOW, None, 1.0);
            assert_eq!(wait(Backoff::after(state, NOW, None, 0.5)), wait(next) / 2);
            assert_eq!(wait(Backoff::after(state, NOW, None, 0.0)), Duration::ZERO);
            bounds.push(wait(next).as_secs());
            state = Some(next);
        }
        assert_eq!(bounds[..4], [60, 120, 240, 480]);
        assert_eq!(bounds[39], 24 * 60 * 60);
    }

    #[test]
    fn the_endpoints_wish_is_the_least_but_no_more_than_a_day() {
        let asked = |seconds| {
            let asked = Some(Duration::from_secs(seconds));
            wait(Backoff::after(None, NOW, asked, 0.5)).as_secs()
        };
        assert_eq!(asked(10), 30);
        assert_eq!(asked(600), 600);
        assert_eq!(asked(10_000_000), 24 * 60 * 60);
    }

    #[test]
    fn a_clock_set_back_does_not_stop_delivery() {
        let later = NOW + Duration::from_secs(365 * 24 * 60 * 60);
        let backoff = Backoff::after(None, later, None, 1.0);
        assert!(backoff.wait_until(later).is_some());
        assert_eq!(backoff.wait_until(NOW), None);
    }
}
