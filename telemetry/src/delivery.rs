//! Delivery in this process, with the settings and the consent of now.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use crate::{
    consent::Consent,
    error::Error,
    facts::Facts,
    mode::Mode,
    sender::{Attempt, Deadlines, Sender, SenderSummary, SenderVerdict},
};

/// How long a sender stays for the events of further commands, and for those of the program that
/// has started it.
pub const LINGER: Duration = Duration::from_secs(1);

/// How events are delivered.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How long that may take.
    pub deadlines: Deadlines,
    /// Whether earlier failures count.
    pub attempt: Attempt,
    /// How long to stay for the events of further commands.
    pub linger: Duration,
}

/// Delivers the queued events, if there is an endpoint: without one, nothing leaves this machine,
/// whatever it was when they were recorded.
pub fn deliver(
    facts: &Arc<Facts>,
    manner: Manner,
    progress: &dyn Fn(&SenderSummary, usize),
) -> Result<Option<SenderSummary>, Error> {
    let settings = facts.settings()?;
    let Some(destination) = settings.destination else { return Ok(None) };
    let (dirs, agent) = (facts.dirs()?, facts.profile().agent());
    let sender = Sender::new(dirs.state(), &agent, facts.env());
    let sender = sender.with_deadlines(manner.deadlines).with_attempt(manner.attempt).with_linger(manner.linger);
    let sender = sender.with_headers(destination.digest(), settings.headers);
    let (asked, told) = (Arc::clone(facts), Arc::clone(facts));
    let consent = move |project: Option<&Path>| verdict(&asked.consent(project));
    let complete = move |project: &Path| told.program().complete(project);
    let summary = sender.run(Arc::new(consent), Arc::new(complete), progress)?;
    if let Some(problem) = &summary.problem {
        facts.log(problem);
    }
    Ok(Some(summary))
}

fn verdict(consent: &Consent) -> SenderVerdict {
    match consent.mode() {
        Mode::On => SenderVerdict::Send,
        // What was to go somewhere waits until the user says yes or no.
        Mode::Local => SenderVerdict::Undecided,
        Mode::Off => SenderVerdict::Refuse(consent.source().without_path()),
    }
}

/// Delivers in this process, and waits for that no longer than `cap`; for a command that is gone
/// with its container. What is not delivered then stays queued.
pub fn deliver_within(cap: Duration, facts: &Arc<Facts>) {
    let facts = Arc::clone(facts);
    let (done, ended) = mpsc::channel();
    // A thread can be left behind in whatever it waits for.
    let started = thread::Builder::new().spawn(move || {
        let manner = Manner { deadlines: Deadlines::within(cap), attempt: Attempt::WhenDue, linger: Duration::ZERO };
        facts.logged(deliver(&facts, manner, &|_, _| {}));
        // The command may have gone on.
        let _ = done.send(());
    });
    if started.is_ok() {
        // Ended, or out of time: either way the command goes on.
        let _ = ended.recv_timeout(cap);
    }
}
