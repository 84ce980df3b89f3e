//! What commands had no time to find out about their projects, found out where no command waits.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{patience::ask_each, summary::Complete};
use crate::{record::Record, schema::Properties};

/// So long is waited for one round of projects; an event goes without what is not known then.
const PATIENCE: Duration = Duration::from_secs(5);

/// What has been found out in one run; nothing for a project that took too long.
pub struct CompletionDesk {
    complete: Arc<Complete>,
    known: HashMap<PathBuf, Option<Properties>>,
}

impl CompletionDesk {
    /// Finds out by this.
    pub fn new(complete: Arc<Complete>) -> Self {
        Self { complete, known: HashMap::new() }
    }

    /// Completes those of these records that are not complete.
    pub fn complete(&mut self, records: &mut [Record], until: Instant) {
        let incomplete = || records.iter().filter(|record| record.is_incomplete);
        let projects = incomplete().filter_map(|record| record.project.clone());
        let mut unknown: Vec<PathBuf> = projects.filter(|project| !self.known.contains_key(project)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let complete = Arc::clone(&self.complete);
        let answer = move |project: &PathBuf| complete(project);
        let found = ask_each(&unknown, &Arc::new(answer), || until.min(Instant::now() + PATIENCE));
        self.known.extend(unknown.into_iter().map(|project| (project, None)));
        self.known.extend(found.into_iter().map(|(project, properties)| (project, Some(properties))));
        for record in records.iter_mut().filter(|record| record.is_incomplete) {
            let properties = record.project.as_ref().and_then(|project| self.known.get(project)?.clone());
            if let Some(properties) = properties {
                record.complete(&properties);
            }
        }
    }
}
