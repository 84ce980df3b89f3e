//! Why there is no answer of an HTTP endpoint.

use std::error::Error;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// A proxy is wanted, and it is not known which: nothing may go past it.
    #[error("the proxy in {0} cannot be understood")]
    Proxy(&'static str),
    /// An event is not what was recorded.
    #[error("an event cannot be written in the form of the endpoint: {0}")]
    Form(#[from] serde_json::Error),
    /// The request cannot be compressed.
    #[error("the request cannot be compressed: {0}")]
    Compression(std::io::Error),
    /// The request failed.
    #[error("{}", root_cause(.0))]
    Request(reqwest::Error),
}

/// What reqwest says in several layers, in one line and without the address (it may hold a
/// password).
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let is_connect = error.is_connect();
    // The outermost error names the address.
    let Some(mut cause) = error.source() else { return "the request failed".into() };
    while let Some(source) = cause.source() {
        cause = source;
    }
    if is_connect { format!("cannot connect: {cause}") } else { cause.to_string() }
}
