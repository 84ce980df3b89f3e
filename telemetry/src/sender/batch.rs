//! What goes into one request: so many queued events, of those that may be sent.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
};

use super::summary::SenderVerdict;
use crate::{
    queue::Queue,
    record::{Record, RecordError, RecordName},
};

/// The most events in one request: Heap's bound.
pub const MAX_BATCH: usize = 1000;
/// The most bytes of events in one request.
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The next records, as many as go into one request.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records.
    pub records: Vec<Record>,
    /// Those that are damaged, and how.
    pub damaged: Vec<(RecordName, String)>,
    /// Those that cannot be got at.
    pub unreadable: Vec<RecordName>,
}

impl Batch {
    /// Takes records from the front of `names`, `most` at most.
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
                Err(RecordError::File(_)) => {
                    batch.unreadable.push(name);
                    continue;
                }
            };
            let size = record.event.get().len();
            if !batch.records.is_empty() && bytes + size > MAX_BATCH_BYTES {
                names.push_front(name);
                break;
            }
            bytes += size;
            batch.records.push(record);
        }
        batch
    }
}

/// Takes from `records` those that may not be sent, with the reason. `verdict` is asked once for
/// each project.
pub fn take_refused(
    records: &mut Vec<Record>,
    verdict: &dyn Fn(&Record) -> SenderVerdict,
) -> Vec<(RecordName, String)> {
    let mut verdicts: HashMap<Option<PathBuf>, SenderVerdict> = HashMap::new();
    let mut refused = Vec::new();
    records.retain(|record| {
        let verdict = match verdicts.get(&record.project) {
            Some(verdict) => verdict,
            None => verdicts.entry(record.project.clone()).or_insert(verdict(record)),
        };
        match verdict {
            SenderVerdict::Send => true,
            SenderVerdict::Refuse(reason) => {
                refused.push((record.name.clone(), reason.clone()));
                false
            }
        }
    });
    refused
}
