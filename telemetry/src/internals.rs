//! Not part of the API: for this workspace's own tests and benches.

pub use crate::{
    backoff::{Backoff, BackoffFile},
    body::{bulk_body, single_body},
    choice::set_choice,
    ci::{VARIABLES as CI_VARIABLES, is_ci, is_unattended},
    consent::{ChoiceFiles, ConsentSource, decide},
    destination::Destination,
    endpoint::Endpoint,
    env::Env,
    event::MISSING_USER_IDENTITY,
    identity::{get_or_create as get_or_create_identity, or_empty as identity_or_empty},
    journal::{EventOutcome, Journal, LogEntry, MAX_FILE as MAX_LOG_FILE},
    notice::mark_given as mark_notice_given,
    queue::{Queue, QueueBounds},
    request_format::RequestFormat,
    sender::{Attempt, MAX_BATCH, Sender, SenderEnding, SenderVerdict},
    settings::Settings,
    statement::set_project,
};
use crate::{consent::Consent, event::Event};

/// An event of a user (32 hexadecimal digits, or nothing), without consent.
#[must_use]
pub fn event(name: &str, at: std::time::SystemTime, user: &str) -> Event {
    Event::new(name, at, user)
}

/// What is wrong with a project's file that states nothing.
#[must_use]
pub fn ignored(consent: &Consent) -> Option<String> {
    consent.ignored().map(ToString::to_string)
}
