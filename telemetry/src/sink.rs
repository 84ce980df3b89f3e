//! Where batches of events go: an HTTP endpoint, or a file.

mod file;
mod http;

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

pub use self::{
    file::{AppendNote, FileSink},
    http::{HttpOptions, HttpSink},
};
use crate::{destination::Destination, receiver::Verdict, record::Record};

/// Where batches go.
#[derive(Debug)]
pub enum Sink<'a> {
    /// An HTTP endpoint.
    Http(HttpSink<'a>),
    /// A file.
    File(FileSink),
}

impl<'a> Sink<'a> {
    /// The sink of this destination; nothing is opened yet.
    pub fn new(destination: Destination, options: HttpOptions<'a>, state: &Path) -> Self {
        match destination.endpoint.file() {
            Some(file) => Self::File(FileSink::new(file.to_owned(), destination.app_id, state)),
            None => Self::Http(HttpSink::new(destination, options)),
        }
    }

    /// Sends a batch; an answer is waited for so long.
    pub fn send(&mut self, batch: &[Record], timeout: Duration, now: SystemTime) -> Verdict {
        match self {
            Self::Http(sink) => sink.send(batch, timeout, now),
            Self::File(sink) => sink.send(batch),
        }
    }
}
