//! Every event of this machine with what became of it: log and queue, put together.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    error::Error,
    journal::{EventOutcome, Journal, LogEntry},
    queue::Queue,
    receiver,
    record::RecordError,
    time::timestamp,
};

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Sent,
    /// To be sent.
    Waits,
    /// It never leaves this machine.
    Stays,
    Dropped,
}

impl Fate {
    pub const ALL: [Self; 4] = [Self::Sent, Self::Waits, Self::Stays, Self::Dropped];

    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Waits => "waiting",
            Self::Stays => "stays here",
            Self::Dropped => "dropped",
        }
    }
}

/// An event, as far as it is known.
pub struct KnownEvent {
    /// When it happened, or when it is first heard of.
    pub at: String,
    pub name: String,
    pub command: Option<String>,
    pub fate: Fate,
    pub reason: Option<String>,
    /// The body of a request, if it is for somebody; else the event.
    pub body: Option<String>,
}

/// Something that befell events, of which the log does not say which.
pub struct Happening {
    pub at: String,
    pub outcome: EventOutcome,
    pub count: usize,
    pub reason: String,
}

/// What log and queue hold.
#[derive(Default)]
pub struct Known {
    /// The newest first.
    pub events: Vec<KnownEvent>,
    /// The newest first.
    pub happenings: Vec<Happening>,
}

/// What an event says that is shown beside it.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    event: String,
    #[serde(default)]
    timestamp: String,
    #[serde(default)]
    properties: SaidProperties,
}

#[derive(Deserialize, Default)]
struct SaidProperties {
    #[serde(default)]
    command: Option<String>,
}

impl Known {
    /// Reads what is in this state folder.
    pub fn read(state: &Path, agent: &str) -> Result<Self, Error> {
        let mut reading = Reading::default();
        // In this order, so that no event is missed that is sent meanwhile.
        let queue = Queue::new(state);
        let names = queue.list()?;
        for entry in Journal::new(state).read()? {
            reading.hear(entry);
        }
        for name in names {
            let at = timestamp(name.at());
            match queue.read(&name) {
                Ok(record) => {
                    let fate = if record.destination.is_some() { Fate::Waits } else { Fate::Stays };
                    let body = record
                        .destination
                        .and_then(|to| receiver::shown(to.format, &to.app_id, agent, record.event.get()).ok());
                    let known = known(&at, fate, None, &record.event);
                    reading.insert(name.key().to_string(), KnownEvent { body: body.or(known.body), ..known });
                }
                // Sent or deleted since it was listed: the log may say so with its next reading.
                Err(RecordError::Gone) => {}
                Err(error) => {
                    reading.insert(name.key().to_string(), unknown(at, Fate::Waits, Some(error.to_string())));
                }
            }
        }
        Ok(reading.known())
    }
}

#[derive(Default)]
struct Reading {
    events: Vec<KnownEvent>,
    /// Where each event is, by its key.
    places: HashMap<String, usize>,
    happenings: Vec<Happening>,
}

impl Reading {
    fn hear(&mut self, entry: LogEntry) {
        let fate = match entry.outcome {
            EventOutcome::Sent => Fate::Sent,
            EventOutcome::Dropped => Fate::Dropped,
            EventOutcome::Kept => return self.happen(entry),
        };
        if let Some(event) = &entry.event {
            let key = entry.known_keys().pop().unwrap_or_default();
            self.insert(key, known(&entry.at, fate, entry.reason, event));
        } else if entry.keys.is_empty() {
            self.happen(entry);
        } else {
            for key in entry.keys {
                self.insert(key, unknown(entry.at.clone(), fate, entry.reason.clone()));
            }
        }
    }

    fn happen(&mut self, entry: LogEntry) {
        let LogEntry { at, outcome, count, reason, .. } = entry;
        self.happenings.push(Happening { at, outcome, count, reason: reason.unwrap_or_default() });
    }

    /// What is heard last of an event counts, and what is known of it already stays known.
    fn insert(&mut self, key: String, event: KnownEvent) {
        match self.places.get(&key).and_then(|place| self.events.get_mut(*place)) {
            Some(there) if event.body.is_none() => {
                (there.fate, there.reason) = (event.fate, event.reason);
            }
            Some(there) => *there = event,
            None => {
                if !key.is_empty() {
                    self.places.insert(key, self.events.len());
                }
                self.events.push(event);
            }
        }
    }

    fn known(mut self) -> Known {
        self.events.sort_by(|one, other| other.at.cmp(&one.at));
        self.happenings.reverse();
        Known { events: self.events, happenings: self.happenings }
    }
}

fn known(at: &str, fate: Fate, reason: Option<String>, event: &RawValue) -> KnownEvent {
    let body = Some(event.get().to_owned());
    match serde_json::from_str::<Said>(event.get()) {
        Ok(said) => {
            let at = if said.timestamp.is_empty() { at.to_owned() } else { said.timestamp };
            KnownEvent { at, name: said.event, command: said.properties.command, fate, reason, body }
        }
        // Not written by us; it is shown as it is.
        Err(_) => KnownEvent { body, ..unknown(at.to_owned(), fate, reason) },
    }
}

fn unknown(at: String, fate: Fate, reason: Option<String>) -> KnownEvent {
    KnownEvent { at, name: String::new(), command: None, fate, reason, body: None }
}
