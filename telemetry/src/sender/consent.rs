//! Consent of each project, asked for just before a batch is sent and not waited for without end: a
//! project may be on a file system that does not answer.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::summary::{AskConsent, SenderVerdict};

/// So long is waited for the projects of one round.
const PATIENCE: Duration = Duration::from_secs(1);

/// So many projects are asked at once.
const ROUND: usize = 32;

/// What the projects of one batch say.
#[derive(Debug, Default)]
pub struct Verdicts(HashMap<Option<PathBuf>, SenderVerdict>);

impl Verdicts {
    /// What was said for a project.
    pub fn of(&self, project: Option<&PathBuf>) -> &SenderVerdict {
        self.0.get(&project.cloned()).unwrap_or(&SenderVerdict::Undecided)
    }
}

/// Asks for consent, in threads that can be left behind in whatever they wait for.
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

    /// What these projects say, as far as they do by `until`.
    pub fn ask(&mut self, projects: Vec<Option<PathBuf>>, until: Instant) -> Verdicts {
        let mut verdicts = Verdicts::default();
        let asked: Vec<_> = projects.into_iter().filter(|project| !self.silent.contains(project)).collect();
        for round in asked.chunks(ROUND) {
            self.ask_round(round, until.min(Instant::now() + PATIENCE), &mut verdicts);
        }
        verdicts
    }

    fn ask_round(&mut self, projects: &[Option<PathBuf>], until: Instant, verdicts: &mut Verdicts) {
        let (answer, answers) = mpsc::channel();
        for project in projects {
            let (ask, answer, project) = (Arc::clone(&self.ask), answer.clone(), project.clone());
            // Where no thread can be started, nothing is sent without an answer.
            let _ = thread::Builder::new().spawn(move || {
                let verdict = ask(project.as_deref());
                let _ = answer.send((project, verdict));
            });
        }
        drop(answer);
        while let Ok((project, verdict)) = answers.recv_timeout(until.saturating_duration_since(Instant::now())) {
            verdicts.0.insert(project, verdict);
        }
        self.silent.extend(projects.iter().filter(|project| !verdicts.0.contains_key(*project)).cloned());
    }
}
