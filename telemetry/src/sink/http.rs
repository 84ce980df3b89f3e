//! Delivery to an HTTP endpoint, in the form of Heap's track API.
//!
//! * **Batches.** One event goes as it is, several in Heap's bulk form.
//! * **A hostile endpoint.** Connecting and each request have deadlines. The status decides; of a
//!   response's body nothing is read. A redirect is followed only with the body (307, 308), only to
//!   the same origin and five times at most.
//! * **What can pass** (no answer, 407, 408, 425, 429, 5xx, a redirect that is not followed) is to
//!   be tried again; what cannot (any other 4xx) is not.

mod error;
mod proxy;

use std::{
    mem::ManuallyDrop,
    time::{Duration, SystemTime},
};

use reqwest::{
    StatusCode, Url,
    blocking::{Client, Response},
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect::{Action, Attempt, Policy},
};

use self::error::HttpError;
use super::answer::SinkAnswer;
use crate::{
    body::{bulk_body, single_body},
    env::Env,
    record::Record,
};

const MAX_REDIRECTS: usize = 5;

/// What an endpoint is told, and through what.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions<'a> {
    /// What sends them.
    pub agent: &'a str,
    /// Names the proxies.
    pub env: &'a Env,
    /// To connect, TLS included.
    pub connect_timeout: Duration,
}

/// An HTTP endpoint.
#[derive(Debug)]
pub struct HttpSink<'a> {
    url: Url,
    app_id: String,
    options: HttpOptions<'a>,
    /// Made for the first request. Never dropped, as that would wait for a name look-up that hangs,
    /// past every deadline; the process ends soon.
    client: Option<ManuallyDrop<Client>>,
}

impl<'a> HttpSink<'a> {
    /// The endpoint at `url`, for the application `app_id`. No connection is made yet.
    pub fn new(url: Url, app_id: String, options: HttpOptions<'a>) -> Self {
        Self { url, app_id, options, client: None }
    }

    /// Sends a batch; an answer is waited for so long.
    pub fn send(&mut self, batch: &[Record], timeout: Duration, now: SystemTime) -> SinkAnswer {
        match self.post(batch, timeout) {
            Ok(response) => answer(&response, now),
            Err(error) => SinkAnswer::Later { reason: error.to_string(), retry_after: None },
        }
    }

    fn post(&mut self, batch: &[Record], timeout: Duration) -> Result<Response, HttpError> {
        let client = match &self.client {
            Some(client) => client,
            None => self.client.insert(ManuallyDrop::new(self.make_client()?)),
        };
        let app_id = self.app_id.as_str();
        let body = match batch {
            [record] => single_body(app_id, record.event.get()),
            records => bulk_body(app_id, records.iter().map(|record| record.event.get())),
        };
        let request = client.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        request.timeout(timeout).body(body).send().map_err(HttpError::Request)
    }

    fn make_client(&self) -> Result<Client, HttpError> {
        let builder = Client::builder()
            .connect_timeout(self.options.connect_timeout)
            .redirect(Policy::custom(follow))
            .user_agent(self.options.agent);
        let (builder, has_proxy) = proxy::set(builder, self.options.env)?;
        // Reading all the certificates of the system takes longer than a request on the local
        // network.
        let builder = builder.tls_built_in_root_certs(has_proxy || self.url.scheme() == "https");
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

fn answer(response: &Response, now: SystemTime) -> SinkAnswer {
    let status = response.status();
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => SinkAnswer::TooLarge,
        // The proxy's refusal (407) says nothing of the events.
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => later(response, now),
        _ if status.is_success() => SinkAnswer::Accepted,
        _ if status.is_client_error() => SinkAnswer::Rejected(format!("the endpoint answered {status}")),
        _ => later(response, now),
    }
}

fn later(response: &Response, now: SystemTime) -> SinkAnswer {
    let header = response.headers().get(RETRY_AFTER);
    SinkAnswer::Later {
        reason: format!("the endpoint answered {}", response.status()),
        retry_after: header.and_then(|value| retry_after(value.to_str().ok()?, now)),
    }
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
