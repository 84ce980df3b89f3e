//! The program that is a host: its names, and what is derived from them.

use hookspec::{LogLevel, Manifest};

use crate::{
    error::HookError,
    message::{say, warn},
    services::HostServices,
};

/// What a program is called, and the names that follow from that: of its directories, of its
/// variables, in its messages.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    name: &'static str,
    version: &'static str,
    runtime_version: &'static str,
    template: Template,
    own_plugins_first: bool,
    plugin_keys: &'static [&'static str],
    plugin_index: Option<&'static str>,
}

/// The source files of a new plugin, as `plugin new` writes them.
///
/// In each, `{{name}}` stands for the plugin's name, `{{Type}}` for its type and `{{library}}` for
/// its library's file name; `{{program}}` is the host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    pub(crate) readme: &'static str,
    pub(crate) lib: &'static str,
    pub(crate) tests: &'static str,
}

impl Program {
    /// The program `name`, as a user types it: letters, digits, `-` and `_`.
    ///
    /// # Panics
    /// When the name is another one; in a constant, that fails the build.
    #[must_use]
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        assert!(Manifest::allows_name(name), "a program's name may have letters, digits, `-` and `_` only, at most 64");
        let template = Template {
            readme: include_str!("../data/plugin/README.md.in"),
            lib: include_str!("../data/plugin/lib.rs.in"),
            tests: include_str!("../data/plugin/tests.rs.in"),
        };
        Self {
            name,
            version,
            runtime_version: "",
            template,
            own_plugins_first: false,
            plugin_keys: &[],
            plugin_index: None,
        }
    }

    /// Tells plugins which compiler has made the program.
    #[must_use]
    pub const fn with_runtime_version(self, runtime_version: &'static str) -> Self {
        Self { runtime_version, ..self }
    }

    /// Lets `plugin new` write these files: README.md, src/lib.rs and src/tests.rs of a plugin that
    /// implements the program's own hooks.
    ///
    /// In each, `{{name}}` stands for the plugin's name, `{{Type}}` for its type, `{{library}}` for
    /// its library's file name and `{{program}}` for the program's name.
    #[must_use]
    pub const fn with_plugin_template(self, readme: &'static str, lib: &'static str, tests: &'static str) -> Self {
        Self { template: Template { readme, lib, tests }, ..self }
    }

    /// Looks for plugins in the directories of the installation (`plugins` beside the executable,
    /// and `../lib/NAME/plugins`) before all others.
    ///
    /// Of plugins with one name the first is used: the program's own come before those that the
    /// user has installed or named, where they would come last otherwise.
    #[must_use]
    pub const fn with_own_plugins_first(self) -> Self {
        Self { own_plugins_first: true, ..self }
    }

    /// Installs packages that are signed by these public keys of minisign (`RW…`) without a
    /// question. A key that is none is passed over.
    #[must_use]
    pub const fn with_plugin_keys(self, plugin_keys: &'static [&'static str]) -> Self {
        Self { plugin_keys, ..self }
    }

    /// Looks plugins up by name in this index, unless the user says otherwise: `https://…`,
    /// `file://…` or a folder.
    #[must_use]
    pub const fn with_plugin_index(self, address: &'static str) -> Self {
        Self { plugin_index: Some(address), ..self }
    }

    /// As a user types it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    pub(crate) fn runtime_version(&self) -> &'static str {
        self.runtime_version
    }

    pub(crate) fn has_own_plugins_first(&self) -> bool {
        self.own_plugins_first
    }

    pub(crate) fn plugin_keys(&self) -> &'static [&'static str] {
        self.plugin_keys
    }

    pub(crate) fn plugin_index(&self) -> Option<&'static str> {
        self.plugin_index
    }

    pub(crate) fn template(&self) -> Template {
        self.template
    }

    /// The name of an environment variable: `NOTES_PLUGIN_PATH` of `PLUGIN_PATH`.
    pub(crate) fn variable(&self, what: &str) -> String {
        format!("{}_{what}", self.name.replace('-', "_").to_uppercase())
    }
}

/// The least that a program can offer: its name, and warnings and notices on standard error.
impl HostServices for Program {
    fn name(&self) -> &str {
        self.name
    }

    fn version(&self) -> &str {
        self.version
    }

    fn runtime_version(&self) -> &str {
        self.runtime_version
    }

    fn log(&self, plugin: &str, level: LogLevel, message: &str) {
        match level {
            LogLevel::Error => say(&format!("error: {plugin}: {message}")),
            LogLevel::Warn => warn(&format!("{plugin}: {message}")),
            LogLevel::Trace | LogLevel::Debug | LogLevel::Info => {}
        }
    }

    fn logs(&self, _: &str, level: LogLevel) -> bool {
        level >= LogLevel::Warn
    }

    fn hook_failed(&self, error: &HookError) {
        warn(&format!("{error:#}"));
    }
}
