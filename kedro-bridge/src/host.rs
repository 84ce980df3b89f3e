//! Kedro as a host: its plugins, and calling their hooks.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hookspec::{
    command::{CommandCall, CommandSet, CommandSetSource, PluginCommand, PluginCommands},
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, AskUsageFacts, BeforeCommandRun, Catalog, Context,
        CountPipelines, RehearseCommand, Usage, UsageEvent, UsageScope,
    },
};
use hookspec_host::{EmbeddedPlugins, ErrorPolicy, HookCaller, PluginManager, Program, RegisterError, output::warn};
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyRuntimeError,
    prelude::*,
    types::{PyDict, PyString},
};

use crate::{
    asked::{Asked, Interrupts},
    catalog::{Loaded, LoadedCatalog},
    command::Call,
    property,
    rehearse::Rehearsing,
    run::{Found, Run},
    run_hooks::{self, RunHooks},
    services::Services,
};

/// As users type it: directories, variables and messages follow from the name.
const PROGRAM: Program = Program::new("kedro", env!("CARGO_PKG_VERSION"));

/// The callers of the hooks.
struct Callers {
    before_command_run: HookCaller<BeforeCommandRun>,
    after_command_run: HookCaller<AfterCommandRun>,
    after_context_created: HookCaller<AfterContextCreated>,
    after_catalog_created: HookCaller<AfterCatalogCreated>,
    usage_event: HookCaller<UsageEvent>,
    ask_usage_facts: HookCaller<AskUsageFacts>,
    plugin_commands: HookCaller<PluginCommands>,
}

/// Kedro's plugins.
#[pyclass(frozen, module = "kedro_telemetry._native")]
pub struct Host {
    /// Keeps the plugins.
    manager: PluginManager,
    callers: Callers,
    run_hooks: Py<RunHooks>,
    interrupts: Interrupts,
}

#[pymethods]
impl Host {
    /// Loads the plugins: those beside `module`, the file of this module, and the user's.
    ///
    /// `program` is the native program that is started for work in the background, `versions` are
    /// Kedro's and Python's. `log` is called with lines for the debug log, `rehearse` with the words
    /// of a command line that somebody asks about.
    #[new]
    fn new(
        py: Python<'_>,
        module: PathBuf,
        program: PathBuf,
        versions: (String, String),
        log: Py<PyAny>,
        rehearse: Py<PyAny>,
    ) -> PyResult<Self> {
        if !is_main_interpreter(py) {
            return Err(PyRuntimeError::new_err("plugins are called from the main interpreter only"));
        }
        let (manager, callers, run_callers, interrupts) = py.detach(|| {
            let plugins = EmbeddedPlugins::read(PROGRAM, &module).map_err(|error| failed(&error))?;
            let plugins = Arc::new(plugins);
            let allows_calls = Arc::new(AtomicBool::new(false));
            let services = Services {
                version: versions.0,
                runtime_version: versions.1,
                plugins: Arc::clone(&plugins),
                program,
                log,
                allows_calls: Arc::clone(&allows_calls),
            };
            let manager = PluginManager::new(services, ErrorPolicy::Isolate);
            let callers = Callers::declare(&manager).map_err(|error| failed(&error))?;
            let run_callers = run_hooks::Callers::declare(&manager).map_err(|error| failed(&error))?;
            let interrupts = Interrupts::default();
            let rehearsing = Rehearsing::new(rehearse, &interrupts);
            manager.register_value(PROGRAM.name(), rehearsing).map_err(|error| failed(&error))?;
            plugins.load_into(&manager, &mut |warning| warn(warning));
            allows_calls.store(true, Ordering::Relaxed);
            Ok::<_, PyErr>((manager, callers, run_callers, interrupts))
        })?;
        let run_hooks = Py::new(py, RunHooks::new(run_callers, &manager, interrupts.clone()))?;
        Ok(Self { manager, callers, run_hooks, interrupts })
    }

    /// The hooks around pipelines, nodes and datasets.
    #[getter]
    fn run_hooks(&self, py: Python<'_>) -> Py<RunHooks> {
        self.run_hooks.clone_ref(py)
    }

    /// A command is about to run. `vocabulary` is called with the command's words, if a plugin asks
    /// for those that are Kedro's.
    fn before_command_run(
        &self,
        py: Python<'_>,
        args: Vec<Bound<'_, PyString>>,
        project: Option<Found>,
        vocabulary: Py<PyAny>,
    ) -> PyResult<()> {
        self.command_run(py, args, project, vocabulary, None)
    }

    /// A command has run.
    fn after_command_run(
        &self,
        py: Python<'_>,
        args: Vec<Bound<'_, PyString>>,
        project: Option<Found>,
        vocabulary: Py<PyAny>,
        exit_code: i32,
    ) -> PyResult<()> {
        self.command_run(py, args, project, vocabulary, Some(exit_code))
    }

    /// A project has been loaded.
    fn after_context_created(&self, py: Python<'_>, path: String, package_name: String, env: String) -> PyResult<()> {
        let context = Context::new(Loaded { path, package_name, env });
        self.call(py, || isolated(self.callers.after_context_created.call(&context)))
    }

    /// A catalog has been made. `facts` is called when a plugin asks for what is in it.
    fn after_catalog_created(&self, py: Python<'_>, facts: Py<PyAny>) -> PyResult<()> {
        let catalog = Catalog::new(LoadedCatalog::new(Asked::new(facts, &self.interrupts)));
        self.call(py, || isolated(self.callers.after_catalog_created.call(&catalog)))
    }

    /// Raises an event of somebody else's. Whether it was recorded.
    fn usage_event(
        &self,
        py: Python<'_>,
        name: &str,
        properties: Vec<(String, Bound<'_, PyAny>)>,
        project_path: Option<&str>,
    ) -> PyResult<bool> {
        let properties = properties.iter().map(|(name, value)| Ok((name.as_str(), property::from_python(value)?)));
        let properties = properties.collect::<PyResult<Vec<_>>>()?;
        let usage = Usage::of("", name, properties, project_path);
        let answers = self.call(py, || self.callers.usage_event.call(&usage))?;
        Ok(answers.is_ok_and(|answers| answers.contains(&true)))
    }

    /// What telemetry knows of a project, or of none: `consent`, `user`, `app_id` or `properties`;
    /// `None` where nobody answers, which for `consent` would pass for one that nobody has refused,
    /// and so is a refusal.
    fn usage_fact<'py>(
        &self,
        py: Python<'py>,
        fact: &str,
        project_path: Option<String>,
        package_name: String,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let scope = project_path.map_or_else(UsageScope::outside, |path| UsageScope::of_project(path, package_name));
        let Some(facts) = self.call(py, || self.callers.ask_usage_facts.call(&scope).ok().flatten())? else {
            let is_refused = (fact == "consent").then_some(false);
            return is_refused.map(|refused| refused.into_bound_py_any(py)).transpose();
        };
        Ok(Some(match fact {
            "consent" => self.call(py, || facts.consent())?.unwrap_or(Some(false)).into_bound_py_any(py)?,
            "user" => self.call(py, || facts.user().to_owned())?.into_bound_py_any(py)?,
            "app_id" => self.call(py, || facts.app_id().to_owned())?.into_bound_py_any(py)?,
            "properties" => {
                let properties = self.call(py, || facts.properties())?;
                let known = PyDict::new(py);
                for (name, value) in &properties {
                    known.set_item(name, property::to_python(py, value)?)?;
                }
                known.into_any()
            }
            _ => return Err(PyRuntimeError::new_err(format!("nothing is known as `{fact}`"))),
        }))
    }

    /// Name and description of each command that a plugin adds.
    fn commands(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        let commands = self.call(py, || self.added_commands())?;
        Ok(commands.iter().map(|command| (command.name().to_owned(), command.about().to_owned())).collect())
    }

    /// Runs a plugin's command on the words behind its name, and gives its exit code. `print` gives
    /// whether anybody still reads.
    fn run_command(
        &self,
        py: Python<'_>,
        name: &str,
        args: Vec<Bound<'_, PyString>>,
        colors: bool,
        print: Py<PyAny>,
        print_error: Py<PyAny>,
    ) -> PyResult<i32> {
        let call = Call::new(texts(&args), colors, print, print_error, &self.interrupts);
        let code = self.call(py, || {
            let commands = self.added_commands();
            let command = commands.iter().find(|command| command.name() == name);
            command.map(|command| command.run(CommandCall::new(call)))
        })?;
        match code {
            None => Err(PyRuntimeError::new_err(format!("there is no command `{name}`"))),
            Some(code) => code.map_err(|error| failed(&error)),
        }
    }

    /// Name and version of each plugin.
    fn plugins(&self) -> Vec<(String, String)> {
        let plugins = self.manager.plugins().into_iter();
        plugins.filter_map(|plugin| plugin.manifest.map(|manifest| (manifest.name, manifest.version))).collect()
    }
}

impl Host {
    fn command_run(
        &self,
        py: Python<'_>,
        args: Vec<Bound<'_, PyString>>,
        project: Option<Found>,
        vocabulary: Py<PyAny>,
        exit_code: Option<i32>,
    ) -> PyResult<()> {
        let run = Run::new(texts(&args), project, Asked::new(vocabulary, &self.interrupts), exit_code).view();
        self.call(py, || match exit_code {
            None => isolated(self.callers.before_command_run.call(&run)),
            Some(_) => isolated(self.callers.after_command_run.call(&run)),
        })
    }

    /// Calls plugins without the GIL, and then raises what has interrupted their questions.
    fn call<T: Send>(&self, py: Python<'_>, call: impl FnOnce() -> T + Send) -> PyResult<T> {
        let result = py.detach(call);
        self.interrupts.raise()?;
        Ok(result)
    }

    fn added_commands(&self) -> Vec<PluginCommand> {
        let added = self.callers.plugin_commands.call(&CommandSet::new(KedrosOwn));
        added.into_iter().flatten().flatten().collect()
    }
}

impl Callers {
    /// Declares the hooks, those that only plugins call among them.
    fn declare(manager: &PluginManager) -> Result<Self, RegisterError> {
        manager.declare(RehearseCommand)?;
        manager.declare(CountPipelines)?;
        Ok(Self {
            before_command_run: manager.declare(BeforeCommandRun)?,
            after_command_run: manager.declare(AfterCommandRun)?,
            after_context_created: manager.declare(AfterContextCreated)?,
            after_catalog_created: manager.declare(AfterCatalogCreated)?,
            usage_event: manager.declare(UsageEvent)?,
            ask_usage_facts: manager.declare(AskUsageFacts)?,
            plugin_commands: manager.declare(PluginCommands)?,
        })
    }
}

/// Whether this is the interpreter to which a thread comes back that has let go of the GIL: from
/// another one, plugins' questions would be answered with its objects in this one.
fn is_main_interpreter(_: Python<'_>) -> bool {
    const MAIN: i64 = 0;
    // SAFETY: both need nothing but an attached thread, which the token shows.
    unsafe { pyo3::ffi::PyInterpreterState_GetID(pyo3::ffi::PyInterpreterState_Get()) == MAIN }
}

/// Plugins' commands stand beside Kedro's, which Kedro itself sees to.
struct KedrosOwn;

impl CommandSetSource for KedrosOwn {
    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Words as text; what is not UTF-8 has `U+FFFD` in its place.
fn texts(words: &[Bound<'_, PyString>]) -> Vec<String> {
    words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Under [`ErrorPolicy::Isolate`] a call does not fail: what went wrong has been shown already.
fn isolated<T, E>(_: Result<T, E>) {}

fn failed(error: &impl ToString) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}
