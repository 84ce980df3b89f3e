//! Where an event goes, and in whose name.

use crate::{digest::Digest, endpoint::Endpoint, request_format::RequestFormat};

/// Where an event goes, and in whose name: decided when it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The address.
    pub endpoint: Endpoint,
    /// The application id, or what else the receiver knows the program by.
    pub app_id: String,
    /// In which form.
    pub format: RequestFormat,
}

impl Destination {
    /// How many events a minute may go there, if that is limited.
    pub(crate) fn per_minute(&self) -> Option<usize> {
        self.format.per_minute().filter(|_| self.endpoint.file().is_none())
    }

    /// Tells destinations apart.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let (address, app_id) = (self.endpoint.address().as_bytes(), self.app_id.as_bytes());
        match self.format {
            // As it was before there were others.
            RequestFormat::Heap => Digest::of([address, app_id]),
            other => Digest::of([address, app_id, other.word().as_bytes()]),
        }
    }
}
