//! Nothing private in an event: generated command lines, projects, catalogs and environments with
//! secrets planted in them, and a look for any part of a secret in what would be sent or logged.
//!
//! A part is any run of [`PART`] characters of a secret, whether in capitals or not. So that
//! nothing is found by accident, secrets have no such run that occurs in public words, or that a
//! random number could have. [`Hole`] leaves out the masking of one kind of word: the look has to
//! find each of them, or it finds nothing at all.
//!
//! Looked at are the bodies of requests, the log, and what people are told of where events go: in
//! `telemetry status`, in warnings, in the words of a sender. The queue's own records, files of the
//! user's alone, hold the endpoint as it was configured, and so does the program's configuration;
//! neither leaves, and nothing of them is in the log. The user is shown the path of a *file* that
//! events go to, the host of an endpoint, and of its path what are plain words.
//!
//! Not looked for are what the program that hosts telemetry says of itself by its own name, the
//! application id that somebody sets to be sent (`HEAP_APPID_DEV`), and what other plugins give to
//! their own events.

mod addresses;
mod case;
mod leaky;
mod outcome;
mod secret;
mod vocabulary;

use std::{collections::BTreeMap, fmt, thread};

pub use self::{
    case::Case,
    leaky::Hole,
    outcome::Outcome,
    secret::{Kind, PART, Secret, Watch},
};

/// Leaks that are told in full; the others are counted.
const TOLD: usize = 10;

/// A part of a secret that was found.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The number of the case, which with the seed makes it again.
    pub case: u64,
    /// Where the secret was planted.
    pub kind: Kind,
    /// The part.
    pub part: String,
    /// What it was found in: the body of a request, the log, or what people are told.
    pub text: String,
}

/// What became of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Where the randomness came from.
    pub seed: u64,
    /// How many cases there were.
    pub cases: u64,
    /// How many secrets of each kind were planted.
    pub planted: BTreeMap<Kind, u64>,
    /// How many of them were found.
    pub leaked: BTreeMap<Kind, u64>,
    /// The first few that were.
    pub leaks: Vec<Leak>,
    /// Command lines that were masked otherwise than by the second implementation of masking, which
    /// the holes are made in.
    pub differences: Vec<String>,
}

impl Report {
    /// How many secrets were found.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.leaked.values().sum()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.count() == 0 && self.differences.is_empty()
    }

    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        for (kind, count) in other.planted {
            *self.planted.entry(kind).or_default() += count;
        }
        for (kind, count) in other.leaked {
            *self.leaked.entry(kind).or_default() += count;
        }
        self.leaks.extend(other.leaks);
        self.leaks.truncate(TOLD);
        self.differences.extend(other.differences);
        self.differences.truncate(TOLD);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, count) in &self.planted {
            let leaked = self.leaked.get(kind).copied().unwrap_or_default();
            writeln!(f, "  {:<34} {count:>9} planted, {leaked} leaked", kind.to_string())?;
        }
        for leak in &self.leaks {
            writeln!(f, "  LEAK in case {}: `{}` ({}) in {}", leak.case, leak.part, leak.kind, leak.text)?;
        }
        for difference in &self.differences {
            writeln!(f, "  DIFFERENCE: {difference}")?;
        }
        let planted: u64 = self.planted.values().sum();
        let (cases, leaks, seed) = (self.cases, self.count(), self.seed);
        write!(f, "privacy: {cases} cases, {planted} secrets planted, {leaks} leaks; seed {seed}")
    }
}

/// Runs `cases` cases on `threads` threads, with the masking left out that `hole` names.
#[must_use]
pub fn run(cases: u64, seed: u64, threads: usize, hole: Option<Hole>) -> Report {
    let mut report = Report { seed, ..Report::default() };
    thread::scope(|scope| {
        let work = |thread| move || run_part((thread..cases).step_by(threads), seed, hole);
        let workers: Vec<_> = (0..threads as u64).map(|thread| scope.spawn(work(thread))).collect();
        for worker in workers {
            report.add(worker.join().expect("a case panicked"));
        }
    });
    report
}

fn run_part(numbers: impl Iterator<Item = u64>, seed: u64, hole: Option<Hole>) -> Report {
    let mut report = Report { seed, ..Report::default() };
    let stage = outcome::Stage::new();
    let mut watch = Watch::default();
    for number in numbers {
        let case = Case::generate(seed.wrapping_add(number));
        let outcome = stage.play(&case, number, hole);
        report.cases += 1;
        for secret in &case.secrets {
            *report.planted.entry(secret.kind).or_default() += 1;
        }
        for text in [&outcome.body, &outcome.log, &without_what_may_be_told(&outcome.told, &case)] {
            for (kind, part) in watch.parts_in(&case.secrets, text) {
                *report.leaked.entry(kind).or_default() += 1;
                if report.leaks.len() < TOLD {
                    report.leaks.push(Leak { case: number, kind, part, text: text.clone() });
                }
            }
        }
        report.differences.extend(outcome.difference.filter(|_| report.differences.len() < TOLD));
    }
    report
}

fn without_what_may_be_told(told: &str, case: &Case) -> String {
    let may_be_told = case.secrets.iter().filter(|secret| secret.kind.may_be_told());
    may_be_told.fold(told.to_owned(), |told, secret| told.replace(&secret.text, "…"))
}
