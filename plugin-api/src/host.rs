//! What a plugin may ask of its host.

use std::borrow::Borrow;

use crate::{
    abi::{Object, Signature, Value},
    arguments::Arguments,
    describe::Describe,
    error::Error,
    kinds::OpenHook,
    spec::Results,
    wire::{Opaque, Wire},
};

crate::views! {
    /// The host, as a plugin sees it: identity, settings, log, notices, being started again, and
    /// hooks that plugins may call.
    pub view Host of HostSource {
        /// The program's name, as a user types it.
        fn name(&self) -> &str;
        /// The program's version.
        fn version(&self) -> &str;
        /// The language or platform that the host runs on, in lower case: `rust`, `python`.
        fn runtime_name(&self) -> &str;
        /// The version of that runtime.
        fn runtime_version(&self) -> &str;
        /// This plugin's setting `key` in the host's configuration, where it has one. Values that
        /// are not text come as JSON.
        fn setting(&self, key: &str) -> Option<&str>;
        /// Writes to the host's log; shown or not as the user asked for.
        fn log(&self, level: LogLevel, message: &str);
        /// Shows the user one notice, apart from the command's own output.
        fn notify(&self, message: &str);
        /// Starts the host program again, with `args` as its command, and returns without waiting
        /// for it: for what must not hold up the command that runs, such as sending what was
        /// recorded.
        ///
        /// `Ok` says that a process was started, not that it did what it was started for. Of that
        /// process a host promises:
        ///
        /// * It runs the command that `args` names, one of this plugin's own, with the plugin
        ///   directories, the settings and the environment of this process. No hook is called in
        ///   it, and no other plugin is needed for it. The plugin may call open hooks, which the
        ///   host itself answers; an older host refuses that.
        /// * It outlives this process, and neither a key nor a closed terminal ends it: it has a
        ///   session of its own.
        /// * It disturbs nobody: no standard streams, no descriptor of this process, `/` as its
        ///   working directory, the lowest priority.
        /// * It has half a minute. A host may end it then; what takes longer is to be done in
        ///   pieces.
        /// * In it `relaunch` fails, so that no chain of processes comes about.
        ///
        /// # Errors
        /// When the host cannot start itself: it is embedded in another program, may not start
        /// processes, or does not want to. Do not report that to the user as an error. A plugin then
        /// leaves its work where it will find it the next time, and where its users can ask for it
        /// by a command: the telemetry plugin's events stay queued until a `telemetry flush`.
        fn relaunch(&self, args: Vec<&str>) -> Result<(), Error>;
        /// The name under which this plugin is registered; empty in a host that is older than this
        /// method.
        fn plugin(&self) -> &str { "" }
        /// What [`call`](Self::call) crosses by.
        ///
        /// # Errors
        /// As for `call`.
        #[doc(hidden)]
        fn call_open(&self, hook: &str, signature: Signature, args: Opaque<'_>) -> Result<Opaque<'_>, Error> {
            Err(Error::new(format_args!("this program is too old to let plugins call the hook `{hook}`")))
        }
        /// Writes to the host's log for the part of the plugin that `target` names: a module, as in
        /// the crates `log` and `tracing`. A host that does not tell parts from one another says
        /// `false`, and has written nothing: then [`log`](Self::log) is there.
        fn log_of(&self, level: LogLevel, target: &str, message: &str) -> bool { false }
        /// Whether what is logged at this level is kept or shown. What is not need not be put into
        /// words.
        fn logs(&self, level: LogLevel) -> bool { true }
    }
}

impl Host {
    /// Calls a hook that is declared `open`: every hookimpl of it, in this and other plugins and in
    /// the host itself.
    ///
    /// May be called from within a hookimpl or a command. While plugins are still being loaded
    /// there may be no one to hear it yet.
    ///
    /// ```
    /// # use hookspec::{Host, specs::{Usage, UsageEvent}};
    /// # fn installed(host: &Host) {
    /// let usage = Usage::of(host.plugin(), "skill_installed", vec![("retries", 2.into())], None);
    /// let is_recorded = host.call(UsageEvent, usage).is_ok_and(|answers| answers.contains(&true));
    /// # }
    /// ```
    ///
    /// A hook that is not open does not compile here:
    ///
    /// ```compile_fail,E0277
    /// # use hookspec::{Hooks, Host, Plugin, Result, specs::{BeforeCommandRun, CommandRun}};
    /// # struct Asking(Host);
    /// # impl Plugin for Asking {
    /// #   fn new(host: Host) -> Result<Self> { Ok(Asking(host)) }
    /// fn register(hooks: &mut Hooks<Self>) {
    ///     hooks.on(BeforeCommandRun, |asking, run| {
    ///         asking.0.call(BeforeCommandRun, run.clone())?;
    ///         Ok(())
    ///     });
    /// }
    /// # }
    /// # hookspec::export_plugin!(Asking);
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// When the host does not have the hook, has it with other types, or does not let this plugin
    /// call it now; when calls are within one another too deeply; and what the host's error policy
    /// lets through of a hookimpl's failure.
    pub fn call<H: OpenHook>(&self, hook: H, args: H::Args) -> Result<Results<H>, Error> {
        let _ = hook;
        let args = Opaque(Value::Object(Object::clone(args.cross().borrow())));
        let answer = self.call_open(H::NAME, H::signature(), args)?;
        Results::<H>::from_value(answer.into_owned())
    }
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Each step, for whoever looks for a mistake in the plugin.
    Trace,
    /// For whoever looks into the plugin's workings.
    Debug,
    /// For whoever wants to know what happens.
    Info,
    /// Something did not work that the user may want to see to.
    Warn,
    /// Something did not work that the user has to see to.
    Error,
}

impl LogLevel {
    /// All of them, from the least to the most that matters.
    pub const ALL: [Self; 5] = [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error];
}

impl<'a> Wire<'a> for LogLevel {
    fn describe(_: &mut Describe) -> String {
        "log_level".to_owned()
    }

    fn into_value(self) -> Value<'a> {
        Value::Int(match self {
            Self::Trace => 0,
            Self::Debug => 1,
            Self::Info => 2,
            Self::Warn => 3,
            Self::Error => 4,
        })
    }

    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        Ok(match i64::from_value(value)? {
            // A level that is not known here is beyond those that are.
            ..=0 => Self::Trace,
            1 => Self::Debug,
            2 => Self::Info,
            3 => Self::Warn,
            4.. => Self::Error,
        })
    }

    fn missing(_: Error) -> Self {
        Self::Debug
    }
}
