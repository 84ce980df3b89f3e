//! Consent of each project, asked for just before a batch is sent and not waited for without end: a
//! project may be on a file system that does not answer.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    patience::ask_each,
    summary::{AskConsent, SenderVerdict},
};

/// So long is waited for the projects of one round.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the projects of one batch say.
#[derive(Debug, Default)]
pub struct Verdicts(HashMap<Option<PathBuf>, SenderVerdict>);

impl Verdicts {
    /// What was said for a project.
    pub fn of(&self, project: Option<&PathBuf>) -> &SenderVerdict {
        self.0.get(&project.cloned()).unwrap_or(&SenderVerdict::Undecided)
    }
}

/// Asks for consent.
pub struct ConsentDesk {
    ask: Arc<AskConsent>,
    /// Projects that did not answer: they are asked again by the next sender.
    silent: HashSet<Option<PathBuf>>,
}

impl ConsentDesk {
    /// Asks by this.
    pub fn new(ask: Arc<AskConsent>) -> Self {
        Self { ask, silent: HashSet::new() }
    }

    /// Whether events about no project in particular may be sent.
    pub fn allows_any(&self) -> bool {
        (self.ask)(None) == SenderVerdict::Send
    }

    /// What these projects say, as far as they do by `until`. What is about none is decided by
    /// files beside the queue itself: that is not asked for in a thread, which a busy machine may
    /// run too late.
    pub fn ask(&mut self, projects: Vec<Option<PathBuf>>, until: Instant) -> Verdicts {
        let (asked, of_none): (Vec<_>, Vec<_>) = projects.into_iter().partition(Option::is_some);
        let asked: Vec<_> = asked.into_iter().filter(|project| !self.silent.contains(project)).collect();
        let ask = Arc::clone(&self.ask);
        let answer = move |project: &Option<PathBuf>| ask(project.as_deref());
        let mut verdicts = ask_each(&asked, &Arc::new(answer), || until.min(Instant::now() + PATIENCE));
        self.silent.extend(asked.into_iter().filter(|project| !verdicts.contains_key(project)));
        verdicts.extend(of_none.into_iter().map(|none| (none, (self.ask)(None))));
        Verdicts(verdicts)
    }
}
