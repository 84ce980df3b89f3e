//! Runs sent to an endpoint, each once, under deadlines.

use std::{
    error::Error,
    mem::ManuallyDrop,
    time::{Duration, Instant},
};

use reqwest::{
    StatusCode,
    blocking::{Client, Response},
    header::{CONTENT_TYPE, HeaderMap},
    redirect::Policy,
};
use small_files::FileError;

use crate::{
    settings::Endpoint,
    spool::{Spool, SpooledRun},
};

/// To connect, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// For a request, from the first step to the answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// A host gives a process in the background half a minute: no request begins that might not end in
/// it.
const LAST_START: Duration = Duration::from_secs(17);
/// Another process that sends is waited for so long.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// What became of the runs that waited.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) accepted: usize,
    /// Those that the endpoint will never take, and those that have waited for too long.
    pub(crate) dropped: usize,
    /// Why the last of the dropped was.
    pub(crate) refusal: Option<String>,
    /// Those that still wait.
    pub(crate) waiting: usize,
    /// Why they do.
    pub(crate) obstacle: Option<String>,
}

/// What an endpoint says to a run.
enum Answer {
    Accepted,
    /// It will not take it at any other time either.
    Refused(String),
    /// It may take it another time, which holds for the others, too.
    Later(String),
}

/// Sends what waits, until an answer says that now is not the time.
pub(crate) fn send(spool: &Spool, endpoint: &Endpoint) -> Result<Sent, FileError> {
    let begin = Instant::now();
    let mut sent = Sent::default();
    // Before a lock is made where there is no folder.
    if spool.runs()?.is_empty() {
        return Ok(sent);
    }
    let Some(_lock) = spool.lock(LOCK_PATIENCE)? else {
        sent.waiting = spool.runs()?.len();
        sent.obstacle = Some("another process is sending".to_owned());
        return Ok(sent);
    };
    sent.dropped = spool.trim()?;
    let client = match client(endpoint) {
        Ok(client) => client,
        Err(error) => {
            sent.obstacle = Some(root_cause(&error));
            sent.waiting = spool.runs()?.len();
            return Ok(sent);
        }
    };
    for run in spool.runs()? {
        if begin.elapsed() > LAST_START {
            sent.obstacle = Some("there was no time for more".to_owned());
            break;
        }
        send_one(&run, &client, endpoint, &mut sent)?;
        if sent.obstacle.is_some() {
            break;
        }
    }
    sent.waiting = spool.runs()?.len();
    Ok(sent)
}

fn send_one(run: &SpooledRun, client: &Client, endpoint: &Endpoint, sent: &mut Sent) -> Result<(), FileError> {
    let Some(body) = run.read()? else { return Ok(()) };
    match post(client, endpoint, body) {
        Answer::Accepted => sent.accepted += 1,
        Answer::Refused(reason) => {
            sent.dropped += 1;
            sent.refusal = Some(reason);
        }
        Answer::Later(reason) => {
            sent.obstacle = Some(reason);
            return Ok(());
        }
    }
    run.remove()
}

/// Never dropped, as that would wait for a name look-up that hangs, past every deadline.
fn client(endpoint: &Endpoint) -> reqwest::Result<ManuallyDrop<Client>> {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        // What is signed in with is for this endpoint.
        .redirect(Policy::none())
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        // Reading all the certificates of the system takes longer than a request on the local
        // network.
        .tls_built_in_root_certs(endpoint.url.scheme() == "https")
        .build()
        .map(ManuallyDrop::new)
}

fn post(client: &Client, endpoint: &Endpoint, body: Vec<u8>) -> Answer {
    let headers: HeaderMap = endpoint.headers.clone();
    let request = client.post(endpoint.url.clone()).headers(headers).header(CONTENT_TYPE, "application/json");
    match request.body(body).send() {
        Ok(response) => answer(&response),
        Err(error) => Answer::Later(root_cause(&error)),
    }
}

/// What the protocol has tried again: these and no other. Of the body nothing is read.
fn answer(response: &Response) -> Answer {
    let status = response.status();
    match status {
        _ if status.is_success() => Answer::Accepted,
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Answer::Later(format!("the endpoint answered {status}")),
        _ => Answer::Refused(format!("the endpoint answered {status}")),
    }
}

/// What reqwest says in several layers, in one line and without the address, which may have a key in
/// it.
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let is_connect = error.is_connect();
    // The outermost error names the address.
    let Some(mut cause) = error.source() else { return "the request failed".to_owned() };
    while let Some(source) = cause.source() {
        cause = source;
    }
    if is_connect { format!("cannot connect: {cause}") } else { cause.to_string() }
}
