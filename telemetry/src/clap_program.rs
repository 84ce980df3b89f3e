//! A program that uses clap, with telemetry around all of it.

use std::process::ExitCode;

use clap::{ArgMatches, Args, Command, FromArgMatches, Parser};

use crate::{
    command,
    outcome::{Ending, Outcome},
    profile::Profile,
    program::{Program, Standalone},
    usage::Usage,
    usage_event::UsageEvent,
    words::TelemetryWords,
};

impl Profile {
    /// Runs a program with telemetry: reads its command line, with `telemetry` among its commands,
    /// has `main` do the work, and records what that tells of its use when it has ended. All that a
    /// program without projects does.
    ///
    /// What `main` gives is the exit code, or an error, which is shown; nothing is a success.
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    ///
    /// use usage_telemetry::{Profile, Usage, UsageEvent};
    ///
    /// #[derive(clap::Parser)]
    /// enum Notes {
    ///     /// Keep a note
    ///     Add { words: Vec<String> },
    /// }
    ///
    /// #[derive(UsageEvent)]
    /// enum Told {
    ///     /// A note was added.
    ///     NoteAdded {
    ///         /// How long notes are.
    ///         words: usize,
    ///     },
    /// }
    ///
    /// fn main() -> ExitCode {
    ///     Profile::new("notes", env!("CARGO_PKG_VERSION")).run(|notes, usage| match notes {
    ///         Notes::Add { words } => usage.count(Told::NoteAdded { words: words.len() }),
    ///     })
    /// }
    /// ```
    pub fn run<C: Parser, E: UsageEvent, R: Ending>(self, main: impl FnOnce(C, &mut Usage<E>) -> R) -> ExitCode {
        self.run_in(Standalone, main)
    }

    /// The same, for a program that has settings or a log to say of.
    pub fn run_in<C: Parser, E: UsageEvent, R: Ending>(
        self,
        program: impl Program + 'static,
        main: impl FnOnce(C, &mut Usage<E>) -> R,
    ) -> ExitCode {
        let mut usage = self.start_in(program);
        let mut command = with_telemetry(C::command());
        let matches = match command.try_get_matches_from_mut(std::env::args_os()) {
            Ok(matches) => matches,
            Err(error) => return refuse(usage, &error),
        };
        if let Some((command::NAME, matches)) = matches.subcommand()
            && let Ok(words) = TelemetryWords::from_arg_matches(matches)
        {
            return usage.run_command(words);
        }
        match C::from_arg_matches(&matches) {
            Ok(words) => {
                usage.set_command(declared_words(&command, &matches));
                let (outcome, code) = main(words, &mut usage).end();
                usage.end(outcome);
                code
            }
            Err(error) => refuse(usage, &error.format(&mut command)),
        }
    }
}

/// With `telemetry` among the commands. Where there are no others, what else is required is not
/// asked for with it.
fn with_telemetry(program: Command) -> Command {
    let has_others = program.has_subcommands();
    let program = if has_others { program } else { program.subcommand_negates_reqs(true) };
    let telemetry = TelemetryWords::augment_args(Command::new(command::NAME));
    // The comment above those words is for programs that have them among their own.
    program.subcommand(telemetry.about(command::ABOUT).long_about(None::<&str>))
}

/// The names of the commands that were called, as the program declares them. One that the program
/// takes although it declares none by that name is not among them.
fn declared_words(program: &Command, matches: &ArgMatches) -> String {
    let (mut command, mut matches, mut words) = (program, matches, Vec::new());
    while let Some((name, inner)) = matches.subcommand()
        && let Some(declared) = command.get_subcommands().find(|declared| declared.get_name() == name)
    {
        words.push(declared.get_name());
        (command, matches) = (declared, inner);
    }
    words.join(" ")
}

/// Shows what is wrong with a command line, or the help that it asks for.
fn refuse<E: UsageEvent>(usage: Usage<E>, error: &clap::Error) -> ExitCode {
    // There may be nobody to tell.
    let _ = error.print();
    if !error.use_stderr() {
        return ExitCode::SUCCESS;
    }
    usage.end(Outcome::UsageError);
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
