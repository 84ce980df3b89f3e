//! Where an event goes, and in whose name.

use crate::{digest::Digest, endpoint::Endpoint};

/// Where an event goes, and in whose name: decided when it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The address.
    pub endpoint: Endpoint,
    /// The application id.
    pub app_id: String,
}

impl Destination {
    /// Tells destinations apart.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of([self.endpoint.address().as_bytes(), self.app_id.as_bytes()])
    }
}
