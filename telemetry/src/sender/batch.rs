//! What goes into one request: so many queued events, of those that may be sent.

use std::{collections::VecDeque, path::PathBuf};

use super::consent::Verdicts;
use super::summary::SenderVerdict;
use crate::{
    queue::Queue,
    record::{Record, RecordError, RecordName},
    request_format::RequestFormat,
};

/// The most events in one request of Heap's form.
#[cfg(feature = "internals")]
pub const MAX_BATCH: usize = 1000;
/// What an event takes in a request beyond what is recorded of it, in bytes: the other names of its
/// parts.
const OVERHEAD: usize = 300;

/// The next records, as many as go into one request.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records.
    pub records: Vec<Record>,
    /// Those that are larger than any event may be.
    pub too_large: Vec<Record>,
    /// Those that are damaged, and how.
    pub damaged: Vec<(RecordName, String)>,
    /// Those that cannot be got at, or are another version's.
    pub unreadable: Vec<RecordName>,
}

impl Batch {
    /// Takes records from the front of `names`, which go to one destination: `most` at most, and no
    /// more than it takes at once.
    pub fn next(queue: &Queue, names: &mut VecDeque<RecordName>, most: usize) -> Self {
        let mut batch = Self::default();
        let mut bytes = 0;
        while batch.records.len() < most {
            let Some(name) = names.pop_front() else { break };
            let record = match queue.read(&name) {
                Ok(record) => record,
                Err(RecordError::Gone) => continue,
                Err(RecordError::Damaged(reason)) => {
                    batch.damaged.push((name, reason));
                    continue;
                }
                Err(RecordError::File(_) | RecordError::OtherVersion) => {
                    batch.unreadable.push(name);
                    continue;
                }
            };
            let format = record.destination.as_ref().map(|to| to.format).unwrap_or_default();
            let limits = format.limits();
            let size = record.event.get().len() + if format == RequestFormat::Heap { 0 } else { OVERHEAD };
            if size > limits.event_bytes {
                batch.too_large.push(record);
                continue;
            }
            let is_full = batch.records.len() == limits.events || bytes + size > limits.bytes;
            if !batch.records.is_empty() && is_full {
                names.push_front(name);
                break;
            }
            bytes += size;
            batch.records.push(record);
        }
        batch
    }
}

/// Those of a batch that are not sent.
#[derive(Debug, Default)]
pub struct Withheld {
    /// They may not be, each for its reason.
    pub refused: Vec<(RecordName, String)>,
    /// Their project does not say in time.
    pub undecided: Vec<RecordName>,
}

/// Takes from `records` those that are not to be sent.
pub fn take_withheld(records: &mut Vec<Record>, verdicts: &Verdicts) -> Withheld {
    let mut withheld = Withheld::default();
    records.retain(|record| match verdicts.of(record.project.as_ref()) {
        SenderVerdict::Send => true,
        SenderVerdict::Refuse(reason) => {
            withheld.refused.push((record.name.clone(), reason.clone()));
            false
        }
        SenderVerdict::Undecided => {
            withheld.undecided.push(record.name.clone());
            false
        }
    });
    withheld
}

/// The projects of a batch, each once.
pub fn projects(records: &[Record]) -> Vec<Option<PathBuf>> {
    let mut projects: Vec<_> = records.iter().map(|record| record.project.clone()).collect();
    projects.sort_unstable();
    projects.dedup();
    projects
}
