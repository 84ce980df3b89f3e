//! The turn of one destination in a run: what is still to go there, and what its answers do to it.

use std::{collections::VecDeque, time::Duration};

use super::{books::Books, summary::SenderEnding};
use crate::{
    destination::Destination,
    receiver::Verdict,
    record::{Record, RecordName},
};

/// The turn of one destination.
#[derive(Debug)]
pub struct Turn {
    /// What is still to go there, in order.
    pub names: VecDeque<RecordName>,
    /// So many at once, at most.
    pub most: usize,
    held: Option<Held>,
}

/// Events that the endpoint takes later, while it takes others now.
#[derive(Debug)]
struct Held {
    count: usize,
    reason: String,
    least: Duration,
}

impl Turn {
    pub fn new(names: VecDeque<RecordName>) -> Self {
        Self { names, most: usize::MAX, held: None }
    }

    /// Leaves so many in a batch; the others are next.
    pub fn cut(&mut self, batch: &mut Vec<Record>, most: usize) {
        for record in batch.drain(most.min(batch.len())..).rev() {
            self.names.push_front(record.name);
        }
    }

    /// Does what the answer to a batch says; an ending when that is the last in this turn.
    pub fn answered(
        &mut self,
        books: &mut Books,
        to: &Destination,
        batch: &[Record],
        answer: Verdict,
    ) -> Option<SenderEnding> {
        match answer {
            Verdict::Accepted => books.sent(batch, to.digest(), None),
            Verdict::AcceptedInPart { rejected, reason } => {
                books.sent(batch, to.digest(), Some(&reason));
                books.summary.rejected += rejected;
            }
            Verdict::TooLarge if batch.len() > 1 => {
                self.most = batch.len() / 2;
                books.take_back(to, batch.len());
                self.send_again(books, batch.iter());
            }
            Verdict::TooLarge => books.rejected(batch, "too large for the endpoint"),
            Verdict::Rejected(reason) => books.rejected(batch, &reason),
            Verdict::Bad(bad) => {
                for (place, reason) in &bad {
                    books.rejected(batch.get(*place).map(std::slice::from_ref).unwrap_or_default(), reason);
                }
                self.send_again(books, others(batch, |place| bad.iter().any(|(bad, _)| *bad == place)));
            }
            Verdict::Held { places, reason, least } => self.hold(books, batch, &places, reason, least),
            Verdict::Later { reason, least } => {
                books.take_back(to, batch.len());
                books.give_back(batch.iter().map(|record| &record.name));
                return Some(books.kept(to, batch.len(), reason, least));
            }
        }
        None
    }

    /// Nothing is left but what the endpoint takes later.
    pub fn end(self, books: &mut Books, to: &Destination) -> Option<SenderEnding> {
        let Held { count, reason, least } = self.held?;
        Some(books.kept(to, count, reason, Some(least)))
    }

    /// Leaves these for a later run, of whose number the last answer speaks.
    fn hold(&mut self, books: &mut Books, batch: &[Record], places: &[usize], reason: String, least: Duration) {
        let held = others(batch, |place| !places.contains(&place));
        books.give_back(held.clone().map(|record| &record.name));
        held.for_each(|record| books.put_aside(record.name.clone()));
        self.send_again(books, others(batch, |place| places.contains(&place)));
        let before = self.held.take();
        let count = before.as_ref().map_or(0, |held| held.count) + places.len();
        let least = before.map_or(least, |held| held.least.min(least));
        self.held = Some(Held { count, reason, least });
    }

    /// Puts these back in front of what is to be sent.
    fn send_again<'r>(&mut self, books: &mut Books, records: impl DoubleEndedIterator<Item = &'r Record> + Clone) {
        books.give_back(records.clone().map(|record| &record.name));
        for record in records.rev() {
            self.names.push_front(record.name.clone());
        }
    }
}

/// Those of a batch whose place is none of these.
fn others(
    batch: &[Record],
    is_left_out: impl Fn(usize) -> bool + Clone,
) -> impl DoubleEndedIterator<Item = &Record> + Clone {
    batch.iter().enumerate().filter(move |(place, _)| !is_left_out(*place)).map(|(_, record)| record)
}
