//! What must be known of a command line before it can be parsed, because plugins add to it.

use std::ffi::OsString;

use lexopt::prelude::*;

/// The options that hold everywhere, and the words of the command.
#[derive(Debug, Default)]
pub(crate) struct Early<O> {
    pub(crate) options: O,
    /// From the command on: options before it are the program's own business. The whole line when
    /// there is no command.
    pub(crate) words: Vec<OsString>,
}

impl<O: clap::Args + Default> Early<O> {
    /// Looks for the options wherever they stand, but not behind a command that is not among `own`:
    /// those words are a plugin's. Mistakes are left to the real parser.
    pub(crate) fn scan(words: &[OsString], own: &[String]) -> Self {
        let declared = O::augment_args(clap::Command::new("").no_binary_name(true).args_override_self(true));
        let mut early = Self { words: words.to_vec(), ..Self::default() };
        let mut given = Vec::new();
        let mut parser = lexopt::Parser::from_args(words);
        let mut has_command = false;
        loop {
            let arg = match parser.next() {
                Ok(Some(arg)) => arg,
                Ok(None) => break,
                // A value that nobody takes; what stands behind it counts all the same.
                Err(_) => continue,
            };
            let option = match arg {
                Long(name) => find(&declared, |arg| arg.get_long() == Some(name)),
                Short(letter) => find(&declared, |arg| arg.get_short() == Some(letter)),
                Value(command) if !has_command => {
                    has_command = true;
                    let is_own = own.iter().any(|own| command == own.as_str());
                    let rest = parser.try_raw_args().map(|rest| rest.as_slice().to_vec()).unwrap_or_default();
                    early.words = std::iter::once(command).chain(rest).collect();
                    if !is_own {
                        break;
                    }
                    continue;
                }
                Value(_) => continue,
            };
            match option {
                Some((spelling, true)) => given.extend(parser.value().map(|value| joined(spelling, &value)).ok()),
                Some((spelling, false)) => given.push(spelling),
                None => drop(parser.optional_value()),
            }
        }
        // One whose value is refused must not take the others with it: `--no-plugins` is a refusal.
        given.retain(|option| declared.clone().try_get_matches_from([option]).is_ok());
        let matches = declared.try_get_matches_from(given);
        let options = matches.and_then(|matches| O::from_arg_matches(&matches));
        early.options = options.unwrap_or_default();
        early
    }
}

/// An option as it is spelt here, and whether it takes a value.
fn find(declared: &clap::Command, is_meant: impl Fn(&clap::Arg) -> bool) -> Option<(OsString, bool)> {
    let arg = declared.get_arguments().find(|arg| is_meant(arg))?;
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = || arg.get_short().map(|short| format!("-{short}"));
    Some((long.or_else(short)?.into(), arg.get_action().takes_values()))
}

fn joined(mut spelling: OsString, value: &std::ffi::OsStr) -> OsString {
    spelling.push("=");
    spelling.push(value);
    spelling
}
