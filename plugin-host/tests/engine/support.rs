//! Hooks to test with, plugins whose hookimpls are closures of the test, and a log that they share.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, PoisonError},
};

use hookspec::{Hooks, Host, LogLevel, Plugin, Result, SetHookImplOptions};
use hookspec_host::{ErrorPolicy, HookError, HostServices, PluginManager, RegisterError};

hookspec::views! {
    /// An argument.
    pub view Number of NumberSource {
        /// Its value.
        fn value(&self) -> i64;
    }
}

hookspec::hookspecs! {
    /// Every answer is kept.
    pub hook Hello = "hello" fn(Number) -> i64;
    /// Another one.
    pub hook Goodbye = "goodbye" fn(Number) -> i64;
    /// Answers with text.
    pub hook Speak = "speak" fn(Number) -> String;
    /// The first answer is kept.
    pub hook Pick = "pick" fn(Number) -> i64, first_result;
    /// Replayed to those who come later.
    pub hook Configure = "configure" fn(Number) -> i64, historic;
    /// Not to be implemented any more.
    pub hook Old = "old" fn(Number) -> i64, deprecated = "use `hello`";
}

struct Value(i64);

impl NumberSource for Value {
    fn value(&self) -> i64 {
        self.0
    }
}

/// The argument `value`.
pub fn number(value: i64) -> Number {
    Number::new(Value(value))
}

/// What happened, in order; shared by all its clones.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.into());
    }

    /// What happened since it was last asked.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The host's side: remembers log lines and the failures that were isolated.
#[derive(Clone, Default)]
pub struct Heard {
    pub log: Log,
    pub failures: Arc<Mutex<Vec<HookError>>>,
}

impl Heard {
    pub fn failures(&self) -> Vec<HookError> {
        std::mem::take(&mut *self.failures.lock().expect("failures"))
    }
}

impl HostServices for Heard {
    fn name(&self) -> &str {
        "test"
    }

    fn version(&self) -> &str {
        "1"
    }

    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        self.log.add(format!("{level:?} {plugin}: {message}"));
    }

    fn hook_failed(&self, error: &HookError) {
        self.failures.lock().expect("failures").push(error.clone());
    }
}

/// A manager in pluggy's way: the first error ends the call.
pub fn manager() -> Arc<PluginManager> {
    Arc::new(PluginManager::new(Heard::default(), ErrorPolicy::Propagate))
}

/// A manager that goes on after an error, and what its host hears.
pub fn isolating() -> (Arc<PluginManager>, Heard) {
    let heard = Heard::default();
    (Arc::new(PluginManager::new(heard.clone(), ErrorPolicy::Isolate)), heard)
}

/// A plugin whose hookimpls a test writes down where it registers it.
pub struct Scripted;

type Script = Box<dyn FnOnce(&mut Hooks<Scripted>)>;

thread_local! {
    /// What [`Scripted`] registers next, since `register` gets no value.
    static SCRIPT: RefCell<Option<Script>> = const { RefCell::new(None) };
}

impl Plugin for Scripted {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        if let Some(script) = SCRIPT.take() {
            script(hooks);
        }
    }
}

/// Sets options of a hookimpl.
pub type Set = fn(SetHookImplOptions<'_>) -> SetHookImplOptions<'_>;

/// Registers the plugin `name` with the hookimpls that `script` names.
pub fn try_add(
    manager: &PluginManager,
    name: &str,
    script: impl FnOnce(&mut Hooks<Scripted>) + 'static,
) -> Result<(), RegisterError> {
    SCRIPT.set(Some(Box::new(script)));
    manager.register_value(name, Scripted)
}

/// As [`try_add`], where nothing stands against it.
pub fn add(manager: &PluginManager, name: &str, script: impl FnOnce(&mut Hooks<Scripted>) + 'static) {
    try_add(manager, name, script).expect("the plugin is registered");
}

/// Registers a plugin that answers [`Hello`] with `answer`.
pub fn add_hello(manager: &PluginManager, name: &str, answer: i64) {
    add(manager, name, move |hooks| {
        hooks.on(Hello, move |_, _| Ok(answer));
    });
}

/// The plugins that implement `hook`, in the order of registration.
pub fn implementers(manager: &PluginManager, hook: &str) -> Vec<String> {
    manager.hookimpls().into_iter().filter(|info| info.hook == hook).map(|info| info.plugin).collect()
}
