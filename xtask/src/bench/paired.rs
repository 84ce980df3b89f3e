//! Whole processes timed in turn: A B C, B C A, …, so that a machine that grows slower in between
//! is slower for all of them alike.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Something that is run, and what must happen after each run before the next may begin.
pub struct Case<'a> {
    /// The command.
    pub command: Command,
    /// Waits for what the command leaves running.
    pub settle: Box<dyn FnMut() + 'a>,
}

impl<'a> Case<'a> {
    /// A command that leaves nothing running.
    pub fn new(command: Command) -> Self {
        Self::settling(command, || {})
    }

    /// A command that leaves something running, and how to wait for that.
    pub fn settling(command: Command, settle: impl FnMut() + 'a) -> Self {
        Self { command, settle: Box::new(settle) }
    }

    fn run(&mut self) -> Result<Duration, String> {
        let start = Instant::now();
        let status = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        let elapsed = start.elapsed();
        (self.settle)();
        match status {
            Ok(status) if status.success() => Ok(elapsed),
            Ok(status) => Err(format!("{:?} ended with {status}", self.command)),
            Err(error) => Err(format!("{:?} cannot be started: {error}", self.command)),
        }
    }
}

/// Times of several rounds; in the order of the cases, each with a time for every round.
pub struct Times(Vec<Vec<Duration>>);

/// Runs every case once unmeasured and then in `rounds` rounds.
pub fn measure(cases: &mut [Case<'_>], rounds: usize) -> Result<Times, String> {
    for case in cases.iter_mut() {
        case.run()?;
    }
    let mut times = vec![Vec::new(); cases.len()];
    for round in 0..rounds {
        for turn in 0..cases.len() {
            let index = (round + turn) % cases.len();
            times[index].push(cases[index].run()?);
        }
    }
    Ok(Times::new(times))
}

impl Times {
    /// Of cases that were run in turn in another way.
    pub fn new(times: Vec<Vec<Duration>>) -> Self {
        Self(times)
    }

    /// How long a case takes.
    pub fn of(&self, case: usize) -> Spread {
        Spread::of(self.0[case].iter().map(|time| millis(*time)).collect())
    }

    /// What a case takes longer than another, round by round.
    pub fn added(&self, case: usize, base: usize) -> Spread {
        self.compared(case, base, |time, base| time - base)
    }

    /// How many times as long as another a case takes, round by round.
    pub fn ratio(&self, case: usize, base: usize) -> Spread {
        self.compared(case, base, |time, base| time / base)
    }

    fn compared(&self, case: usize, base: usize, compare: impl Fn(f64, f64) -> f64) -> Spread {
        let pairs = self.0[case].iter().zip(&self.0[base]);
        Spread::of(pairs.map(|(time, base)| compare(millis(*time), millis(*base))).collect())
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Median and quartiles.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The figure to quote.
    pub median: f64,
    low: f64,
    high: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values.get(values.len().saturating_sub(1) * quarter / 4).copied().unwrap_or(f64::NAN);
        Self { median: at(2), low: at(1), high: at(3) }
    }
}

impl std::fmt::Display for Spread {
    /// Median, and the quartiles on either side.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, low, high } = self;
        write!(f, "{median:.2} ({low:.2} to {high:.2})")
    }
}
