//! Command lines without anything private: known commands, known options and the official starters
//! are kept as typed, every other word becomes `*****`.
//!
//! The result is that of `_mask_kedro_cli` in kedro-telemetry 0.9.0 but for three cases, on
//! purpose: a command line that starts with `--help`, `-h`, `--version`, `-v` or an empty word is
//! kept there whole and masked here past that word; the name of a positional parameter is kept
//! there (or makes the command fail) and masked here.

/// What is not known is shown as this.
pub const MASK: &str = "*****";
/// The starters of the Kedro organisation, whose names are public.
pub const STARTERS: [&str; 4] =
    ["astro-airflow-iris", "databricks-iris", "spaceflights-pandas", "spaceflights-pyspark"];
const STARTER_OPTIONS: [&str; 2] = ["--starter", "-s"];
const GLOBAL_OPTIONS: [&str; 5] = ["--help", "--version", "-h", "-v", ""];

/// A command of the host's CLI: the vocabulary that may be kept.
///
/// Positional parameters are no part of it: their names are not words of a command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownCommand {
    /// The word that calls the command.
    pub name: String,
    /// Its options in every spelling, with dashes: `--pipeline`, `-p`.
    pub options: Vec<String>,
    /// Its subcommands.
    pub commands: Vec<KnownCommand>,
}

impl KnownCommand {
    fn command(&self, name: &str) -> Option<&Self> {
        self.commands.iter().find(|command| command.name == name)
    }

    fn has_option(&self, option: &str) -> bool {
        self.options.iter().any(|known| known == option)
    }
}

/// A masked command line; made by [`mask`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedLine<'a>(Vec<&'a str>);

impl<'a> MaskedLine<'a> {
    /// The words.
    #[cfg(feature = "internals")]
    #[must_use]
    pub fn words(&self) -> &[&'a str] {
        &self.0
    }

    /// The whole line as sent, `host` first: `kedro run --pipeline *****`.
    #[must_use]
    pub fn line(&self, host: &str) -> String {
        let mut line = host.to_owned();
        for word in &self.0 {
            line.push(' ');
            line.push_str(word);
        }
        line
    }

    /// The first word, or `host` when there is none.
    #[must_use]
    pub fn main_command<'b>(&self, host: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.0.first().copied().unwrap_or(host)
    }
}

/// Masks `args` (without the program's name) against the commands of `root`, the CLI itself.
#[must_use]
pub fn mask<'a, S: AsRef<str>>(root: &KnownCommand, args: &'a [S]) -> MaskedLine<'a> {
    let mut args = args.iter().map(AsRef::as_ref).peekable();
    let Some(first) = args.next() else {
        return MaskedLine(Vec::new());
    };
    if GLOBAL_OPTIONS.contains(&first) {
        return MaskedLine([first].into_iter().chain(args.map(|_| MASK)).collect());
    }
    let Some(mut command) = root.command(first) else {
        return MaskedLine(vec![MASK]);
    };
    let mut kept = vec![first];
    while let Some((word, subcommand)) = args.peek().and_then(|word| Some((*word, command.command(word)?))) {
        kept.push(word);
        command = subcommand;
        args.next();
    }
    mask_arguments(command, args, &mut kept);
    MaskedLine(kept)
}

fn mask_arguments<'a>(command: &KnownCommand, args: impl Iterator<Item = &'a str>, kept: &mut Vec<&'a str>) {
    let mut previous_option = None;
    for arg in args {
        if !arg.starts_with('-') {
            kept.push(option_value(previous_option.take(), arg));
        } else if let Some((option, value)) = arg.split_once('=') {
            previous_option = command.has_option(option).then_some(option);
            kept.extend(previous_option);
            kept.push(option_value(Some(option), value));
        } else {
            previous_option = command.has_option(arg).then_some(arg);
            kept.push(previous_option.unwrap_or(MASK));
        }
    }
}

fn option_value<'a>(option: Option<&str>, value: &'a str) -> &'a str {
    let names_starter = option.is_some_and(|option| STARTER_OPTIONS.contains(&option));
    if names_starter && STARTERS.contains(&value) { value } else { MASK }
}

#[cfg(test)]
mod tests;
