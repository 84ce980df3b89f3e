//! What a collector and its connections share: how to answer, and what has come.

use std::{
    sync::{Condvar, Mutex, MutexGuard},
    time::Duration,
};

use serde_json::Value;

use super::{
    account::{Account, keys},
    answer::Answer,
};

/// Longest that a test waits for something that is to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Inbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    answer: Answer,
    /// No request is answered while this holds.
    is_held: bool,
    is_over: bool,
    /// What was sent, and to which path.
    bodies: Vec<(String, Value)>,
    /// The header lines of each, in lower case.
    headers: Vec<Vec<String>>,
    account: Account,
}

impl Inbox {
    pub(super) fn new(answer: Answer) -> Self {
        let (bodies, headers, account) = (Vec::new(), Vec::new(), Account::default());
        let state = State { answer, is_held: false, is_over: false, bodies, headers, account };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn answer(&self, answer: Answer) {
        self.lock().answer = answer;
    }

    pub(super) fn current(&self) -> Answer {
        self.lock().answer.clone()
    }

    pub(super) fn hold(&self, is_held: bool) {
        self.lock().is_held = is_held;
        self.changed.notify_all();
    }

    pub(super) fn close(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }

    pub(super) fn is_over(&self) -> bool {
        self.lock().is_over
    }

    pub(super) fn account(&self) -> Account {
        self.lock().account.clone()
    }

    pub(super) fn bodies(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<Value> {
        self.lock().bodies.iter().filter(|(path, _)| is_wanted(path)).map(|(_, body)| body.clone()).collect()
    }

    pub(super) fn headers(&self) -> Vec<Vec<String>> {
        self.lock().headers.clone()
    }

    /// Waits until so many requests have come whole.
    pub(super) fn wait_for(&self, count: usize) {
        let too_few = |state: &mut State| state.account.requests < count;
        let (state, timeout) = self.changed.wait_timeout_while(self.lock(), PATIENCE, too_few).unwrap();
        let bodies = state.bodies.clone();
        // Whoever else looks is not to fail for this.
        drop(state);
        assert!(!timeout.timed_out(), "{} of {count} requests arrived: {bodies:#?}", bodies.len());
    }

    /// Waits for so long, but no longer than the collector lives; whether it does.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let living = |state: &mut State| !state.is_over;
        !self.changed.wait_timeout_while(self.lock(), time, living).unwrap().0.is_over
    }

    /// Keeps a request, and waits while answers are held.
    pub(super) fn receive(&self, path: &str, headers: &[String], body: &Value) {
        let mut state = self.lock();
        state.account.requests += 1;
        for key in keys(body) {
            *state.account.received.entry(key).or_default() += 1;
        }
        state.bodies.push((path.to_owned(), body.clone()));
        state.headers.push(headers.to_vec());
        self.changed.notify_all();
        let _free = self.changed.wait_while(state, |state| state.is_held && !state.is_over).unwrap();
    }

    /// Counted before it is written: a client that reads it may look at once.
    pub(super) fn acknowledge(&self, body: &Value) {
        let mut state = self.lock();
        for key in keys(body) {
            *state.account.acknowledged.entry(key).or_default() += 1;
        }
    }

    /// Counts bytes of a response that were taken; whether to go on.
    pub(super) fn taken(&self, bytes: u64) -> bool {
        let mut state = self.lock();
        state.account.taken += bytes;
        !state.is_over
    }
}
