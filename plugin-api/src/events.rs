//! What a plugin says by the crates `log` and `tracing`, passed on to its host.
//!
//! A library has these crates for itself, and nobody in it listens unless something is set up:
//! [`listen`] does that, for the features that are on.

#[cfg(any(feature = "log", feature = "tracing"))]
mod hearer;
#[cfg(feature = "log")]
mod of_log;
#[cfg(feature = "tracing")]
mod of_tracing;

use crate::host::Host;

/// While this is kept, what the library says is passed on to a host.
pub(crate) struct Listening {
    #[cfg(any(feature = "log", feature = "tracing"))]
    number: u64,
}

/// Lets `host` hear what this library says from now on, in the place of an earlier one.
#[cfg(any(feature = "log", feature = "tracing"))]
pub(crate) fn listen(host: &Host) -> Listening {
    let listening = Listening { number: hearer::set(host) };
    #[cfg(feature = "log")]
    of_log::listen();
    #[cfg(feature = "tracing")]
    of_tracing::listen();
    listening
}

#[cfg(any(feature = "log", feature = "tracing"))]
impl Drop for Listening {
    fn drop(&mut self) {
        hearer::forget(self.number);
    }
}

/// Without these crates there is nothing to hear.
#[cfg(not(any(feature = "log", feature = "tracing")))]
pub(crate) fn listen(_: &Host) -> Listening {
    Listening {}
}
