//! One run of a host: plugins are loaded, the command line is assembled and parsed, the command
//! runs.

use std::{
    error::Error as StdError,
    ffi::OsString,
    fmt,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{
    CommandFactory, FromArgMatches, Parser,
    error::{ContextKind, ContextValue},
};
use hookspec::{ErrorPolicy, command::PluginCommands};
use terminal_text::one_line;

use crate::{
    cli::{
        added::AddedCommand,
        asked::AddedCommands,
        command_line::{offered_commands, own_commands},
        commands::{self, ManageError, ManagePlugins, Managed},
        completions::{self, Shell},
        directories,
        disabled::Disabled,
        early::Early,
        find::{Wanted, load_all},
        man_pages,
        offer::Offer,
        options::PluginOptions,
        relaunch::{self, Relaunch},
        repeated::repeated,
        report::Report,
        settings::{Settings, SettingsError},
        timings, trial,
    },
    error::{LoadError, LoadProblem, RegisterError},
    inspect::manifest_of,
    manager::{PluginManager, Timings},
    message::{say, shown, warn},
    program::Program,
};

/// The command that manages plugins, which runs without any: it is what helps when one of them does
/// harm.
const WITHOUT_PLUGINS: &str = "plugin";

/// What a command of the program can fail with; its text is the one line that a person sees after
/// `error: `.
pub type CommandError = Box<dyn StdError + Send + Sync>;

/// A program that is a host: its hooks and its own commands. [`run`] does the rest.
pub trait HostProgram: Sized {
    /// What it is called.
    const PROGRAM: Program;

    /// Its command line, with [`Options`](Self::Options) flattened into it.
    type Cli: Parser;

    /// Options that hold everywhere, with [`PluginOptions`] among them; these themselves if there
    /// are no others.
    type Options: clap::Args + Default + AsRef<PluginOptions>;

    /// Declares the hooks, before any plugin is loaded.
    ///
    /// # Errors
    /// When hooks contradict each other.
    fn declare(manager: &PluginManager, options: &Self::Options) -> Result<Self, RegisterError>;

    /// Runs one of the program's own commands, and gives its exit code.
    ///
    /// # Errors
    /// What the user is to be told; the exit code is 1 then.
    fn run(&self, cli: Self::Cli, app: &App<Self>) -> Result<u8, CommandError>;

    /// Surrounds a command, one of the program's own or a plugin's: a place for hooks before and
    /// after it. `run` runs it, shows what goes wrong and gives its exit code.
    ///
    /// Plugins may call open hooks once this has called [`App::open_hooks`], which it does unless
    /// the program says otherwise. A process that was started again for a plugin is surrounded by
    /// nothing, and open hooks may be called in it.
    fn around(&self, app: &App<Self>, run: &dyn Fn() -> u8) -> u8 {
        app.open_hooks();
        run()
    }
}

impl AsRef<Self> for PluginOptions {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Why the program could not start its command.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Hooks(#[from] RegisterError),
    #[error("{command}: {source}")]
    Plugin { command: String, source: hookspec::Error },
    #[error("{0}")]
    Usage(String),
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

/// The options that hold everywhere, and the words from the command on, of a command line that is
/// not parsed any further. Mistakes in it are passed over.
pub fn read_command_line<C: Parser, O: clap::Args + Default>(words: &[OsString]) -> (O, Vec<OsString>) {
    let early = Early::scan(words, &own_commands(&C::command()));
    (early.options, early.words)
}

/// Runs the program on the command line of this process.
pub fn run<H: HostProgram>() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    match args.get(1) {
        Some(first) if first == relaunch::OPTION => run_detached::<H>(&args),
        Some(first) if first == trial::OPTION => trial::serve(&args[1..], examine::<H>),
        _ => run_attached::<H>(args),
    }
}

fn run_attached<H: HostProgram>(args: Vec<OsString>) -> ExitCode {
    let cli = H::Cli::command();
    let early = Early::scan(args.get(1..).unwrap_or_default(), &own_commands(&cli));
    let wants_plugins = early.words.first().is_none_or(|command| command != WITHOUT_PLUGINS);
    let plugins = if wants_plugins { Plugins::All } else { Plugins::None };
    match App::<H>::start(early, args, cli, plugins, Relaunching::Allowed) {
        Ok(app) => {
            let code = app.host.around(&app, &|| app.run_command());
            if let Some(repeated) = repeated(&app.manager.failures()) {
                warn(&repeated);
            }
            if let Some(timings) = &app.timings {
                timings::show(timings);
            }
            ExitCode::from(code)
        }
        Err(error) => ExitCode::from(fail(&error)),
    }
}

/// Runs a command of a plugin, or of the program itself, in a process that [`relaunch`] started: no
/// other plugin, nothing to see.
fn run_detached<H: HostProgram>(args: &[OsString]) -> ExitCode {
    detached::leave(args);
    relaunch::end_in_time();
    let plugin = args.get(2).map(|plugin| plugin.to_string_lossy().into_owned()).unwrap_or_default();
    let words = args.get(3..).unwrap_or_default();
    let cli = if plugin.is_empty() { H::Cli::command() } else { clap::Command::default() };
    let early = Early::scan(words, &own_commands(&cli));
    let plugins = if plugin.is_empty() { Plugins::None } else { Plugins::Only(&plugin) };
    let args = args.first().into_iter().chain(words).cloned().collect();
    let app = App::<H>::start(early, args, cli, plugins, Relaunching::Refused);
    let code = app.map(|app| match plugins {
        Plugins::Only(_) => {
            // It is alone with the program, whose answers it may need.
            app.open_hooks();
            app.run_added_command().unwrap_or(1)
        }
        Plugins::All | Plugins::None => app.run_command(),
    });
    ExitCode::from(code.unwrap_or(1))
}

/// Loads the library at `path` to see whether it works here, and then does with it what every
/// command does, but runs nothing. `report` gets what is known at first, and in the end.
fn examine<H: HostProgram>(path: &Path, config: Option<&Path>, report: &mut dyn FnMut(&Report)) {
    // Whoever started this process has read the file already, and would have said what is wrong
    // with it.
    let settings = Settings::load(&H::PROGRAM, config).unwrap_or_default();
    let mut offer = Offer::new(H::PROGRAM, Arc::new(settings), None);
    offer.tells_failures = false;
    let allows_calls = Arc::clone(&offer.allows_calls);
    let manager = PluginManager::new(offer, ErrorPolicy::Isolate);
    // Kept: it holds the declarations.
    let declared =
        H::declare(&manager, &H::Options::default()).and_then(|host| Ok((host, manager.declare(PluginCommands)?)));
    let (_host, commands) = match declared {
        Ok(declared) => declared,
        Err(error) => return report(&Report::unusable(path.to_owned(), None, &LoadProblem::Register(error))),
    };
    let trust = directories::trust_of(&H::PROGRAM, path);
    let verified = match manager.verify_and_keep(path, trust) {
        Ok(verified) => verified,
        Err(LoadError { problem, .. }) => {
            return report(&Report::unusable(path.to_owned(), manifest_of(path, trust).ok().as_ref(), &problem));
        }
    };
    let manifest = verified.manifest.clone();
    let name = manifest.name.clone();
    let mut known = Report::of_plugin(path, verified);
    known.find_unlisted_hook(&manifest);
    report(&known);
    if known.problem.is_some() {
        return;
    }
    let offered = offered_commands(&commands, &own_commands(&H::Cli::command()));
    known.find_unlisted_command(&manifest, offered.iter().flat_map(|(_, added)| &added.commands));
    known.take_left_out(offered.iter().flat_map(|(_, added)| &added.left_out));
    allows_calls.store(true, Ordering::Relaxed);
    if let Err(error) = manager.rehearse_open_hooks(&name) {
        known.find_fault(error.to_string());
    }
    drop(offered);
    manager.unregister(&name);
    report(&known);
}

/// Which plugins are loaded.
#[derive(Clone, Copy)]
enum Plugins<'a> {
    All,
    Only(&'a str),
    None,
}

impl<'a> Plugins<'a> {
    fn only(self) -> Option<&'a str> {
        match self {
            Self::Only(name) => Some(name),
            Self::All | Self::None => None,
        }
    }
}

/// Whether the program may be started again from this process.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relaunching {
    Allowed,
    /// This process was itself started so: no chain of processes comes about.
    Refused,
}

/// A command line with its plugins.
pub struct App<H: HostProgram> {
    host: H,
    options: H::Options,
    /// Keeps the plugins.
    manager: PluginManager,
    /// The program's own commands, until they are parsed.
    cli: Mutex<Option<clap::Command>>,
    /// Their names.
    own: Vec<String>,
    added: AddedCommands,
    words: Vec<OsString>,
    args: Vec<OsString>,
    allows_calls: Arc<AtomicBool>,
    relaunch: Option<Relaunch>,
    /// What plugins cost, where the user asks.
    timings: Option<Arc<Timings>>,
}

impl<H: HostProgram> fmt::Debug for App<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("program", &H::PROGRAM.name()).field("words", &self.words).finish_non_exhaustive()
    }
}

impl<H: HostProgram> App<H> {
    fn start(
        early: Early<H::Options>,
        args: Vec<OsString>,
        cli: clap::Command,
        plugins: Plugins<'_>,
        relaunching: Relaunching,
    ) -> Result<Self, StartError> {
        let Early { options, words } = early;
        let given: &PluginOptions = options.as_ref();
        let is_without = given.no_plugins || matches!(plugins, Plugins::None);
        let settings =
            if is_without { Settings::default() } else { Settings::load(&H::PROGRAM, given.config.as_deref())? };
        let settings = Arc::new(settings);
        let relaunch = (relaunching == Relaunching::Allowed)
            .then(|| Relaunch { plugin_dirs: given.plugin_dir.clone(), config: given.config.clone() });
        let mut offer = Offer::new(H::PROGRAM, Arc::clone(&settings), relaunch.clone());
        offer.is_verbose = given.verbose;
        let allows_calls = Arc::clone(&offer.allows_calls);
        let manager = PluginManager::new(offer, ErrorPolicy::Isolate);
        let host = H::declare(&manager, &options)?;
        let plugin_commands = manager.declare(PluginCommands)?;
        let timings = given.timings.then(Arc::<Timings>::default);
        if !is_without {
            if let Some(dir) = directories::of_development(&H::PROGRAM) {
                let dir = shown(&dir);
                warn(&format!("plugins under development are loaded from {dir}, in the place of those installed"));
            }
            let wanted = Wanted {
                directories: directories::all(&H::PROGRAM, &given.plugin_dir),
                disabled: &Disabled::load(&H::PROGRAM),
                settings: &settings,
                options: given,
                only: plugins.only(),
                timings: timings.as_ref(),
                // Started again for one plugin, the program needs that one at once.
                warn_later: plugins.only().is_none().then_some(warn),
            };
            load_all(&manager, wanted, &mut warn);
        }
        let own = own_commands(&cli);
        let added = AddedCommands::new(plugin_commands, own.clone());
        let cli = Mutex::new(Some(cli));
        let app = Self { host, options, manager, cli, own, added, words, args, allows_calls, relaunch, timings };
        // What is to be said of them is said before the command runs.
        app.needed_commands();
        Ok(app)
    }

    /// The commands of plugins that matter to this command line.
    fn needed_commands(&self) -> &[AddedCommand] {
        let first = self.words.first().map(|word| word.to_string_lossy());
        self.added.needed_for(first.as_deref())
    }

    /// Options that hold everywhere.
    pub fn options(&self) -> &H::Options {
        &self.options
    }

    /// What the user typed from the command on, or the whole line when there is no command. What is
    /// not UTF-8 keeps its place, with `U+FFFD` in it.
    pub fn words(&self) -> Vec<String> {
        self.words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    /// The plugins.
    pub fn manager(&self) -> &PluginManager {
        &self.manager
    }

    /// The commands that plugins add, all of them, which has every plugin loaded that adds one.
    pub fn added_commands(&self) -> &[AddedCommand] {
        self.added.all()
    }

    /// The same to be kept, and asked for when they are needed.
    pub fn plugin_commands(&self) -> AddedCommands {
        self.added.clone()
    }

    /// From now on, plugins may call hooks that are declared open, by
    /// [`Host::call`](hookspec::Host::call).
    pub fn open_hooks(&self) {
        self.allows_calls.store(true, Ordering::Relaxed);
    }

    /// Runs a command of `plugin`, which prints to `out`.
    ///
    /// # Errors
    /// As the command says.
    pub fn manage_plugins(&self, command: &ManagePlugins, out: &mut impl Write) -> Result<(), ManageError> {
        let managed = Managed { program: &H::PROGRAM, options: self.options.as_ref(), own_commands: &self.own };
        commands::run(&managed, command, out)
    }

    /// Prints the script that lets a shell complete the program's command lines.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn print_completions(&self, shell: Shell, out: &mut impl Write) -> io::Result<()> {
        let declare = |command: &AddedCommand| command.declare(&path_of::<H>(command));
        let cli = H::Cli::command().subcommands(self.added.all().iter().map(declare));
        completions::print(filled(cli, &H::PROGRAM), H::PROGRAM.name(), shell, out)
    }

    /// Writes a manual page for each of the program's commands, and for those of plugins, into the
    /// folder `dir`, which is made if need be: for those who pack the program.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write_man_pages(&self, dir: &Path) -> io::Result<()> {
        let declare = |command: &AddedCommand| command.declare(&path_of::<H>(command));
        // `help` has no page.
        let cli = H::Cli::command().subcommands(self.added.all().iter().map(declare)).disable_help_subcommand(true);
        man_pages::write(filled(cli, &H::PROGRAM), dir)
    }

    /// What starts the program again, with words of its own as its command line, and does not wait
    /// for it. The process disturbs nobody: it has no standard streams and the lowest priority; it
    /// has half a minute, and cannot start another. It fails when the system does not let it, or
    /// when this process was itself started so.
    pub fn relauncher(&self) -> impl Fn(&[&str]) -> io::Result<()> + Clone + Send + Sync + use<H> {
        let relaunch = self.relaunch.clone();
        move |words: &[&str]| {
            let relaunch = relaunch.as_ref();
            relaunch.ok_or_else(|| io::Error::other("this process was itself started again"))?.start("", words)
        }
    }

    fn run_command(&self) -> u8 {
        self.try_run_command().unwrap_or_else(|error| fail(&*error))
    }

    fn try_run_command(&self) -> Result<u8, CommandError> {
        let added = self.needed_commands();
        let cli = self.cli.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(H::Cli::command);
        let cli = cli.subcommands(added.iter().map(AddedCommand::placeholder));
        let shows_plugin_commands = self.words.first().is_some_and(|word| word == WITHOUT_PLUGINS || word == "help");
        let cli = if shows_plugin_commands { filled(cli, &H::PROGRAM) } else { cli };
        let matches = match cli.try_get_matches_from(&self.args) {
            Ok(matches) => matches,
            Err(error) => return Ok(show(error)),
        };
        if matches.subcommand_name().is_some_and(|name| added.iter().any(|added| added.name == name)) {
            return Ok(self.run_added_command()?);
        }
        // The command line was parsed as declared, so this does not fail; if it did, it would say
        // what is missing.
        let cli = H::Cli::from_arg_matches(&matches).map_err(|error| StartError::Usage(error.to_string()))?;
        self.host.run(cli, self)
    }

    /// Runs a plugin's command on the words behind its name.
    fn run_added_command(&self) -> Result<u8, StartError> {
        let name = self.words.first().map(|word| word.to_string_lossy()).unwrap_or_default();
        let command = self.needed_commands().iter().find(|command| command.name == *name);
        let command = command.ok_or_else(|| StartError::Usage(format!("there is no command `{name}`")))?;
        let path = path_of::<H>(command);
        let words = std::iter::once(OsString::from(&path)).chain(self.words.iter().skip(1).cloned());
        match command.declare(&path).try_get_matches_from(words) {
            Err(error) => Ok(show(error)),
            Ok(matches) => {
                command.run(&matches).map_err(|source| StartError::Plugin { command: command.name.clone(), source })
            }
        }
    }
}

fn path_of<H: HostProgram>(command: &AddedCommand) -> String {
    format!("{} {}", H::PROGRAM.name(), command.name)
}

/// Puts the program's names into the help of commands that are made for any.
fn filled(mut command: clap::Command, program: &Program) -> clap::Command {
    // Commands of commands are put together when they are wanted, which is now.
    command.build();
    // A program need not let its plugins be managed.
    if command.find_subcommand(WITHOUT_PLUGINS).is_none() {
        return command;
    }
    command.mut_subcommand(WITHOUT_PLUGINS, |plugin| filled_tree(plugin, program))
}

fn filled_tree(mut command: clap::Command, program: &Program) -> clap::Command {
    let fill = |text: &clap::builder::StyledStr| {
        let text = text.to_string().replace("{program}", program.name());
        text.replace("{variable}", &program.variable(commands::new::API_VARIABLE))
    };
    if let Some(text) = command.get_after_help().map(fill) {
        command = command.after_help(text);
    }
    command = command.mut_args(|arg| match arg.get_help().map(fill) {
        Some(text) => arg.help(text),
        None => arg,
    });
    command.mut_subcommands(|subcommand| filled_tree(subcommand, program))
}

/// Shows help, the version or a mistake in the command line, and gives the exit code.
fn show(mut error: clap::Error) -> u8 {
    let quoted: Vec<(ContextKind, ContextValue)> =
        error.context().filter_map(|(kind, value)| Some((kind, fit(value)?))).collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    // Nobody is left to tell when it cannot be shown.
    let _ = error.print();
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// What a mistake quotes of the command line, fit to be shown; `None` for what is the program's
/// own.
fn fit(value: &ContextValue) -> Option<ContextValue> {
    Some(match value {
        ContextValue::String(text) => ContextValue::String(one_line(text).into_owned()),
        ContextValue::Strings(texts) => {
            ContextValue::Strings(texts.iter().map(|text| one_line(text).into_owned()).collect())
        }
        _ => return None,
    })
}

/// Shows what went wrong and gives the exit code.
fn fail(error: &(dyn StdError + 'static)) -> u8 {
    // Whoever read our output has seen enough, as in `notes list | head`.
    if is_output_closed(error) {
        return 0;
    }
    say(&format!("error: {}", with_causes(error)));
    1
}

/// An error and what led to it, in one line. Some errors show their source themselves.
fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut shown = error.to_string();
    for cause in std::iter::successors(error.source(), |cause| (**cause).source()) {
        let cause = cause.to_string();
        if !shown.contains(&cause) {
            shown = format!("{shown}: {cause}");
        }
    }
    shown
}

fn is_output_closed(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_need_not_let_its_plugins_be_managed() {
        let program = Program::new("bare", "0.1.0");
        let cli = filled(clap::Command::new("bare").subcommand(clap::Command::new("add")), &program);
        assert!(cli.find_subcommand(WITHOUT_PLUGINS).is_none());
    }
}
