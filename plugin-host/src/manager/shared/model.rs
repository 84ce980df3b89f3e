//! A model of [`Shared`](super::Shared), in which every order of the steps of several threads is
//! tried, and every time at which another thread may come to see what one has stored.
//!
//! A store is seen by others when it leaves the buffer of its thread, in the order of the stores,
//! for each of them releases those before it; a load acquires, and so is not made before those before
//! it. That a store may be seen later than the loads behind it have been made is what the barriers
//! are for.

use std::collections::{HashSet, VecDeque};

const READERS: usize = 2;
const WRITER: usize = READERS;
/// The first value is 1, and the writer replaces it by each of these; 0 is none.
const WRITTEN: [u8; 2] = [2, 3];

/// Which barriers there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Barriers {
    /// A fence on both sides.
    Fences,
    /// The one who replaces has every thread's stores seen.
    ForAll,
    /// None, to see that the model finds out.
    None,
}

/// What is left out of a read, to see that the model finds out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    Nothing,
    /// To look again whether it still is the value.
    Again,
    /// To look at the end whether it was replaced.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Variable {
    Current,
    IsReplaced,
    Place(usize),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    /// Of a read.
    Load,
    WriteDown,
    Again,
    Use,
    GiveBack,
    LookAtEnd,
    /// Of whoever takes what is unread.
    Lock,
    Barrier,
    Scan(usize),
    /// Of the writer.
    Replace,
    Say,
    Done,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Thread {
    step: Step,
    /// The value that is being read, or is written next.
    value: u8,
    /// Stores that nobody else has seen.
    buffer: VecDeque<(Variable, u8)>,
    found: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    current: u8,
    is_replaced: u8,
    places: [u8; READERS],
    replaced: Vec<u8>,
    dropped: Vec<u8>,
    locked_by: Option<usize>,
    threads: Vec<Thread>,
}

impl State {
    fn first() -> Self {
        let thread = |step, value| Thread { step, value, buffer: VecDeque::new(), found: Vec::new() };
        let readers = (0..READERS).map(|_| thread(Step::Load, 0));
        let threads = readers.chain([thread(Step::Replace, WRITTEN[0])]).collect();
        let (replaced, dropped) = (Vec::new(), Vec::new());
        Self { current: 1, is_replaced: 0, places: [0; READERS], replaced, dropped, locked_by: None, threads }
    }

    fn load(&self, thread: usize, variable: Variable) -> u8 {
        let own = self.threads[thread].buffer.iter().rev().find(|(stored, _)| *stored == variable);
        own.map_or_else(|| self.seen(variable), |(_, value)| *value)
    }

    fn seen(&self, variable: Variable) -> u8 {
        match variable {
            Variable::Current => self.current,
            Variable::IsReplaced => self.is_replaced,
            Variable::Place(reader) => self.places[reader],
        }
    }

    fn store(&mut self, thread: usize, variable: Variable, value: u8) {
        self.threads[thread].buffer.push_back((variable, value));
    }

    /// Others see the first of a thread's stores; `false` when there is none.
    fn show_one(&mut self, thread: usize) -> bool {
        let Some((variable, value)) = self.threads[thread].buffer.pop_front() else { return false };
        match variable {
            Variable::Current => self.current = value,
            Variable::IsReplaced => self.is_replaced = value,
            Variable::Place(reader) => self.places[reader] = value,
        }
        true
    }

    fn show_all(&mut self, thread: usize) {
        while self.show_one(thread) {}
    }

    /// A thread goes on by a step; `None` where it has to wait or is done. The error is what must not
    /// be.
    fn go_on(&self, thread: usize, barriers: Barriers, left_out: LeftOut) -> Option<Result<Self, &'static str>> {
        let mut next = self.clone();
        let Thread { step, value, .. } = self.threads[thread];
        let light = |state: &mut Self| {
            if barriers == Barriers::Fences {
                state.show_all(thread);
            }
        };
        next.threads[thread].step = match step {
            Step::Load => {
                next.threads[thread].value = self.load(thread, Variable::Current);
                Step::WriteDown
            }
            Step::WriteDown => {
                next.store(thread, Variable::Place(thread), value);
                light(&mut next);
                if left_out == LeftOut::Again { Step::Use } else { Step::Again }
            }
            Step::Again if self.load(thread, Variable::Current) == value => Step::Use,
            Step::Again => Step::Load,
            Step::Use if self.dropped.contains(&value) => return Some(Err("a value is dropped that is being read")),
            Step::Use => Step::GiveBack,
            Step::GiveBack if self.dropped.contains(&value) => {
                return Some(Err("a value was dropped while it was read"));
            }
            Step::GiveBack => {
                next.store(thread, Variable::Place(thread), 0);
                light(&mut next);
                if left_out == LeftOut::End { Step::Done } else { Step::LookAtEnd }
            }
            Step::LookAtEnd if self.load(thread, Variable::IsReplaced) == 0 => Step::Done,
            Step::LookAtEnd => Step::Lock,
            Step::Lock | Step::Replace if self.locked_by.is_some() => return None,
            Step::Lock => {
                next.locked_by = Some(thread);
                next.show_all(thread);
                Step::Barrier
            }
            Step::Barrier => {
                match barriers {
                    Barriers::Fences => next.show_all(thread),
                    Barriers::ForAll => (0..=WRITER).for_each(|other| next.show_all(other)),
                    Barriers::None => {}
                }
                next.threads[thread].found.clear();
                Step::Scan(0)
            }
            Step::Scan(READERS) => {
                next.take_unread(thread);
                match WRITTEN.iter().position(|written| *written == value).filter(|_| thread == WRITER) {
                    Some(at) if at + 1 < WRITTEN.len() => {
                        next.threads[thread].value = WRITTEN[at + 1];
                        Step::Replace
                    }
                    _ => Step::Done,
                }
            }
            Step::Scan(reader) => {
                next.threads[thread].found.push(self.load(thread, Variable::Place(reader)));
                Step::Scan(reader + 1)
            }
            Step::Replace => {
                next.locked_by = Some(thread);
                next.replaced.push(self.load(thread, Variable::Current));
                next.store(thread, Variable::Current, value);
                Step::Say
            }
            Step::Say => {
                next.store(thread, Variable::IsReplaced, 1);
                next.unlock(thread);
                Step::Lock
            }
            Step::Done => return None,
        };
        Some(Ok(next))
    }

    fn take_unread(&mut self, thread: usize) {
        let found = std::mem::take(&mut self.threads[thread].found);
        let (read, unread): (Vec<u8>, Vec<u8>) = self.replaced.iter().partition(|value| found.contains(value));
        self.store(thread, Variable::IsReplaced, u8::from(!read.is_empty()));
        self.replaced = read;
        self.dropped.extend(unread);
        self.unlock(thread);
    }

    fn unlock(&mut self, thread: usize) {
        // Whoever has the lock next sees all that was stored before.
        self.show_all(thread);
        self.locked_by = None;
    }

    fn is_done(&self) -> bool {
        self.threads.iter().all(|thread| thread.step == Step::Done && thread.buffer.is_empty())
    }
}

/// Goes through all that can happen; gives how many states there are, or what must not be.
fn explore(barriers: Barriers, left_out: LeftOut) -> Result<usize, &'static str> {
    let mut known = HashSet::new();
    let mut open = vec![State::first()];
    while let Some(state) = open.pop() {
        if !known.insert(state.clone()) {
            continue;
        }
        if state.is_done() && !state.replaced.is_empty() {
            return Err("a value that nobody reads is kept");
        }
        for thread in 0..=WRITER {
            if let Some(next) = state.go_on(thread, barriers, left_out) {
                open.push(next?);
            }
            let mut shown = state.clone();
            if shown.show_one(thread) {
                open.push(shown);
            }
        }
    }
    Ok(known.len())
}

#[test]
fn whatever_the_order_no_value_is_dropped_while_it_is_read_and_none_is_kept_that_is_not() {
    for barriers in [Barriers::Fences, Barriers::ForAll] {
        let states = explore(barriers, LeftOut::Nothing);
        println!("states: {states:?}");
        assert!(states.is_ok_and(|states| states > 10_000), "{states:?}");
    }
}

#[test]
fn the_model_finds_out_what_is_missing() {
    let read = Err("a value is dropped that is being read");
    assert!(explore(Barriers::None, LeftOut::Nothing).is_err());
    for barriers in [Barriers::Fences, Barriers::ForAll] {
        let found = explore(barriers, LeftOut::Again);
        assert!(found == read || found == Err("a value was dropped while it was read"), "{found:?}");
        assert_eq!(explore(barriers, LeftOut::End), Err("a value that nobody reads is kept"));
    }
}
