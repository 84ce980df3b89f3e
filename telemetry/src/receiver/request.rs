//! What is sent to a receiver.

/// The type of most bodies.
pub const JSON: &str = "application/json";

/// What is sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// The name in `Authorization: Basic`, without a password.
    pub user: Option<String>,
    /// Whether it may come as gzip.
    pub takes_gzip: bool,
}
