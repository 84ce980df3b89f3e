//! What telemetry asks of the program that it is part of.

use std::{
    env,
    io::{self, Write},
    path::Path,
    process::Command,
};

use crate::{error::Error, os, schema::Properties};

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For whoever looks into telemetry's workings.
    Debug,
    /// Something did not work that the user may want to see to.
    Warn,
}

/// What telemetry asks of its program. Every method has a default that suits a program of its own,
/// which [`Standalone`] has.
pub trait Program: Send + Sync {
    /// The setting `key` in the program's configuration: `endpoint`, `app_id`, `format`, `headers`,
    /// `delivery` or `timeout`.
    fn setting(&self, key: &str) -> Option<String> {
        let _ = key;
        None
    }

    /// Writes to the program's log, if it has one.
    fn log(&self, level: LogLevel, message: &str) {
        let _ = (level, message);
    }

    /// Shows the user one notice, apart from the command's own output.
    fn notify(&self, message: &str) {
        // There may be nobody to tell.
        let _ = writeln!(io::stderr(), "{}", terminal_text::lines(message));
    }

    /// Whether anybody may read the notice. By default, whether standard error is open and leads to
    /// a terminal, a file, or somebody at the other end of a pipe.
    fn has_reader(&self) -> bool {
        os::has_reader()
    }

    /// What was too much to find out within a command about the project at this absolute path, for
    /// [incomplete](crate::Event::set_incomplete) events. Called where no command waits, in a thread
    /// that is left behind after some seconds. By default, nothing.
    fn complete(&self, project: &Path) -> Properties {
        let _ = project;
        Properties::default()
    }

    /// The plugins in use, by name and version, for a profile that
    /// [asks](crate::RunFact::Plugins). By default, none.
    fn plugins(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Starts the program again, detached, with `words` as its command line, and does not wait for
    /// it: it is the sender. By default, this process's executable.
    ///
    /// # Errors
    /// When no process can be started; events stay queued then.
    fn start_again(&self, words: &[&str]) -> Result<(), Error> {
        start_detached(words)
    }
}

/// A program with no settings and no log, which is started again as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standalone;

impl Program for Standalone {}

/// A program that says how it is started again, and has nothing else to say.
impl<F> Program for F
where
    F: Fn(&[&str]) -> io::Result<()> + Send + Sync,
{
    fn start_again(&self, words: &[&str]) -> Result<(), Error> {
        Ok(self(words)?)
    }
}

/// Set for the process that is started: a program that records before it looks at its command line
/// must not start one after the other.
const STARTED: &str = "USAGE_TELEMETRY_SENDER";

fn start_detached(words: &[&str]) -> Result<(), Error> {
    if env::var_os(STARTED).is_some() {
        return Err(Error::new("this process was itself started to send events"));
    }
    let mut command = Command::new(env::current_exe()?);
    Ok(detached::start(command.env(STARTED, "1").args(words))?)
}
