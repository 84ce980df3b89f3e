//! What a process notes that has not begun the run it works for: one that `ParallelRunner` has
//! forked off, or has started and loaded plugins in.

use std::{
    io, process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::SystemTime,
};

use hookspec::Host;

use crate::{
    parts::{Part, Parts},
    recording::Moment,
    settings::Settings,
};

/// Moments before it is known which run they are of: those of the first node's inputs.
const MAX_EARLY: usize = 10_000;

/// The notes of this process, if it is one of those.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere {
    /// The process in which there is nothing to note. Forked off, it is another.
    silent_in: AtomicU32,
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    process: u32,
    early: Vec<(SystemTime, Moment)>,
    part: Option<(String, Part)>,
}

impl Elsewhere {
    /// Whether anything is to be noted in this process, as far as is known.
    pub(crate) fn may_note(&self, process: u32) -> bool {
        self.silent_in.load(Ordering::Acquire) != process
    }

    /// Has nothing noted in this process.
    pub(crate) fn silence(&self) {
        self.silent_in.store(process::id(), Ordering::Release);
    }

    /// Notes a moment, of a run where the host says of which. What cannot be written is not noted:
    /// the run goes on.
    pub(crate) fn note(&self, host: &Host, run_id: Option<&str>, moment: Moment) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.process != process::id() {
            *notes = Notes { process: process::id(), ..Notes::default() };
            if !Settings::read(host).is_ok_and(|settings| settings.is_on()) {
                return self.silence();
            }
        }
        if !notes.note(host, run_id, moment).is_ok_and(|is_wanted| is_wanted) {
            self.silence();
        }
    }
}

impl Notes {
    /// Whether somebody wants to have it.
    fn note(&mut self, host: &Host, run_id: Option<&str>, moment: Moment) -> io::Result<bool> {
        let (at, is_end) = (SystemTime::now(), !moment.is_begin());
        if let Some(id) = run_id.filter(|id| self.part.as_ref().is_none_or(|(own, _)| own != id)) {
            let parts = Parts::of_run(host.name(), id).and_then(|parts| parts.own().transpose()).transpose();
            let Some(part) = parts.map_err(small_files::FileError::into_io)? else { return Ok(false) };
            self.part = Some((id.to_owned(), part));
        }
        let Some((_, part)) = &mut self.part else {
            self.early.push((at, moment));
            return Ok(self.early.len() <= MAX_EARLY);
        };
        for (at, moment) in self.early.drain(..) {
            part.add(at, &moment)?;
        }
        part.add(at, &moment)?;
        // A process may be killed at any time, and is told of no end.
        if is_end {
            part.write()?;
        }
        Ok(true)
    }
}
