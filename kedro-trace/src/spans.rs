//! The spans of a run, made of what was noted.
//!
//! Kedro loads a node's inputs before it says that the node begins, and saves its outputs after it
//! has said that the node has ended. The span of a node is the whole: from the first that happens
//! for it to the last.

use std::{collections::HashMap, time::Instant};

use crate::recording::{Access, Moment, Recording, RunFacts};

/// The kind of an error that is not known.
const UNKNOWN_ERROR: &str = "_OTHER";

/// What took a time.
#[derive(Debug)]
pub(crate) struct Span {
    /// Where in the list the span is that this one is part of.
    pub(crate) parent: Option<usize>,
    pub(crate) subject: Subject,
    pub(crate) start: Instant,
    pub(crate) end: Instant,
    /// The kind of the error that it ended with.
    pub(crate) error: Option<String>,
}

/// What it was that took the time.
#[derive(Debug)]
pub(crate) enum Subject {
    Run { facts: RunFacts, dropped: u64 },
    Node { name: String, namespace: Option<String>, tags: Vec<String> },
    Dataset { access: Access, name: String },
}

/// The spans of a run that ended now, with the run's own in front; `error` is the kind of the error
/// that ended it.
pub(crate) fn of_run(recording: Recording, error: Option<String>) -> Vec<Span> {
    let end = Instant::now();
    let Recording { facts, began: (_, start), moments, dropped, .. } = recording;
    let mut tree = Tree::new(Span { parent: None, subject: Subject::Run { facts, dropped }, start, end, error });
    for (at, moment) in moments {
        tree.add(at, moment);
    }
    tree.finish(end)
}

const RUN: usize = 0;

/// The work of a node that has begun and not ended: its function, or a dataset.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Work {
    Function(usize),
    Dataset(usize, Access, String),
}

struct Tree {
    spans: Vec<Span>,
    nodes: HashMap<String, usize>,
    open: HashMap<Work, Vec<usize>>,
    has_failed_node: bool,
}

impl Tree {
    fn new(run: Span) -> Self {
        Self { spans: vec![run], nodes: HashMap::new(), open: HashMap::new(), has_failed_node: false }
    }

    fn add(&mut self, at: Instant, moment: Moment) {
        match moment {
            Moment::AccessBegan { access, dataset, node } => {
                let parent = self.parent(node, at);
                let subject = Subject::Dataset { access, name: dataset.clone() };
                let span = self.push(Some(parent), subject, at);
                self.open.entry(Work::Dataset(parent, access, dataset)).or_default().push(span);
            }
            Moment::AccessEnded { access, dataset, node } => {
                let parent = self.parent(node, at);
                self.close(&Work::Dataset(parent, access, dataset), at);
            }
            Moment::NodeBegan { node, namespace, tags } => {
                let span = self.node(node, at);
                if let Subject::Node { namespace: own_namespace, tags: own_tags, .. } = &mut self.spans[span].subject {
                    (*own_namespace, *own_tags) = (namespace, tags);
                }
                self.open.entry(Work::Function(span)).or_default().push(span);
            }
            Moment::NodeEnded { node, error } => {
                let span = self.node(node, at);
                self.has_failed_node |= error.is_some();
                self.spans[span].error = error;
                self.close(&Work::Function(span), at);
            }
        }
    }

    /// What a dataset's span is part of.
    fn parent(&mut self, node: Option<String>, at: Instant) -> usize {
        node.map_or(RUN, |node| self.node(node, at))
    }

    /// The span of a node, which goes on at least until now.
    fn node(&mut self, name: String, at: Instant) -> usize {
        if let Some(&span) = self.nodes.get(&name) {
            self.spans[span].end = at;
            return span;
        }
        let subject = Subject::Node { name: name.clone(), namespace: None, tags: Vec::new() };
        let span = self.push(Some(RUN), subject, at);
        self.nodes.insert(name, span);
        span
    }

    fn push(&mut self, parent: Option<usize>, subject: Subject, at: Instant) -> usize {
        self.spans.push(Span { parent, subject, start: at, end: at, error: None });
        self.spans.len() - 1
    }

    fn close(&mut self, work: &Work, at: Instant) {
        if let Some(span) = self.open.get_mut(work).and_then(Vec::pop) {
            self.spans[span].end = at;
        }
    }

    /// What has not ended by itself has ended with the run, and is what ended it if that failed.
    fn finish(mut self, end: Instant) -> Vec<Span> {
        let open: Vec<_> = std::mem::take(&mut self.open).into_values().flatten().collect();
        let error = self.spans[RUN].error.clone().map(|error| {
            // The run's error is one of these only if there is no other that it can be.
            if open.len() == 1 && !self.has_failed_node { error } else { UNKNOWN_ERROR.to_owned() }
        });
        for span in open {
            self.cut_short(span, end, error.as_ref());
            if let Some(parent) = self.spans[span].parent.filter(|parent| *parent != RUN) {
                self.cut_short(parent, end, error.as_ref());
            }
        }
        self.spans
    }

    fn cut_short(&mut self, span: usize, end: Instant, error: Option<&String>) {
        let span = &mut self.spans[span];
        span.end = end;
        if span.error.is_none() {
            span.error = error.cloned();
        }
    }
}
