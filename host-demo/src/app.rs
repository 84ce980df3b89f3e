//! One run of this program: plugins are loaded, the command line is assembled and parsed, the command runs between two hooks.

use std::{
    ffi::OsString,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use lexopt::prelude::*;
use plugin_api::specs::{CommandCall, CommandRun, PluginCommand};

use crate::{
    cli::{Cli, GlobalArgs},
    commands::{self, Context},
    error::Error,
    plugins::{
        Plugins, check, relaunch,
        settings::Settings,
        views::{self, Call, Node, Run},
    },
    table,
};

/// The command that manages plugins, which runs without any: it is what helps when one of them does harm.
const WITHOUT_PLUGINS: &str = "plugin";
/// The command that shells run as they start, of which no plugin is told.
const UNOBSERVED: &str = "completions";

/// Runs the command line `args`, the program's name first.
pub fn run(args: Vec<OsString>) -> ExitCode {
    match args.get(1) {
        Some(first) if first == relaunch::OPTION => run_detached(&args),
        Some(first) if first == check::OPTION => check::serve(&args[1..]),
        _ => run_attached(args),
    }
}

fn run_attached(args: Vec<OsString>) -> ExitCode {
    let early = Early::scan(args.get(1..).unwrap_or_default());
    match Session::start(early, None, args) {
        Ok(session) => session.run(),
        Err(error) => ExitCode::from(fail(&error)),
    }
}

/// Runs a plugin's own command in a process that [`relaunch`] started: no hooks, no other plugin, nothing to see.
fn run_detached(args: &[OsString]) -> ExitCode {
    relaunch::detach();
    let plugin = args.get(2).map(|plugin| plugin.to_string_lossy().into_owned()).unwrap_or_default();
    let early = Early::scan(args.get(3..).unwrap_or_default());
    let code = Session::start(early, Some(plugin), Vec::new()).and_then(|session| {
        let (name, words) = session.words.split_first().ok_or_else(|| Error::Usage("no command".to_owned()))?;
        session.run_plugin_command(name, words.to_vec())
    });
    ExitCode::from(code.unwrap_or(1))
}

/// What must be known of the command line before it can be parsed, because plugins add to it.
#[derive(Default)]
struct Early {
    global: GlobalArgs,
    /// From the command on: options before it are the host's own business. The whole line when there is no command.
    words: Vec<OsString>,
}

impl Early {
    /// Looks for the options of every command wherever they stand. Mistakes are left to the real parser.
    fn scan(words: &[OsString]) -> Self {
        let mut early = Self { words: words.to_vec(), ..Self::default() };
        let global = &mut early.global;
        let mut parser = lexopt::Parser::from_args(words);
        let mut has_command = false;
        while let Ok(Some(arg)) = parser.next() {
            match arg {
                Long("project") => global.project = parser.value().map(PathBuf::from).ok(),
                Long("env") => global.env = value_as_text(&mut parser),
                Long("plugin-dir") => global.plugin_dir.extend(parser.value().map(PathBuf::from).ok()),
                Long("no-plugins") => global.no_plugins = true,
                Long("no-plugin") => global.no_plugin.extend(value_as_text(&mut parser)),
                Long("config") => global.config = parser.value().map(PathBuf::from).ok(),
                Long("verbose") | Short('v') => global.verbose = true,
                Value(command) if !has_command => {
                    has_command = true;
                    global.no_plugins |= command == WITHOUT_PLUGINS;
                    let rest = parser.try_raw_args().map(|rest| rest.as_slice().to_vec()).unwrap_or_default();
                    early.words = std::iter::once(command).chain(rest).collect();
                }
                Long(_) | Short(_) => drop(parser.optional_value()),
                Value(_) => {}
            }
        }
        early
    }
}

fn value_as_text(parser: &mut lexopt::Parser) -> Option<String> {
    parser.value().map(|value| value.to_string_lossy().into_owned()).ok()
}

/// A command line with its plugins.
struct Session {
    plugins: Arc<Plugins>,
    cli: clap::Command,
    vocabulary: Arc<Node>,
    plugin_commands: Vec<PluginCommand>,
    context: Arc<Context>,
    words: Vec<String>,
    args: Vec<OsString>,
}

impl Session {
    /// Loads the plugins, of which only `only` if given, and assembles the command line.
    fn start(early: Early, only: Option<String>, args: Vec<OsString>) -> Result<Self, Error> {
        let settings = Settings::load(early.global.config.as_deref())?;
        let plugins = Arc::new(Plugins::load(&early.global, only.as_deref(), settings)?);
        let mut cli = Cli::command();
        let own = cli.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let plugin_commands = plugins.commands(own);
        for command in &plugin_commands {
            cli = cli.subcommand(declare(command));
        }
        // Options that hold everywhere reach the subcommands, so that the vocabulary has them.
        cli.build();
        let vocabulary = Arc::new(Node::new(&cli, &plugin_commands));
        let context = Arc::new(Context::new(early.global, Arc::clone(&plugins)));
        Ok(Self { plugins, cli, vocabulary, plugin_commands, context, words: views::to_text(&early.words), args })
    }

    fn run(&self) -> ExitCode {
        if self.words.first().is_some_and(|command| command == UNOBSERVED) {
            return ExitCode::from(self.run_command());
        }
        self.plugins.before_command_run(&self.view(None));
        let code = self.run_command();
        self.plugins.after_command_run(&self.view(Some(code.into())));
        ExitCode::from(code)
    }

    fn view(&self, exit_code: Option<i32>) -> CommandRun {
        CommandRun::new(Run {
            words: self.words.clone(),
            context: Arc::clone(&self.context),
            vocabulary: Arc::clone(&self.vocabulary),
            exit_code,
        })
    }

    fn run_command(&self) -> u8 {
        let matches = match self.cli.clone().try_get_matches_from(&self.args) {
            Ok(matches) => matches,
            Err(error) => {
                // Help and mistakes alike; nobody is left to tell when it cannot be shown.
                let _ = error.print();
                return u8::try_from(error.exit_code()).unwrap_or(2);
            }
        };
        let outcome = match matches.subcommand() {
            Some((name, matches)) if self.plugin_command(name).is_some() => {
                self.run_plugin_command(name, words_below(matches))
            }
            _ => self.run_own_command(&matches).map(|()| 0),
        };
        outcome.unwrap_or_else(|error| fail(&error))
    }

    fn run_own_command(&self, matches: &ArgMatches) -> Result<(), Error> {
        // The command line was parsed as declared, so this does not fail; if it did, it would say what is missing.
        let cli = Cli::from_arg_matches(matches).map_err(|error| Error::Usage(error.to_string()))?;
        let mut out = BufWriter::new(io::stdout().lock());
        commands::run(&self.context, &self.cli, &cli.command, &mut out)?;
        Ok(out.flush()?)
    }

    fn plugin_command(&self, name: &str) -> Option<&PluginCommand> {
        self.plugin_commands.iter().find(|command| command.name() == name)
    }

    fn run_plugin_command(&self, name: &str, args: Vec<String>) -> Result<u8, Error> {
        let command = self.plugin_command(name).ok_or_else(|| Error::Usage(format!("no command `{name}`")))?;
        let call = CommandCall::new(Call {
            args,
            context: Arc::clone(&self.context),
            vocabulary: Arc::clone(&self.vocabulary),
            catalog_for: commands::catalog_for,
        });
        let code = command.run(call).map_err(|error| Error::Plugin { command: name.to_owned(), error })?;
        Ok(u8::try_from(code).unwrap_or(1))
    }
}

/// Holds the words that a plugin parses itself.
const WORDS: &str = "words";

/// A plugin's command as a part of the command line. What follows its words is the plugin's to parse.
fn declare(command: &PluginCommand) -> clap::Command {
    let mut declared = clap::Command::new(command.name().to_owned()).about(command.about().to_owned());
    if !command.help().is_empty() {
        declared = declared.override_help(format!("{}\n", command.help().trim_end()));
    }
    let subcommands = command.commands();
    if !subcommands.is_empty() {
        return declared
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(subcommands.iter().map(declare));
    }
    declared.arg(
        clap::Arg::new(WORDS)
            .num_args(0..)
            .value_parser(clap::value_parser!(OsString))
            .trailing_var_arg(true)
            .allow_hyphen_values(true),
    )
}

/// The words after a plugin's command: its subcommands', then those for the plugin to parse.
fn words_below(matches: &ArgMatches) -> Vec<String> {
    if let Some((name, matches)) = matches.subcommand() {
        return std::iter::once(name.to_owned()).chain(words_below(matches)).collect();
    }
    let words = matches.get_many::<OsString>(WORDS).into_iter().flatten();
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Shows what went wrong and gives the exit code.
fn fail(error: &Error) -> u8 {
    match error {
        // Whoever read our output has seen enough, as in `host-demo catalog list | head`.
        Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return 0,
        error => {
            // When even this cannot be written there is nobody left to tell; the exit code remains.
            let _ = writeln!(io::stderr(), "error: {}", table::one_line(&error.to_string()));
        }
    }
    1
}
