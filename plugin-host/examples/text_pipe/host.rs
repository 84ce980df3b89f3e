//! A whole host: reads lines, sends them through the filters that it is told to use, and writes
//! what comes out.
//!
//! ```sh
//! printf 'tea\n\ncake\n' |
//!     TEXT_PIPE_PLUGINS=DIR cargo run -p hookspec-host --example text_pipe -- loud
//! ```

mod interface;

use std::{
    env,
    io::{self, BufRead, Write},
    process::ExitCode,
};

use hookspec::Result;
use hookspec_host::{ErrorPolicy, HostServices, PluginManager, Trust, discover};
use interface::{Filter, Filters, LastWord, Pipe, PipeSource, Summary, SummarySource};

/// What this program offers to its plugins: to be named, and to be heard when something is wrong.
struct Services;

impl HostServices for Services {
    fn name(&self) -> &str {
        "text_pipe"
    }

    fn version(&self) -> &str {
        hookspec::VERSION
    }

    fn notify(&self, plugin: &str, message: &str) {
        eprintln!("{plugin}: {message}");
    }

    fn hook_failed(&self, error: &hookspec_host::HookError) {
        eprintln!("warning: {error:#}");
    }
}

fn main() -> ExitCode {
    match run(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: Vec<String>) -> Result<()> {
    let manager = PluginManager::new(Services, ErrorPolicy::Isolate);
    let filters = manager.declare(Filters)?;
    let last_word = manager.declare(LastWord)?;
    load_plugins(&manager);

    let all: Vec<Filter> = filters.call(&Pipe::new(Wanted(wanted.clone())))?.into_iter().flatten().collect();
    if wanted.is_empty() {
        return list(&all);
    }
    let chosen = wanted.iter().map(|name| choose(&all, name)).collect::<Result<Vec<_>>>()?;
    let counts = pour(&chosen)?;
    if let Some(word) = last_word.call(&Summary::new(counts))? {
        eprintln!("{word}");
    }
    Ok(())
}

/// Loads what is in the directories of `TEXT_PIPE_PLUGINS`; a plugin that cannot be loaded costs a
/// line.
fn load_plugins(manager: &PluginManager) {
    let dirs = env::var_os("TEXT_PIPE_PLUGINS").unwrap_or_default();
    let dirs = env::split_paths(&dirs).filter(|dir| dir.is_absolute());
    for found in discover(dirs.map(|dir| (dir, Trust::Owner))) {
        if let Err(error) = manager.load(&found) {
            eprintln!("warning: {error}");
        }
    }
    for unknown in manager.pending() {
        eprintln!("warning: plugin `{}` implements hook `{}`, which this program lacks", unknown.plugin, unknown.hook);
    }
}

fn list(filters: &[Filter]) -> Result<()> {
    let mut out = io::stdout().lock();
    for filter in filters {
        writeln!(out, "{}  {}", filter.name(), filter.about())?;
    }
    Ok(())
}

fn choose<'a>(all: &'a [Filter], name: &str) -> Result<&'a Filter> {
    all.iter().find(|filter| filter.name() == name).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(Filter::name).collect();
        hookspec::Failed::new(format_args!("there is no filter `{name}`, but: {}", known.join(", ")))
    })
}

/// Sends each line of standard input through the filters.
fn pour(filters: &[&Filter]) -> Result<Counts> {
    let mut counts = Counts { read: 0, written: 0 };
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        counts.read += 1;
        let mut line = Some(line?);
        for filter in filters {
            line = match line {
                Some(line) => filter.line(&line)?,
                None => break,
            };
        }
        if let Some(line) = line {
            writeln!(out, "{line}")?;
            counts.written += 1;
        }
    }
    Ok(counts)
}

struct Wanted(Vec<String>);

impl PipeSource for Wanted {
    fn wanted(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

struct Counts {
    read: u64,
    written: u64,
}

impl SummarySource for Counts {
    fn read(&self) -> u64 {
        self.read
    }

    fn written(&self) -> u64 {
        self.written
    }
}
