//! One run of this program: plugins are loaded, the command line is assembled and parsed, the command runs between two hooks.

use std::{
    ffi::OsString,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use hookspec::specs::{CommandCall, CommandRun, PluginCommand, Rehearsal};
use lexopt::prelude::*;

use crate::{
    cli::{Cli, GlobalArgs},
    commands,
    context::Context,
    error::Error,
    plugins::{
        Plugins, check, relaunch,
        settings::Settings,
        views::{self, Call, Node, Rehearse, Rehearsed, Run},
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
    let early = Early::scan(args.get(1..).unwrap_or_default(), &own_commands(&Cli::command()));
    match Session::start(early, None, args) {
        Ok(session) => session.run(),
        Err(error) => ExitCode::from(fail(&error)),
    }
}

/// Runs a plugin's own command in a process that [`relaunch`] started: no hooks, no other plugin, nothing to see.
fn run_detached(args: &[OsString]) -> ExitCode {
    relaunch::detach(args);
    relaunch::end_in_time();
    let plugin = args.get(2).map(|plugin| plugin.to_string_lossy().into_owned()).unwrap_or_default();
    let early = Early::scan(args.get(3..).unwrap_or_default(), &[]);
    let code = Session::start(early, Some(&plugin), Vec::new()).and_then(|session| {
        let command = session.words.first().and_then(|name| session.plugin_command(name));
        session.run_plugin_command(command.ok_or_else(|| Error::Usage("no such command".to_owned()))?)
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
    /// Looks for the options of every command wherever they stand, but not behind a command that is not among `own`: those
    /// words are a plugin's. Mistakes are left to the real parser.
    fn scan(words: &[OsString], own: &[String]) -> Self {
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
                    let is_own = own.iter().any(|own| command == own.as_str());
                    let rest = parser.try_raw_args().map(|rest| rest.as_slice().to_vec()).unwrap_or_default();
                    early.words = std::iter::once(command).chain(rest).collect();
                    if !is_own {
                        break;
                    }
                }
                Long(_) | Short(_) => drop(parser.optional_value()),
                Value(_) => {}
            }
        }
        early
    }
}

fn own_commands(cli: &clap::Command) -> Vec<String> {
    cli.get_subcommands().map(|command| command.get_name().to_owned()).collect()
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
    fn start(early: Early, only: Option<&str>, args: Vec<OsString>) -> Result<Self, Error> {
        let settings =
            if early.global.no_plugins { Settings::default() } else { Settings::load(early.global.config.as_deref())? };
        let plugins = Arc::new(Plugins::load(&early.global, only, settings)?);
        let cli = Cli::command();
        let plugin_commands = plugins.commands(own_commands(&cli));
        // Options that hold everywhere reach the subcommands when it is built, so that the vocabulary has them.
        let mut own = cli.clone();
        own.build();
        let vocabulary = Arc::new(Node::new(&own, &plugin_commands));
        let cli = cli.subcommands(plugin_commands.iter().map(placeholder));
        let context = Arc::new(Context::new(early.global, Arc::clone(&plugins)));
        Ok(Self { plugins, cli, vocabulary, plugin_commands, context, words: views::to_text(&early.words), args })
    }

    fn run(&self) -> ExitCode {
        let is_unobserved = self.words.first().is_some_and(|command| command == UNOBSERVED);
        let Some(plugins) = self.context.observers().filter(|_| !is_unobserved) else {
            return ExitCode::from(self.run_command());
        };
        plugins.hear_usage_events();
        plugins.before_command_run(&self.view(None));
        let code = self.run_command();
        plugins.after_command_run(&self.view(Some(code.into())));
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
        let outcome = match self.cli.clone().try_get_matches_from(&self.args) {
            Err(error) => return show(&error),
            Ok(matches) => match matches.subcommand_name().and_then(|name| self.plugin_command(name)) {
                Some(command) => self.run_plugin_command(command),
                None => self.run_own_command(&matches).map(|()| 0),
            },
        };
        outcome.unwrap_or_else(|error| fail(&error))
    }

    fn run_own_command(&self, matches: &ArgMatches) -> Result<(), Error> {
        // The command line was parsed as declared, so this does not fail; if it did, it would say what is missing.
        let cli = Cli::from_arg_matches(matches).map_err(|error| Error::Usage(error.to_string()))?;
        let mut out = BufWriter::new(io::stdout().lock());
        commands::run(&self.context, || self.with_all_words(), &cli.command, &mut out)?;
        Ok(out.flush()?)
    }

    /// The command line with the subcommands of plugins' commands.
    fn with_all_words(&self) -> clap::Command {
        let added = self.plugin_commands.iter();
        let path = |command: &PluginCommand| format!("{} {}", env!("CARGO_PKG_NAME"), command.name());
        Cli::command().subcommands(added.map(|command| declare(command, &path(command))))
    }

    fn plugin_command(&self, name: &str) -> Option<&PluginCommand> {
        self.plugin_commands.iter().find(|command| command.name() == name)
    }

    /// Runs a plugin's command on the words behind its name.
    fn run_plugin_command(&self, command: &PluginCommand) -> Result<u8, Error> {
        let name = format!("{} {}", env!("CARGO_PKG_NAME"), command.name());
        let words = self.words.iter().skip(1);
        let matches = match declare(command, &name).try_get_matches_from(std::iter::once(&name).chain(words)) {
            Ok(matches) => matches,
            Err(error) => return Ok(show(&error)),
        };
        let output_closed = Arc::new(AtomicBool::new(false));
        let call = CommandCall::new(Call {
            args: words_below(&matches),
            context: Arc::clone(&self.context),
            rehearse: self.rehearse(),
            output_closed: Arc::clone(&output_closed),
        });
        match command.run(call) {
            Ok(code) => Ok(u8::try_from(code).unwrap_or(1)),
            // Whoever read the output has seen enough.
            Err(_) if output_closed.load(Ordering::Relaxed) => Ok(0),
            Err(error) => Err(Error::Plugin { command: command.name().to_owned(), error }),
        }
    }

    /// What plugins would be told of a command line typed in this one's place.
    fn rehearse(&self) -> Rehearse {
        let (own, vocabulary) = (own_commands(&Cli::command()), Arc::clone(&self.vocabulary));
        let (plugins, project) = (Arc::clone(&self.plugins), self.context.global.project.clone());
        Box::new(move |words| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            let mut early = Early::scan(&words, &own);
            early.global.project = early.global.project.or_else(|| project.clone());
            let context = Arc::new(Context::new(early.global, Arc::clone(&plugins)));
            let run = Run {
                words: views::to_text(&early.words),
                context: Arc::clone(&context),
                vocabulary: Arc::clone(&vocabulary),
                exit_code: None,
            };
            let words = views::to_text(&words);
            Rehearsal::new(Rehearsed { run, catalog: Box::new(move || commands::catalog_for(&context, &words)) })
        })
    }
}

/// Holds the words that a plugin parses itself.
const WORDS: &str = "words";

fn words() -> clap::Arg {
    let words = clap::Arg::new(WORDS).num_args(0..).value_parser(clap::value_parser!(OsString));
    words.trailing_var_arg(true).allow_hyphen_values(true).hide(true)
}

/// Stands for a plugin's command among this host's own: for the list of commands, and for mistakes before it.
fn placeholder(command: &PluginCommand) -> clap::Command {
    let placeholder = clap::Command::new(command.name().to_owned()).about(command.about().to_owned());
    placeholder.disable_help_flag(true).arg(words())
}

/// A plugin's command with its subcommands: their help, and suggestions for misspelt ones. What follows them is the plugin's to parse.
fn declare(command: &PluginCommand, path: &str) -> clap::Command {
    let mut declared = clap::Command::new(command.name().to_owned()).bin_name(path).about(command.about().to_owned());
    if !command.help().is_empty() {
        declared = declared.after_help(command.help().trim_end().to_owned());
    }
    let subcommands = command.commands();
    if subcommands.is_empty() {
        return declared.override_usage(format!("{path} {}", command.usage()).trim_end().to_owned()).arg(words());
    }
    let subcommands =
        subcommands.iter().map(|subcommand| declare(subcommand, &format!("{path} {}", subcommand.name())));
    declared.subcommand_required(true).arg_required_else_help(true).subcommands(subcommands)
}

/// The words after a plugin's command: its subcommands', then those for the plugin to parse.
fn words_below(matches: &ArgMatches) -> Vec<String> {
    if let Some((name, matches)) = matches.subcommand() {
        return std::iter::once(name.to_owned()).chain(words_below(matches)).collect();
    }
    // A command with subcommands has no such words.
    let words = matches.try_get_many::<OsString>(WORDS).ok().flatten().into_iter().flatten();
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Shows help, the version or a mistake in the command line, and gives the exit code.
fn show(error: &clap::Error) -> u8 {
    // Nobody is left to tell when it cannot be shown.
    let _ = error.print();
    u8::try_from(error.exit_code()).unwrap_or(2)
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
