//! What one run of a program tells of its use: collected while it works, recorded when it ends.

use std::{
    env,
    ffi::OsString,
    process, thread,
    time::{Instant, SystemTime},
};

use crate::{
    circumstances::Ended,
    command::SENDER,
    outcome::Outcome,
    output::Terminal,
    profile::Profile,
    program::{LogLevel, Program, Standalone},
    schema::Properties,
    telemetry::{CommandStage, Telemetry},
    usage_event::UsageEvent,
};

/// The most events of one run: each is a file, written when the command has ended.
const MOST: usize = 100;

/// What one run of a program tells of its use, and there is nothing else that it can tell: events of
/// the type `E`.
///
/// They are recorded together when the run ends, be it by [`Self::end`], or because this value goes
/// out of scope: also while the program panics. A program that ends by [`std::process::exit`]
/// records nothing.
pub struct Usage<E: UsageEvent> {
    telemetry: Telemetry,
    begun: Instant,
    command: Option<String>,
    told: Vec<(SystemTime, E)>,
    too_many: usize,
    is_over: bool,
}

impl Profile {
    /// Starts the telemetry of a program, first of all in its `main`. It returns at once, unless this
    /// is the process that was started to send events, which ends here.
    ///
    /// A program that uses clap has all of it in one call, see `run`.
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use usage_telemetry::{Ending, Profile, UsageEvent};
    ///
    /// /// A note was added.
    /// #[derive(UsageEvent)]
    /// struct NoteAdded {
    ///     /// How long notes are.
    ///     words: usize,
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     let mut usage = Profile::new("notes", env!("CARGO_PKG_VERSION")).start();
    ///     let words: Vec<String> = std::env::args().skip(1).collect();
    ///     if words.first().is_some_and(|word| word == "telemetry") {
    ///         return usage.run_command(&words[1..]);
    ///     }
    ///     usage.count(NoteAdded { words: words.len() });
    ///     let (outcome, code) = ExitCode::SUCCESS.end();
    ///     usage.end(outcome);
    ///     code
    /// }
    /// ```
    #[must_use = "what it is told is recorded when it goes out of scope"]
    pub fn start<E: UsageEvent>(self) -> Usage<E> {
        self.start_in(Standalone)
    }

    /// The same, for a program that has settings or a log to say of.
    #[must_use = "what it is told is recorded when it goes out of scope"]
    pub fn start_in<E: UsageEvent>(self, program: impl Program + 'static) -> Usage<E> {
        let telemetry = Telemetry::new(self.with_events(E::EVENTS), program);
        let args: Vec<OsString> = env::args_os().collect();
        if args.iter().skip(1).eq(SENDER) {
            detached::leave(&args);
            process::exit(telemetry.run_command(&args[2..], &Terminal).into());
        }
        Usage { telemetry, begun: Instant::now(), command: None, told: Vec::new(), too_many: 0, is_over: false }
    }
}

impl<E: UsageEvent> Usage<E> {
    /// Tells that something has happened, for what is recorded when the run ends.
    pub fn count(&mut self, event: E) {
        if self.told.len() < MOST {
            self.told.push((SystemTime::now(), event));
        } else {
            self.too_many += 1;
        }
    }

    /// Runs `telemetry …`, the words behind the first, and gives the code to end with.
    pub fn run_command(&self, args: impl IntoIterator<Item = impl Into<OsString>>) -> process::ExitCode {
        self.telemetry.run_command(args, &Terminal).into()
    }

    /// The telemetry by which events are recorded.
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// Records what was told, now that the command has ended in this way, and sees to its delivery.
    pub fn end(mut self, outcome: Outcome) {
        self.record(Some(outcome));
    }

    /// Says which command runs, in words that the program declares.
    #[cfg(feature = "clap")]
    pub(crate) fn set_command(&mut self, words: String) {
        self.command = Some(words);
    }

    fn record(&mut self, outcome: Option<Outcome>) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let ended = Ended { outcome, took: self.begun.elapsed(), command: self.command.as_deref() };
        let mut is_recorded = false;
        for (at, event) in self.told.drain(..) {
            let (name, properties) = event.into_parts();
            is_recorded |= record(&self.telemetry, name, at, properties, &ended);
        }
        let of_each = self.telemetry.event_of_each_command().filter(|_| outcome.is_some());
        if let Some(name) = of_each {
            is_recorded |= record(&self.telemetry, name, SystemTime::now(), Properties::default(), &ended);
        }
        if self.too_many > 0 {
            let message = format!("{} events beyond the {MOST} of a run are not recorded", self.too_many);
            self.telemetry.log(LogLevel::Debug, &message);
        }
        if is_recorded {
            self.telemetry.deliver(CommandStage::Ending);
        }
    }
}

impl<E: UsageEvent> Drop for Usage<E> {
    fn drop(&mut self) {
        self.record(thread::panicking().then_some(Outcome::Crash));
    }
}

/// Whether one event is recorded.
fn record(telemetry: &Telemetry, name: &str, at: SystemTime, properties: Properties, ended: &Ended<'_>) -> bool {
    let Some(mut event) = telemetry.begin(name, None) else { return false };
    event.set_time(at);
    telemetry.describe_end(&mut event, ended);
    event.set_all(properties);
    telemetry.record(&event)
}
