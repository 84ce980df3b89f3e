//! The one HTTP server of all tests: on loopback, answering as told, keeping what it is sent.

mod account;
mod answer;
mod conversation;
mod inbox;
mod serve;
mod tls;

pub use self::{account::Account, answer::Answer, tls::Authority};

use std::{
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use serde_json::Value;

use self::inbox::Inbox;

/// Keeps every body that is sent to it; it stops when dropped.
#[derive(Debug)]
pub struct Collector {
    address: String,
    authority: Arc<Mutex<Option<Authority>>>,
    inbox: Arc<Inbox>,
    thread: Option<JoinHandle<()>>,
}

impl Collector {
    /// Starts one on a free port of 127.0.0.1 that answers 200.
    #[must_use]
    pub fn start() -> Self {
        Self::answering(Answer::status(200))
    }

    /// The same with another answer.
    #[must_use]
    pub fn answering(answer: Answer) -> Self {
        Self::at("127.0.0.1", answer, None)
    }

    /// The same at another address of the loopback interface, which is another host to HTTP.
    #[must_use]
    pub fn elsewhere(answer: Answer) -> Self {
        Self::at("127.0.0.2", answer, None)
    }

    /// The same over TLS, with this authority's certificate.
    #[must_use]
    pub fn secure(answer: Answer, authority: Authority) -> Self {
        Self::at("127.0.0.1", answer, Some(authority))
    }

    fn at(host: &str, answer: Answer, authority: Option<Authority>) -> Self {
        let listener = TcpListener::bind((host, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("it is bound").to_string();
        let inbox = Arc::new(Inbox::new(answer));
        let authority = Arc::new(Mutex::new(authority));
        let thread = thread::spawn({
            let inbox = Arc::clone(&inbox);
            let authority = Arc::clone(&authority);
            move || serve::serve(&listener, &inbox, &authority)
        });
        Self { address, authority, inbox, thread: Some(thread) }
    }

    /// Where to send.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.url("/api/track")
    }

    /// The address of `path`, which starts with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let is_secure = self.authority.lock().unwrap().is_some();
        let scheme = if is_secure { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.address)
    }

    /// Answers otherwise from the next request on.
    pub fn answer(&self, answer: Answer) {
        self.inbox.answer(answer);
    }

    /// Has the certificate of another authority from the next connection on.
    pub fn present(&self, authority: Authority) {
        *self.authority.lock().unwrap() = Some(authority);
    }

    /// Answers no request until [`Self::release`].
    pub fn hold(&self) {
        self.inbox.hold(true);
    }

    /// Answers what was held.
    pub fn release(&self) {
        self.inbox.hold(false);
    }

    /// The bodies so far.
    #[must_use]
    pub fn bodies(&self) -> Vec<Value> {
        self.inbox.bodies(|_| true)
    }

    /// The bodies that were sent to `path` so far.
    #[must_use]
    pub fn bodies_at(&self, path: &str) -> Vec<Value> {
        self.inbox.bodies(|at| at == path)
    }

    /// The header lines of each request so far, in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<Vec<String>> {
        self.inbox.headers()
    }

    /// Waits until `count` requests have come whole, and gives the bodies of all there are.
    pub fn wait_for(&self, count: usize) -> Vec<Value> {
        self.inbox.wait_for(count);
        self.bodies()
    }

    /// What it was sent so far, counted.
    #[must_use]
    pub fn account(&self) -> Account {
        self.inbox.account()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.inbox.close();
        // So that it looks whether it is over.
        let _ = TcpStream::connect(&self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
