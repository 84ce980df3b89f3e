//! A host that says it is Kedro 1.7.0 under Python: what its hooks show is written in a scenario
//! file.
//!
//! `kedro-like SCENARIO.json` fires the hooks of one command; `kedro-like SCENARIO.json WORD…` runs
//! a plugin's command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::unimplemented,
    clippy::panic,
    reason = "a test host that cannot go on fails"
)]

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use hookspec::{
    Error, Hooks, Host, Plugin,
    command::{CommandCall, CommandCallSource, CommandSet, CommandSetSource, PluginCommands},
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, AskUsageFacts, BeforeCommandRun, Catalog,
        CatalogSource, CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Context, ContextSource, Project,
        ProjectSource, PropertyValue, Rehearsal, RehearsalSource, RehearseCommand, UsageFacts, UsageScope,
    },
};
use hookspec_host::{ErrorPolicy, HostServices, PluginFile, PluginManager, Trust};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Scenario {
    /// The plugin's library.
    library: PathBuf,
    /// Where events go.
    endpoint: String,
    /// The runtime's version, as Python's `sys.version` has it.
    python_version: String,
    /// After `kedro`.
    argv: Vec<String>,
    project: Option<ProjectFacts>,
    /// Whether the project is known only once it is loaded, and not before the command.
    #[serde(default)]
    is_found_late: bool,
    /// Whether this host does not start itself again.
    #[serde(default)]
    cannot_relaunch: bool,
    /// How often the command runs, all in this one process.
    #[serde(default = "once")]
    times: usize,
    /// A file, and what somebody writes to it while the command runs.
    write_meanwhile: Option<(PathBuf, String)>,
    /// Whether the catalog is loaded outside of any command, as a notebook does.
    #[serde(default)]
    is_without_command: bool,
    /// What is asked of telemetry while the command runs; the answer is printed, and nothing more is
    /// done.
    asks: Option<Scope>,
    /// A file that has a line for each process that this host has started.
    note_started: Option<PathBuf>,
    /// A file that is told how much memory this process has: after a tenth of its commands, and after
    /// all of them.
    note_memory: Option<PathBuf>,
    /// Given when the command reads the catalog.
    catalog: Option<CatalogFacts>,
    /// The projects whose sessions read the catalog one after the other; the scenario's, where there
    /// are none.
    #[serde(default)]
    sessions: Vec<ProjectFacts>,
    vocabulary: Node,
}

#[derive(Deserialize, Clone)]
struct ProjectFacts {
    path: String,
    package_name: String,
}

#[derive(Deserialize)]
struct Scope {
    project_path: Option<String>,
    #[serde(default)]
    package_name: String,
}

#[derive(Deserialize, Clone)]
struct CatalogFacts {
    datasets: Vec<(String, String)>,
    #[serde(default)]
    validators: Vec<(String, String)>,
    pipelines: Vec<(String, Option<u64>)>,
    /// Whether it cannot be read, and if so, how that shows.
    unreadable: Option<Unreadable>,
}

/// How a catalog that cannot be read answers.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Unreadable {
    /// It says so.
    Told,
    /// The question whether it is known fails itself.
    Failing,
}

#[derive(Deserialize, Clone)]
struct Node {
    name: String,
    options: Vec<String>,
    #[serde(default)]
    commands: Vec<Node>,
}

fn once() -> usize {
    1
}

fn main() {
    let mut args = env::args().skip(1);
    let file = PathBuf::from(args.next().expect("a scenario file"));
    let command: Vec<String> = args.collect();
    let scenario: Arc<Scenario> = Arc::new(serde_json::from_slice(&fs::read(&file).unwrap()).unwrap());

    let services = Services { scenario: Arc::clone(&scenario), file };
    let manager = PluginManager::new(services, ErrorPolicy::Propagate);
    let before = manager.declare(BeforeCommandRun).unwrap();
    let context = manager.declare(AfterContextCreated).unwrap();
    let catalog = manager.declare(AfterCatalogCreated).unwrap();
    let after = manager.declare(AfterCommandRun).unwrap();
    let commands = manager.declare(PluginCommands).unwrap();
    manager.declare(RehearseCommand).unwrap();
    let ask = manager.declare(AskUsageFacts).unwrap();
    manager.register_value("kedro", Rehearsing(Arc::clone(&scenario))).unwrap();
    let found = PluginFile::inspect(&scenario.library, Trust::Everyone);
    manager.load(&found).unwrap();

    if let Some((name, args)) = command.split_first() {
        let added = commands.call(&CommandSet::new(NoCommands)).unwrap();
        let run = Run { scenario: Arc::clone(&scenario), exit_code: None };
        before.call(&CommandRun::new(RunOf { words: command.clone(), run })).unwrap();
        let command = added.iter().flatten().find(|command| command.name() == name).expect("a plugin's command");
        let code = command.run(CommandCall::new(Call { args: args.to_vec() })).unwrap();
        std::process::exit(code);
    }
    for time in 1..=scenario.times {
        if !scenario.is_without_command {
            before.call(&CommandRun::new(Run { scenario: Arc::clone(&scenario), exit_code: None })).unwrap();
        }
        if let Some(scope) = &scenario.asks {
            return println!("{}", told(&ask.call(&scope.view()).unwrap().expect("telemetry is there")));
        }
        if let Some((file, text)) = &scenario.write_meanwhile {
            fs::write(file, text).unwrap();
        }
        let projects = if scenario.sessions.is_empty() { scenario.project.as_slice() } else { &scenario.sessions };
        for (project, facts) in projects.iter().zip(scenario.catalog.iter().cycle()) {
            context.call(&Context::new(project.clone())).unwrap();
            let told = catalog.call(&Catalog::new(facts.clone()));
            // Where the host itself fails, so does the hookimpl that asked it, and the command goes on.
            assert!(told.is_ok() || facts.unreadable == Some(Unreadable::Failing), "{told:?}");
        }
        if !scenario.is_without_command {
            after.call(&CommandRun::new(Run { scenario: Arc::clone(&scenario), exit_code: Some(0) })).unwrap();
        }
        if let Some(file) =
            scenario.note_memory.as_ref().filter(|_| [scenario.times / 10, scenario.times].contains(&time))
        {
            append(file, &pages());
        }
    }
}

/// An answer of telemetry as JSON.
fn told(facts: &UsageFacts) -> Value {
    let properties: Vec<(&str, Value)> = facts
        .properties()
        .into_iter()
        .map(|(name, value)| match value {
            PropertyValue::Bool(value) => (name, value.into()),
            PropertyValue::Int(value) => (name, value.into()),
            PropertyValue::Float(value) => (name, value.into()),
            PropertyValue::Text(text) => (name, text.into()),
            PropertyValue::None | PropertyValue::List(_) => (name, Value::Null),
        })
        .collect();
    json!({
        "consent": facts.consent().unwrap(),
        "user": facts.user(),
        "app_id": facts.app_id(),
        "properties": properties,
    })
}

/// How much memory this process has, where the system says so: a line, in pages.
fn pages() -> String {
    let of_process = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    of_process.split(' ').nth(1).map(|pages| format!("{pages}\n")).unwrap_or_default()
}

fn append(file: &Path, line: &str) {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}

impl Scope {
    fn view(&self) -> UsageScope {
        match &self.project_path {
            Some(path) => UsageScope::of_project(path, &self.package_name),
            None => UsageScope::outside(),
        }
    }
}

struct Services {
    scenario: Arc<Scenario>,
    file: PathBuf,
}

impl HostServices for Services {
    fn name(&self) -> &str {
        "kedro"
    }

    fn version(&self) -> &str {
        "1.7.0"
    }

    fn runtime_name(&self) -> &str {
        "python"
    }

    fn runtime_version(&self) -> &str {
        &self.scenario.python_version
    }

    fn setting(&self, _: &str, key: &str) -> Option<&str> {
        (key == "endpoint").then_some(&self.scenario.endpoint)
    }

    fn relaunch(&self, _: &str, args: &[&str]) -> Result<(), Error> {
        if self.scenario.cannot_relaunch {
            return Err(Error::new("this host is embedded in another program"));
        }
        if let Some(file) = &self.scenario.note_started {
            append(file, "started\n");
        }
        let mut command = Command::new(env::current_exe()?);
        command.arg(&self.file).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.spawn().map(drop)?)
    }
}

struct Run {
    scenario: Arc<Scenario>,
    exit_code: Option<i32>,
}

impl CommandRunSource for Run {
    fn args(&self) -> Vec<&str> {
        self.scenario.argv.iter().map(String::as_str).collect()
    }

    fn project(&self) -> Option<Project> {
        self.scenario.project.clone().filter(|_| !self.scenario.is_found_late).map(Project::new)
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(self.scenario.vocabulary.clone())
    }

    fn exit_code(&self) -> Option<i32> {
        self.exit_code
    }
}

impl ProjectSource for ProjectFacts {
    fn path(&self) -> &str {
        &self.path
    }

    fn package_name(&self) -> &str {
        &self.package_name
    }
}

impl ContextSource for ProjectFacts {
    fn project_path(&self) -> &str {
        &self.path
    }

    fn package_name(&self) -> &str {
        &self.package_name
    }

    fn env(&self) -> &str {
        "local"
    }
}

impl CatalogSource for CatalogFacts {
    fn datasets(&self) -> Vec<(&str, &str)> {
        self.datasets.iter().map(|(name, class)| (&**name, &**class)).collect()
    }

    fn validators(&self) -> Vec<(&str, &str)> {
        self.validators.iter().map(|(name, class)| (&**name, &**class)).collect()
    }

    fn pipelines(&self) -> Option<Vec<(&str, Option<u64>)>> {
        Some(self.pipelines.iter().map(|(name, nodes)| (&**name, *nodes)).collect())
    }

    fn save_version(&self) -> Option<&str> {
        None
    }

    fn load_versions(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn is_known(&self) -> bool {
        match self.unreadable {
            None => true,
            Some(Unreadable::Told) => false,
            Some(Unreadable::Failing) => panic!("the catalog cannot be read"),
        }
    }
}

impl CommandNodeSource for Node {
    fn name(&self) -> &str {
        &self.name
    }

    fn options(&self) -> Vec<&str> {
        self.options.iter().map(String::as_str).collect()
    }

    fn commands(&self) -> Vec<CommandNode> {
        self.commands.iter().cloned().map(CommandNode::new).collect()
    }
}

struct NoCommands;

impl CommandSetSource for NoCommands {
    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

struct Call {
    args: Vec<String>,
}

impl CommandCallSource for Call {
    fn args(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).collect()
    }

    fn print(&self, text: &str) -> Result<(), Error> {
        print!("{text}");
        Ok(())
    }

    fn print_error(&self, text: &str) {
        eprint!("{text}");
    }

    fn colors(&self) -> bool {
        false
    }
}

/// A command of a plugin, as it runs.
struct RunOf {
    words: Vec<String>,
    run: Run,
}

impl CommandRunSource for RunOf {
    fn args(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    fn project(&self) -> Option<Project> {
        self.run.scenario.project.clone().map(Project::new)
    }

    fn vocabulary(&self) -> CommandNode {
        self.run.vocabulary()
    }

    fn exit_code(&self) -> Option<i32> {
        None
    }
}

/// The host's own answer to what plugins would be told of a command.
struct Rehearsing(Arc<Scenario>);

impl Plugin for Rehearsing {
    fn new(_: Host) -> hookspec::Result<Self> {
        Err(hookspec::Failed::new("it is made with the scenario"))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(RehearseCommand, |host, _| Ok(Some(Rehearsal::new(Rehearsed(Arc::clone(&host.0))))));
    }
}

/// The scenario's own command: this host is typed no other.
struct Rehearsed(Arc<Scenario>);

impl RehearsalSource for Rehearsed {
    fn run(&self) -> CommandRun {
        CommandRun::new(Run { scenario: Arc::clone(&self.0), exit_code: None })
    }

    fn catalog(&self) -> Option<Catalog> {
        self.0.catalog.clone().map(Catalog::new)
    }
}
