//! Whole processes timed in turn: A B C, B C A, …, so that a machine that grows slower in between
//! is slower for all of them alike.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use wait4::Wait4;

/// Something that is run, and what must happen after each run before the next may begin.
pub struct Case<'a> {
    /// The command.
    pub command: Command,
    /// Waits for what the command leaves running, or has the next one not meet it.
    pub settle: Box<dyn FnMut(&mut Command) + 'a>,
    /// The first so many rounds have it.
    pub rounds: usize,
}

/// One run of a command.
struct Sample {
    wall: Duration,
    /// What the system has counted for the process, and for those that it has waited for.
    cpu: Duration,
}

impl<'a> Case<'a> {
    /// A command that leaves nothing running.
    pub fn new(command: Command) -> Self {
        Self::settling(command, |_| {})
    }

    /// A command that leaves something running, and how to wait for that.
    pub fn settling(command: Command, settle: impl FnMut(&mut Command) + 'a) -> Self {
        Self { command, settle: Box::new(settle), rounds: usize::MAX }
    }

    fn run(&mut self) -> Result<Sample, String> {
        let start = Instant::now();
        let child = self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let used = child.and_then(|mut child| child.wait4());
        let wall = start.elapsed();
        (self.settle)(&mut self.command);
        match used {
            Ok(used) if used.status.success() => Ok(Sample { wall, cpu: used.rusage.utime + used.rusage.stime }),
            Ok(used) => Err(format!("{:?} ended with {}", self.command, used.status)),
            Err(error) => Err(format!("{:?} cannot be run: {error}", self.command)),
        }
    }
}

/// Wall and CPU times of several rounds.
pub struct Samples {
    wall: Times,
    cpu: Times,
}

/// Times of several rounds; in the order of the cases, each with a time for every round.
pub struct Times(Vec<Vec<Duration>>);

/// Runs every case once unmeasured and then in `rounds` rounds; gives wall times.
pub fn measure(cases: &mut [Case<'_>], rounds: usize) -> Result<Times, String> {
    measure_all(cases, rounds).map(|samples| samples.wall)
}

/// The same; gives CPU times, too.
pub fn measure_all(cases: &mut [Case<'_>], rounds: usize) -> Result<Samples, String> {
    for case in cases.iter_mut() {
        case.run()?;
    }
    let mut samples: Vec<Vec<Sample>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for turn in 0..cases.len() {
            let index = (round + turn) % cases.len();
            if round < cases[index].rounds {
                samples[index].push(cases[index].run()?);
            }
        }
    }
    let times = |of: fn(&Sample) -> Duration| {
        Times::new(samples.iter().map(|samples| samples.iter().map(of).collect()).collect())
    };
    Ok(Samples { wall: times(|sample| sample.wall), cpu: times(|sample| sample.cpu) })
}

/// The CPU time of a command alone, in milliseconds: the least of three runs, after each of which
/// something is done.
pub fn least_cpu(command: Command, settle: impl FnMut(&mut Command)) -> Result<f64, String> {
    let samples = measure_all(&mut [Case::settling(command, settle)], 3)?;
    Ok(samples.cpu(0).1)
}

impl Samples {
    /// The CPU time of a case: the median, and the fastest run.
    pub fn cpu(&self, case: usize) -> (f64, f64) {
        (self.cpu.of(case).median, self.cpu.least(case))
    }

    /// The same of wall time.
    pub fn wall(&self, case: usize) -> (f64, f64) {
        (self.wall.of(case).median, self.wall.least(case))
    }

    /// How many times as much wall and CPU time as another a case takes.
    pub fn ratios(&self, case: usize, base: usize) -> (Spread, Spread) {
        (self.wall.ratio(case, base), self.cpu.ratio(case, base))
    }

    /// How many times as long as another a case takes, by wall time.
    pub fn wall_ratio(&self, case: usize, base: usize) -> Spread {
        self.wall.ratio(case, base)
    }

    /// What a case takes more CPU time than another: by the median of the rounds, and by the
    /// fastest runs.
    pub fn cpu_added(&self, case: usize, base: usize) -> (f64, f64) {
        (self.cpu.added(case, base).median, self.cpu.least(case) - self.cpu.least(base))
    }

    /// What a case takes more wall time than another, likewise.
    pub fn wall_added(&self, case: usize, base: usize) -> (f64, f64) {
        (self.wall.added(case, base).median, self.wall.least(case) - self.wall.least(base))
    }
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

    /// The shortest time of a case.
    fn least(&self, case: usize) -> f64 {
        self.0[case].iter().min().copied().map_or(f64::NAN, millis)
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
