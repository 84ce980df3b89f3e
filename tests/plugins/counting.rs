//! A plugin that says what it is told of pipelines, and asks for what it is not told: at once by
//! `count DIR`, and in a process that the host starts again by `count DIR --later FILE`, which
//! writes the answer to the file.

use std::fs;

use hookspec::{
    Failed, Hooks, Host, Plugin, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource, PluginCommands},
    specs::{AfterCatalogCreated, Catalog, CountPipelines, Countable},
};

struct Counting(Host);

impl Plugin for Counting {
    fn new(host: Host) -> Result<Self> {
        Ok(Self(host))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(AfterCatalogCreated, Self::after_catalog_created);
        hooks.on(PluginCommands, |counting: &Self, _| Ok(vec![PluginCommand::new(Count(counting.0.clone()))]));
    }
}

impl Counting {
    fn after_catalog_created(&self, catalog: &Catalog) -> Result<()> {
        let told = match catalog.pipelines() {
            Some(pipelines) => format!("{pipelines:?}"),
            None if catalog.pipelines_deferred() => "deferred".to_owned(),
            None => "not known".to_owned(),
        };
        self.0.notify(&told);
        Ok(())
    }
}

struct Count(Host);

impl PluginCommandSource for Count {
    fn name(&self) -> &str {
        "count"
    }

    fn about(&self) -> &str {
        "Count the pipelines of a project"
    }

    fn usage(&self) -> &str {
        "DIR [--into FILE | --later FILE]"
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        let args = call.args();
        if let [directory, "--later", file] = args[..] {
            self.0.relaunch(vec!["count", directory, "--into", file])?;
            return Ok(0);
        }
        let directory = args.first().ok_or_else(|| Failed::new("which project?"))?;
        let counted = self.0.call(CountPipelines, Countable::of(*directory))?;
        let answer = counted.map_or("not known".to_owned(), |pipelines| format!("{pipelines:?}"));
        match args[1..] {
            ["--into", file] => fs::write(file, answer).map_err(Failed::from)?,
            _ => call.print(&format!("{answer}\n"))?,
        }
        Ok(0)
    }
}

hookspec::export_plugin!(Counting, name = "counting");
