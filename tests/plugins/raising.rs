//! A plugin that raises usage events: one before each command, and those that `raise WORD…` asks
//! for, answering whether they were recorded.

use std::sync::{Arc, Mutex, PoisonError};

use hookspec::{
    Failed, Hooks, Host, Plugin, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource, PluginCommands},
    specs::{BeforeCommandRun, CommandRun, Project, PropertyValue, UsageEvent},
};

struct Raising {
    host: Host,
    /// The project that the command works on.
    project: Arc<Mutex<Option<String>>>,
}

impl Plugin for Raising {
    fn new(host: Host) -> Result<Self> {
        // There may be no one to hear it yet, which is no error.
        UsageEvent::raise(&host, "raising_loaded", Vec::new(), None);
        Ok(Self { host, project: Arc::default() })
    }

    fn register(hooks: &mut Hooks<Self>) {
        // Before and after telemetry's own hookimpl: from within a call of a hook either way.
        hooks.on(BeforeCommandRun, Self::before_command_run).try_last();
        hooks.on(PluginCommands, |raising: &Self, _| {
            let raise = Raise { host: raising.host.clone(), project: Arc::clone(&raising.project) };
            Ok(vec![PluginCommand::new(raise)])
        });
    }
}

impl Raising {
    fn before_command_run(&self, run: &CommandRun) -> Result<()> {
        let project = run.project().map(|project| Project::path(&project).to_owned());
        *self.project.lock().unwrap_or_else(PoisonError::into_inner) = project;
        if run.args().first() == Some(&"info") {
            UsageEvent::raise(&self.host, "info_asked_for", Vec::new(), None);
        }
        Ok(())
    }
}

struct Raise {
    host: Host,
    project: Arc<Mutex<Option<String>>>,
}

impl PluginCommandSource for Raise {
    fn name(&self) -> &str {
        "raise"
    }

    fn about(&self) -> &str {
        "Raise a usage event"
    }

    fn usage(&self) -> &str {
        "NAME [--project | --at DIR] [PROPERTY VALUE]…"
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        let args = call.args();
        let (name, rest) = args.split_first().ok_or_else(|| Failed::new("which event?"))?;
        let project = self.project.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (project, rest) = match rest {
            ["--project", rest @ ..] => (project.as_deref(), rest),
            ["--at", dir, rest @ ..] => (Some(*dir), rest),
            rest => (None, rest),
        };
        let properties = rest.chunks_exact(2).map(|pair| (pair[0], value(pair[1]))).collect();
        let is_recorded = UsageEvent::raise(&self.host, name, properties, project);
        call.print(if is_recorded { "recorded\n" } else { "not recorded\n" })?;
        Ok(0)
    }
}

/// What a word stands for: `true`, `7`, `0.5`, `a,b` (a list), or itself.
fn value(word: &str) -> PropertyValue<'_> {
    if word == "none" {
        return PropertyValue::None;
    }
    if word.contains(',') {
        return PropertyValue::List(word.split(',').map(value).collect());
    }
    let flag = word.parse::<bool>().map(PropertyValue::from).ok();
    let int = || word.parse::<i64>().map(PropertyValue::from).ok();
    let float = || word.parse::<f64>().map(PropertyValue::from).ok();
    flag.or_else(int).or_else(float).unwrap_or_else(|| word.into())
}

hookspec::export_plugin!(Raising, name = "raising");
