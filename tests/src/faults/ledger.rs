//! The law: every event recorded is delivered, still queued, or dropped for a stated reason, and
//! delivered once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::{Account, Collector};

/// Where events are: at the collector by its own account, on disk and dropped by what `telemetry log` says.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// The keys that the collector has acknowledged.
    pub(super) delivered: BTreeSet<String>,
    /// How many times it acknowledged one again.
    pub(super) again: usize,
    /// The keys of what waits.
    pub(super) queued: BTreeSet<String>,
    /// Why which were dropped.
    dropped: BTreeMap<String, String>,
    /// Why how many were dropped whose keys nobody can know.
    dropped_unread: BTreeMap<String, usize>,
    /// The keys that the log says were sent.
    sent: BTreeSet<String>,
    /// What the log says became of each key, as often as it says so.
    outcomes: BTreeMap<String, Vec<&'static str>>,
    /// How many records wait that another version has written, and so are not ours to count.
    pub(super) of_other_versions: usize,
}

/// What the log says of a record of another version.
const OTHER_VERSION: &str = "another version has written the record";

impl Books {
    /// Looks everywhere.
    pub(super) fn of(scene: &Scene, collector: &Collector) -> Self {
        Self::by(scene, collector.account())
    }

    /// The same with the account of something that is not a server.
    pub(super) fn by(scene: &Scene, account: Account) -> Self {
        Self::of_log(scene, scene.log(), account)
    }

    /// The same with what another program's log says.
    pub(super) fn of_log(scene: &Scene, log: Vec<Value>, account: Account) -> Self {
        let again = account.again();
        let mut books = Self { delivered: account.acknowledged.into_keys().collect(), again, ..Self::default() };
        let root = scene.sandbox.path("").display().to_string();
        for line in log {
            books.enter(&line, &root);
        }
        books
    }

    fn enter(&mut self, line: &Value, root: &str) {
        let outcome = match line["outcome"].as_str() {
            Some("sent") => Some("sent"),
            Some("dropped") => Some("dropped"),
            _ => None,
        };
        for key in keys_of(line) {
            self.outcomes.entry(key).or_default().extend(outcome);
        }
        let key = line["event"]["idempotency_key"].as_str().map(str::to_owned);
        let reason = line["reason"].as_str().map(|reason| plain(reason, root));
        match (line["outcome"].as_str(), key) {
            (Some("queued"), Some(key)) => {
                self.queued.insert(key);
            }
            (Some("queued"), None) if reason.as_deref() == Some(OTHER_VERSION) => self.of_other_versions += 1,
            (Some("queued"), None) => panic!("a record that cannot be read waits: {line}"),
            (Some("sent"), Some(key)) => {
                self.sent.insert(key);
            }
            (Some("dropped"), key) => {
                let reason = reason.unwrap_or_else(|| panic!("dropped without a reason: {line}"));
                if let Some(key) = key {
                    self.dropped.insert(key, reason);
                } else {
                    let count = line["count"].as_u64().and_then(|count| usize::try_from(count).ok());
                    *self.dropped_unread.entry(reason).or_default() += count.unwrap();
                }
            }
            _ => {}
        }
    }

    /// Holds the log to telling no event twice, nor in two ways.
    fn says_each_once(&self) {
        let contradictions: Vec<_> = self.outcomes.iter().filter(|(_, outcomes)| outcomes.len() > 1).collect();
        assert!(contradictions.is_empty(), "the log says more than one thing of an event: {contradictions:?}");
    }

    /// How many events there are, wherever they are.
    pub(super) fn total(&self) -> usize {
        let known: BTreeSet<&String> = self.delivered.iter().chain(&self.queued).chain(self.dropped.keys()).collect();
        known.len() + self.dropped_unread.values().sum::<usize>()
    }

    /// The reasons for which events were dropped, and how many by each.
    pub(super) fn dropped(&self) -> Vec<(String, Cell)> {
        let mut reasons = self.dropped_unread.clone();
        for reason in self.dropped.values() {
            *reasons.entry(reason.clone()).or_default() += 1;
        }
        reasons.into_iter().map(|(reason, count)| (reason, Cell::Always(count))).collect()
    }

    /// The row of the table when these are the books under the fault, and `after` those when it was
    /// over.
    pub(super) fn row(&self, commands: usize, recorded: usize, after: &Self) -> Row {
        Row {
            commands: Cell::Always(commands),
            recorded: Cell::Always(recorded),
            delivered: Cell::Always(self.delivered.len()),
            queued: Cell::Always(self.queued.len()),
            later: Cell::Always(after.delivered.len() - self.delivered.len()),
            dropped: self.dropped(),
            again: Cell::Always(after.again),
        }
    }

    /// Holds the books to the law when so many events were recorded and nothing was killed.
    pub(super) fn balance(&self, recorded: usize) {
        self.account_for(recorded);
        assert_eq!(self.again, 0, "events came again after they had been acknowledged");
        let everywhere = self.delivered.len() + self.queued.len() + self.dropped.len();
        let unread: usize = self.dropped_unread.values().sum();
        assert_eq!(everywhere + unread, recorded, "an event is in two places: {self:?}");
        assert!(self.delivered.is_subset(&self.sent), "delivered, but not in the log: {self:?}");
    }

    /// Holds them to what holds in spite of kills: an event may then be sent again, under its key.
    pub(super) fn account_for(&self, recorded: usize) {
        self.says_each_once();
        assert_eq!(self.total(), recorded, "events were lost or doubled: {self:?}");
    }

    /// Holds them to these events being all that there ever were.
    pub(super) fn account_for_all(&self, recorded: &BTreeSet<String>) {
        let known: BTreeSet<&String> = self.delivered.iter().chain(&self.queued).chain(self.dropped.keys()).collect();
        let lost: Vec<_> = recorded.iter().filter(|key| !known.contains(key)).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        self.account_for(recorded.len());
    }

    /// Holds the log to its promise: what has left this machine is in it, or waits to be sent
    /// again.
    pub(super) fn is_all_logged(&self) {
        let unlogged: Vec<_> = self.delivered.iter().filter(|key| !self.sent.contains(*key)).collect();
        let forgotten: Vec<_> = unlogged.iter().filter(|key| !self.queued.contains(**key)).collect();
        assert!(forgotten.is_empty(), "delivered, but not in the log: {forgotten:?}");
    }
}

/// A reason without what differs from run to run.
fn plain(reason: &str, root: &str) -> String {
    let reason = reason.replace(root.trim_end_matches('/'), "…");
    if reason.starts_with("damaged: ") { "damaged".into() } else { reason }
}

/// The keys of the events that a line of the log is about.
fn keys_of(line: &Value) -> Vec<String> {
    let unseen = line["keys"].as_array().into_iter().flatten();
    let keys = unseen.chain([&line["event"]["idempotency_key"]]);
    keys.filter_map(|key| key.as_str().map(str::to_owned)).collect()
}
