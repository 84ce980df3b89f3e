//! The plugins of a program that others start: one that is a library in a process of another
//! program, as an extension module of Python is.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    cli::{
        directories,
        disabled::{Disabled, DisabledError},
        find::{Wanted, load_all},
        options::PluginOptions,
        relaunch::Relaunch,
        settings::{Settings, SettingsError},
    },
    manager::PluginManager,
    message::fit,
    program::Program,
};

/// What the user of a program has said of its plugins, for a program without a command line and an
/// executable of its own: what [`run`](crate::run) does, it does through this.
///
/// It says nothing on standard error and depends on nothing that the process around it was started
/// with, the environment aside.
///
/// ```no_run
/// use std::path::Path;
///
/// use hookspec_host::{EmbeddedPlugins, ErrorPolicy, PluginManager, Program, SettingsError};
///
/// const PROGRAM: Program = Program::new("bakery", "1.0.0").with_own_plugins_first();
///
/// # fn start() -> Result<(), SettingsError> {
/// let module = Path::new("/usr/lib/python3/dist-packages/bakery/_native.so");
/// let plugins = EmbeddedPlugins::read(PROGRAM, module)?;
/// let manager = PluginManager::new(PROGRAM, ErrorPolicy::Isolate);
/// let mut warnings = Vec::new();
/// plugins.load_into(&manager, &mut |warning| warnings.push(warning.to_owned()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct EmbeddedPlugins {
    program: Program,
    installation: PathBuf,
    settings: Settings,
    /// Read with the settings, told of when plugins are loaded.
    disabled: Result<Disabled, DisabledError>,
}

impl EmbeddedPlugins {
    /// Reads the user's settings of `program`, and which plugins are switched off.
    ///
    /// `installation` is the file that holds the program's code. The directory `plugins` beside it
    /// is looked into first, and trusted as that file is ([`Trust::like`](crate::Trust::like));
    /// then those of the variable `<NAME>_PLUGIN_PATH`, and the user's own. When the path is not
    /// absolute there is no directory beside it: that would depend on where one stands.
    ///
    /// # Errors
    /// When the configuration file cannot be used.
    pub fn read(program: Program, installation: &Path) -> Result<Self, SettingsError> {
        let settings = Settings::load(&program, None)?;
        let disabled = Disabled::load(&program);
        Ok(Self { program, installation: installation.to_owned(), settings, disabled })
    }

    /// A plugin's setting: text as it is, anything else as JSON.
    pub fn setting(&self, plugin: &str, key: &str) -> Option<&str> {
        self.settings.get(plugin, key)
    }

    /// Finds the plugins, and loads those that the user has not switched off.
    ///
    /// One that cannot be loaded costs one call of `warn`; what is misspelt in the settings, one;
    /// when it cannot be read which are switched off, none is loaded. A warning is one line, fit to
    /// be shown.
    pub fn load_into(&self, manager: &PluginManager, warn: &mut dyn FnMut(&str)) {
        let wanted = Wanted {
            directories: directories::of_embedded(&self.program, &self.installation),
            disabled: &self.disabled,
            settings: &self.settings,
            options: &PluginOptions::default(),
            only: None,
            timings: None,
            warn_later: None,
        };
        load_all(manager, wanted, &mut |warning| warn(&fit(warning)));
    }

    /// Starts `executable` on `args` for `plugin`, detached, and does not wait for it: what
    /// [`HostServices::relaunch`](crate::HostServices::relaunch) is for.
    ///
    /// It is a program that [`run`](crate::run)s the same [`Program`], shipped beside the embedded
    /// one. With [`Program::with_own_plugins_first`], and the plugins in `plugins` beside it, it
    /// finds the same ones.
    ///
    /// # Errors
    /// When the system does not start it.
    pub fn relaunch(&self, executable: &Path, plugin: &str, args: &[&str]) -> io::Result<()> {
        Relaunch::default().start_program(executable, plugin, args)
    }
}
