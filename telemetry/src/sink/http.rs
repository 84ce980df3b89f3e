//! Delivery to an HTTP endpoint, in the form that its [receiver](crate::receiver) takes.
//!
//! * **A hostile endpoint.** Connecting and each request have deadlines. The status decides; of a
//!   response's body nothing is read, but where a receiver says more in it, and then so much and no
//!   more, and nothing of it is unpacked. A redirect is followed only with the body (307, 308), only
//!   to the same origin and five times at most.
//! * **What can pass** (no answer, a redirect that is not followed, and what the receiver says) is to
//!   be tried again.

mod error;
mod proxy;

use std::{
    io::{Read, Write},
    mem::ManuallyDrop,
    time::{Duration, SystemTime},
};

use flate2::{Compression, write::GzEncoder};
use reqwest::{
    StatusCode, Url,
    blocking::{Client, Response},
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect::{Action, Attempt, Policy},
};

use self::error::HttpError;
use crate::{
    destination::Destination,
    env::Env,
    receiver::{self, Receipt, Verdict},
    record::Record,
};

const MAX_REDIRECTS: usize = 5;
/// More is not read of an answer, in bytes.
const MAX_ANSWER: u64 = 4 * 1024 * 1024;
/// What is shorter is no secret, in bytes.
const LEAST_SECRET: usize = 4;
/// What is smaller is not worth compressing, in bytes.
const LEAST_COMPRESSED: usize = 1024;

/// What an endpoint is told, and through what.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions<'a> {
    /// What sends them.
    pub agent: &'a str,
    /// Names the proxies.
    pub env: &'a Env,
    /// To connect, TLS included.
    pub connect_timeout: Duration,
    /// What else is said with each request, such as a key.
    pub headers: &'a HeaderMap,
}

/// An HTTP endpoint.
#[derive(Debug)]
pub struct HttpSink<'a> {
    to: Destination,
    options: HttpOptions<'a>,
    /// Made for the first request. Never dropped, as that would wait for a name look-up that hangs,
    /// past every deadline; the process ends soon.
    client: Option<ManuallyDrop<Client>>,
}

impl<'a> HttpSink<'a> {
    /// The endpoint of `to`. No connection is made yet.
    pub fn new(to: Destination, options: HttpOptions<'a>) -> Self {
        Self { to, options, client: None }
    }

    /// Sends a batch; an answer is waited for so long.
    pub fn send(&mut self, batch: &[Record], timeout: Duration, now: SystemTime) -> Verdict {
        let events: Vec<_> = batch.iter().map(|record| record.event.get()).collect();
        match self.post(&events, timeout) {
            Ok(response) => self.answer(response, &events, now),
            Err(error) => Verdict::later(error.to_string()),
        }
    }

    fn post(&mut self, events: &[&str], timeout: Duration) -> Result<Response, HttpError> {
        let client = match &self.client {
            Some(client) => client,
            None => self.client.insert(ManuallyDrop::new(self.make_client()?)),
        };
        let form = receiver::request(self.to.format, &self.to.app_id, self.options.agent, events)?;
        let request = client.post(self.to.endpoint.url().clone()).headers(self.options.headers.clone());
        let request = request.header(CONTENT_TYPE, form.content_type).timeout(timeout);
        let request = match form.user {
            Some(user) => request.basic_auth(user, Some("")),
            None => request,
        };
        let request = if form.takes_gzip && form.body.len() >= LEAST_COMPRESSED {
            request.header(CONTENT_ENCODING, "gzip").body(compressed(&form.body)?)
        } else {
            request.body(form.body)
        };
        request.send().map_err(HttpError::Request)
    }

    fn answer(&self, response: Response, batch: &[&str], now: SystemTime) -> Verdict {
        let (format, status) = (self.to.format, response.status());
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let asked = header(RETRY_AFTER).and_then(|value| retry_after(value, now));
        let is_page = header(CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
        let mut body = Vec::new();
        if receiver::is_read(format, status) {
            // What cannot be read of it says nothing.
            let _ = response.take(MAX_ANSWER).read_to_end(&mut body);
        }
        let verdict = receiver::verdict(format, &Receipt { status, is_page, body: &body, batch });
        match verdict.with_reasons(|reason| self.hide_secrets(reason)) {
            Verdict::Later { reason, least } => Verdict::Later { reason, least: least.max(asked) },
            Verdict::Held { places, reason, least } => {
                Verdict::Held { places, reason, least: least.max(asked.unwrap_or_default()) }
            }
            other => other,
        }
    }

    /// An endpoint may repeat what it was told, and reasons are shown.
    fn hide_secrets(&self, reason: &mut String) {
        let headers = self.options.headers.values().filter_map(|value| value.to_str().ok());
        let key = self.to.format.needs_key().then_some(self.to.app_id.as_str());
        for secret in headers.flat_map(|value| value.split(' ')).chain(key) {
            // Shorter ones, such as `a`, are in every word and hide nothing.
            if secret.len() >= LEAST_SECRET && reason.contains(secret) {
                *reason = reason.replace(secret, "***");
            }
        }
    }

    fn make_client(&self) -> Result<Client, HttpError> {
        let builder = Client::builder()
            .connect_timeout(self.options.connect_timeout)
            .redirect(Policy::custom(follow))
            .user_agent(self.options.agent);
        let (builder, has_proxy) = proxy::set(builder, self.options.env)?;
        // Reading all the certificates of the system takes longer than a request on the local
        // network.
        let builder = builder.tls_built_in_root_certs(has_proxy || self.to.endpoint.url().scheme() == "https");
        builder.build().map_err(HttpError::Request)
    }
}

/// A redirect is followed if it repeats the request (others would ask without the body, and be
/// answered) at the same origin.
fn follow(attempt: Attempt<'_>) -> Action {
    let repeats = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let same_origin = |from: &Url| from.origin() == attempt.url().origin();
    let stays = attempt.previous().last().is_some_and(same_origin);
    if repeats && stays && attempt.previous().len() <= MAX_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

fn compressed(body: &[u8]) -> Result<Vec<u8>, HttpError> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::default());
    encoder.write_all(body).and_then(|()| encoder.finish()).map_err(HttpError::Compression)
}

/// `Retry-After`: seconds, or an HTTP date (RFC 9110, 10.2.3).
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
