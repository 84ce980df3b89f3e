//! What becomes of hookimpls that fail, and how often each failure came.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookspec::ErrorPolicy;
use terminal_text::shortened;

use crate::{error::HookError, services::HostServices};

/// So many failures are remembered; those beyond are reported each time.
const MAX_FAILURES: usize = 64;
/// Of each message so much is remembered, in characters.
const MAX_MESSAGE: usize = 4096;

/// A failure that the host heard of, and how often it came. The host hears of it once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountedFailure {
    /// The failure; a message of more than a few pages is cut.
    pub error: HookError,
    /// How often it came.
    pub count: u64,
}

/// What a manager's calls do with failures.
pub(super) struct Failures {
    services: Arc<dyn HostServices>,
    policy: ErrorPolicy,
    counted: Mutex<Vec<CountedFailure>>,
}

impl Failures {
    pub(super) fn new(services: Arc<dyn HostServices>, policy: ErrorPolicy) -> Self {
        Self { services, policy, counted: Mutex::default() }
    }

    /// The policy for a hook: to stop with `error`, or to report it and go on.
    ///
    /// # Errors
    /// To stop with.
    #[cold]
    pub(super) fn fail(&self, policy: Option<ErrorPolicy>, error: HookError) -> Result<(), HookError> {
        match policy.unwrap_or(self.policy) {
            ErrorPolicy::Propagate => Err(error),
            ErrorPolicy::Isolate => {
                self.report(&error, 1);
                Ok(())
            }
        }
    }

    /// Reports `error`, which no hookimpl has failed with yet, where failures are not what calls end
    /// with.
    pub(super) fn tell(&self, error: &HookError) {
        if self.policy == ErrorPolicy::Isolate {
            self.report(error, 0);
        }
    }

    fn report(&self, error: &HookError, times: u64) {
        if self.count(error, times) {
            self.services.hook_failed(error);
        }
    }

    /// Counts `error`; whether it is new.
    fn count(&self, error: &HookError, times: u64) -> bool {
        let mut error = error.clone();
        error.message = shortened(&error.message, MAX_MESSAGE).into_owned();
        let mut counted = self.counted();
        if let Some(known) = counted.iter_mut().find(|known| known.error == error) {
            known.count = known.count.saturating_add(times);
            return false;
        }
        if counted.len() < MAX_FAILURES {
            counted.push(CountedFailure { error, count: times });
        }
        true
    }

    /// The failures so far, in the order in which they first came.
    pub(super) fn all(&self) -> Vec<CountedFailure> {
        self.counted().iter().filter(|failure| failure.count > 0).cloned().collect()
    }

    fn counted(&self) -> MutexGuard<'_, Vec<CountedFailure>> {
        // Each change is a whole one.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
