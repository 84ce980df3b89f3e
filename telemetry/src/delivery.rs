//! Delivery in this process, with the settings and the consent of now.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use crate::{
    consent::Consent,
    error::Error,
    facts::Facts,
    record::Record,
    sender::{Attempt, Deadlines, Sender, SenderSummary, SenderVerdict},
};

/// Delivers the queued events, if there is an endpoint.
pub fn deliver(
    facts: &Facts,
    deadlines: Deadlines,
    attempt: Attempt,
    progress: &dyn Fn(&SenderSummary, usize),
) -> Result<Option<SenderSummary>, Error> {
    let settings = facts.settings()?;
    let Some(endpoint) = &settings.endpoint else { return Ok(None) };
    let (dirs, agent) = (facts.dirs()?, facts.profile().agent());
    let sender = Sender::new(dirs.state(), endpoint, &settings.app_id, &agent, facts.env());
    let sender = sender.with_deadlines(deadlines).with_attempt(attempt);
    let consent = |record: &Record| verdict(&facts.consent(record.project.as_deref()));
    let summary = sender.run(&consent, progress)?;
    if let Some(problem) = &summary.problem {
        facts.log(problem);
    }
    Ok(Some(summary))
}

fn verdict(consent: &Consent) -> SenderVerdict {
    if consent.is_granted() { SenderVerdict::Send } else { SenderVerdict::Refuse(consent.source().without_path()) }
}

/// Delivers in this process, and waits for that no longer than `cap`; for a command that is gone
/// with its container. What is not delivered then stays queued.
pub fn deliver_within(cap: Duration, facts: &Arc<Facts>) {
    let facts = Arc::clone(facts);
    let (done, ended) = mpsc::channel();
    // A thread can be left behind in whatever it waits for.
    let started = thread::Builder::new().spawn(move || {
        facts.logged(deliver(&facts, Deadlines::within(cap), Attempt::WhenDue, &|_, _| {}));
        // The command may have gone on.
        let _ = done.send(());
    });
    if started.is_ok() {
        // Ended, or out of time: either way the command goes on.
        let _ = ended.recv_timeout(cap);
    }
}
