//! This program as a host.

use std::{
    io::{self, BufWriter, Write},
    sync::{Arc, OnceLock},
};

use hookspec::specs::CommandRun;
use hookspec_host::{App, CommandError, HostProgram, PluginManager, Program, RegisterError, output::warn};

use crate::{
    cli::{Cli, GlobalOptions},
    commands,
    context::Context,
    plugins::Plugins,
    rehearse::Rehearsing,
    views::Run,
    vocabulary::Vocabulary,
};

/// This program, with its hooks.
pub struct HostDemo {
    context: Arc<Context>,
    /// What may be typed, once it is known which plugins there are.
    vocabulary: Arc<OnceLock<Arc<Vocabulary>>>,
}

impl HostProgram for HostDemo {
    const PROGRAM: Program = Program::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
        .with_runtime_version(env!("HOST_DEMO_RUSTC_VERSION"))
        .with_plugin_template(
            include_str!("../data/plugin/README.md.in"),
            include_str!("../data/plugin/lib.rs.in"),
            include_str!("../data/plugin/tests.rs.in"),
        );

    type Cli = Cli;
    type Options = GlobalOptions;

    fn declare(manager: &PluginManager, options: &GlobalOptions) -> Result<Self, RegisterError> {
        let plugins = Arc::new(Plugins::declare(manager)?);
        let vocabulary = Arc::default();
        let rehearsing = Rehearsing::new(&plugins, options.project.clone(), Arc::clone(&vocabulary));
        if let Err(error) = manager.register_value(Self::PROGRAM.name(), rehearsing) {
            warn(&error.to_string());
        }
        Ok(Self { context: Arc::new(Context::new(options.clone(), plugins)), vocabulary })
    }

    fn run(&self, cli: Cli, app: &App<Self>) -> Result<u8, CommandError> {
        let mut out = BufWriter::new(io::stdout().lock());
        commands::run(app, &self.context, &cli.command, &mut out)?;
        out.flush().map_err(crate::error::Error::from)?;
        Ok(0)
    }

    fn around(&self, app: &App<Self>, run: &dyn Fn() -> u8) -> u8 {
        let vocabulary = Arc::new(Vocabulary::new(app.plugin_commands()));
        // Set once: there is one command line in a process.
        let vocabulary = Arc::clone(self.vocabulary.get_or_init(|| vocabulary));
        let words = app.words();
        let Some(plugins) = self.context.observers_of(&words) else {
            return run();
        };
        // Not before it is known that plugins may be told of the command: who records events must
        // not miss what its project says of that.
        app.open_hooks();
        let run_as = |exit_code: Option<u8>| {
            CommandRun::new(Run {
                words: words.clone(),
                context: Arc::clone(&self.context),
                vocabulary: Arc::clone(&vocabulary),
                exit_code: exit_code.map(i32::from),
            })
        };
        plugins.before_command_run(&run_as(None));
        let code = run();
        plugins.after_command_run(&run_as(Some(code)));
        code
    }
}
