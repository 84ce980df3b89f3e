//! An index behind an address, over HTTPS.

use std::{
    error::Error as _,
    fmt,
    io::{self, Read},
    sync::OnceLock,
    time::{Duration, Instant},
};

use reqwest::{
    StatusCode, Url,
    blocking::{Client, Response},
    redirect::{Attempt, Policy},
};

use super::patience::Patience;

/// To reach a server.
const CONNECT: Duration = Duration::from_secs(10);
/// For a document.
const DOCUMENT: Duration = Duration::from_secs(30);
/// Slower than this a server is given up, in bytes a second.
const LEAST_PACE: u64 = 16 << 10;
/// Before its pace counts.
const GRACE: Duration = Duration::from_secs(30);
const MAX_REDIRECTS: usize = 5;

/// The folder of an index behind an address.
#[derive(Debug, Clone)]
pub(crate) struct Remote(Url);

impl Remote {
    /// Reads an address; plain `http` goes to this machine alone. The error says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut url = Url::parse(text).map_err(|_| "it is not one")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it has a name or a password in it");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has more than a path");
        }
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&url) => {}
            "http" => return Err("plain http can be read and changed on its way; use https"),
            _ => return Err("it begins with none of https:// and file://"),
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }

    /// Asks for a file; `None` where there is none. The error says what went wrong.
    pub(super) fn open(&self, name: &str, patience: Patience) -> Result<Option<Box<dyn Read>>, String> {
        let url = self.0.join(name).map_err(|error| error.to_string())?;
        let limit = match patience {
            Patience::Document => DOCUMENT,
            Patience::Library(size) => GRACE + Duration::from_secs(size / LEAST_PACE),
        };
        let answer = client()?.get(url).timeout(limit).send().map_err(|error| told(&error))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            status => return Err(format!("the server answers {status}")),
        }
        patience.check(answer.content_length())?;
        Ok(Some(Box::new(Paced { answer, since: Instant::now(), read: 0 })))
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An answer that does not trickle.
struct Paced {
    answer: Response,
    since: Instant,
    read: u64,
}

impl Read for Paced {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.answer.read(into).map_err(|error| io::Error::other(causes(&error)))?;
        self.read += length as u64;
        let elapsed = self.since.elapsed();
        if elapsed > GRACE && self.read / elapsed.as_secs().max(1) < LEAST_PACE {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the server is too slow"));
        }
        Ok(length)
    }
}

fn client() -> Result<&'static Client, String> {
    static CLIENT: OnceLock<Result<Client, String>> = OnceLock::new();
    CLIENT.get_or_init(new_client).as_ref().map_err(Clone::clone)
}

fn new_client() -> Result<Client, String> {
    let client = Client::builder()
        .connect_timeout(CONNECT)
        .redirect(Policy::custom(follow))
        .user_agent(concat!("hookspec-host/", env!("CARGO_PKG_VERSION")))
        .build();
    client.map_err(|error| told(&error))
}

/// Within one server: what answers elsewhere is not the index that the user named.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let previous = attempt.previous();
    let is_there = previous.first().is_none_or(|first| first.origin() == attempt.url().origin());
    if !is_there {
        return attempt.error("it leads to another server, which is not followed");
    }
    if previous.len() > MAX_REDIRECTS {
        return attempt.error("it leads in a circle");
    }
    attempt.follow()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse().is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback()),
        None => false,
    }
}

/// An error without its address, which is named already, and with its causes.
fn told(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "the server does not answer in time"
    } else if error.is_connect() {
        "the server cannot be reached; check the connection"
    } else {
        "the request failed"
    };
    let cause = std::iter::successors(error.source(), |cause| (**cause).source()).last();
    cause.map_or_else(|| what.to_owned(), |cause| format!("{what} ({cause})"))
}

fn causes(error: &io::Error) -> String {
    let inner = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    let last = std::iter::successors(inner, |cause| (**cause).source()).last();
    last.map_or_else(|| error.to_string(), ToString::to_string)
}
