//! In which form an endpoint takes events.

use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;

/// In which form an endpoint takes events, by whose interface it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestFormat {
    /// Heap's track API, `/api/track`; and files, a line for each event.
    #[default]
    Heap,
    /// `PostHog`'s `/batch/`.
    Posthog,
    /// Segment's and `RudderStack`'s `/v1/batch`.
    Segment,
    /// OTLP over HTTP, `/v1/logs`, as JSON.
    Otlp,
    /// The same as protobuf.
    OtlpProtobuf,
    /// Amplitude's `/2/httpapi`.
    Amplitude,
    /// Mixpanel's `/import`.
    Mixpanel,
    /// A line of JSON for each event.
    Ndjson,
}

/// What an interface takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events in one request.
    pub events: usize,
    /// Bytes of one request, before it is compressed.
    pub bytes: usize,
    /// Bytes of one event.
    pub event_bytes: usize,
}

impl RequestFormat {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::Heap,
        Self::Posthog,
        Self::Segment,
        Self::Otlp,
        Self::OtlpProtobuf,
        Self::Amplitude,
        Self::Mixpanel,
        Self::Ndjson,
    ];

    /// The word for it in the settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Heap => "heap",
            Self::Posthog => "posthog",
            Self::Segment => "segment",
            Self::Otlp => "otlp",
            Self::OtlpProtobuf => "otlp-protobuf",
            Self::Amplitude => "amplitude",
            Self::Mixpanel => "mixpanel",
            Self::Ndjson => "ndjson",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// What the path of an endpoint ends in that takes this form; empty where any path may.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Heap | Self::Ndjson => "",
            Self::Posthog => "/batch",
            Self::Segment => "/v1/batch",
            Self::Otlp | Self::OtlpProtobuf => "/v1/logs",
            Self::Amplitude => "/2/httpapi",
            Self::Mixpanel => "/import",
        }
    }

    /// Whether `endpoint` can take this form, as far as its path says.
    pub(crate) fn fits(self, endpoint: &Endpoint) -> bool {
        let is_for_files = matches!(self, Self::Heap | Self::Ndjson);
        (endpoint.file().is_none() || is_for_files)
            && endpoint.url().path().trim_end_matches('/').ends_with(self.path())
            // Without it, Mixpanel takes events and drops the bad ones without a word.
            && (self != Self::Mixpanel || endpoint.url().query_pairs().any(|(name, value)| name == "strict" && value == "1"))
    }

    /// Whether a request says in whose name it comes by a key, without which nothing is taken.
    pub(crate) fn needs_key(self) -> bool {
        matches!(self, Self::Posthog | Self::Segment | Self::Amplitude | Self::Mixpanel)
    }

    /// How many events a minute it takes, where that is documented for one user and program: Heap's
    /// "Bulk Track".
    pub(crate) fn per_minute(self) -> Option<usize> {
        (self == Self::Heap).then_some(1000)
    }

    /// What it takes, by the documentation of November 2026: Heap's "Track API", `PostHog`'s
    /// "Capture API", Segment's "HTTP Tracking API source", Amplitude's "HTTP V2 API", Mixpanel's
    /// "Import events". OTLP and lines have no limits of their own.
    pub(crate) fn limits(self) -> Limits {
        const KIB: usize = 1024;
        const MIB: usize = 1024 * KIB;
        let (events, bytes, event_bytes) = match self {
            Self::Segment => (1000, 500_000, 32_000),
            Self::Posthog => (1000, 20_000_000, 1_000_000),
            Self::Amplitude => (2000, 1_000_000, 1_000_000),
            Self::Mixpanel => (2000, 2_000_000, 1_000_000),
            Self::Heap | Self::Otlp | Self::OtlpProtobuf | Self::Ndjson => (1000, 4 * MIB, MIB),
        };
        Limits { events, bytes, event_bytes }
    }
}
