//! What plugins would be told of a command line that is not run.

use hookspec::{
    Failed, Hooks, Host, Plugin, Result,
    specs::{Catalog, CommandLine, CommandRun, Rehearsal, RehearsalSource, RehearseCommand},
};
use pyo3::prelude::*;

use crate::{
    asked::{Asked, Interrupts},
    catalog::LoadedCatalog,
    run::{Found, Run},
};

/// Answers the hook `rehearse_command`.
pub struct Rehearsing {
    rehearse: Asked,
    interrupts: Interrupts,
}

/// What Python tells of the command line: its project, what tells Kedro's words, and what reads the
/// catalog if the command would.
#[derive(FromPyObject)]
struct Told(Option<Found>, Py<PyAny>, Option<Py<PyAny>>);

impl Rehearsing {
    /// Asks `rehearse`.
    pub fn new(rehearse: Py<PyAny>, interrupts: &Interrupts) -> Self {
        Self { rehearse: Asked::new(rehearse, interrupts), interrupts: interrupts.clone() }
    }

    fn rehearse(&self, line: &CommandLine) -> Result<Option<Rehearsal>> {
        let args: Vec<String> = line.args().into_iter().map(str::to_owned).collect();
        let Some(Told(project, vocabulary, catalog)) = self.rehearse.ask((args.clone(),)) else { return Ok(None) };
        let run = Run::new(args, project, Asked::new(vocabulary, &self.interrupts), None);
        let catalog = catalog.map(|facts| Catalog::new(LoadedCatalog::new(Asked::new(facts, &self.interrupts))));
        Ok(Some(Rehearsal::new(Rehearsed { run, catalog })))
    }
}

impl Plugin for Rehearsing {
    fn new(_: Host) -> Result<Self> {
        Err(Failed::new("it is made with what Python knows"))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(RehearseCommand, Self::rehearse);
    }
}

struct Rehearsed {
    run: Run,
    catalog: Option<Catalog>,
}

impl RehearsalSource for Rehearsed {
    fn run(&self) -> CommandRun {
        self.run.view()
    }

    fn catalog(&self) -> Option<Catalog> {
        self.catalog.clone()
    }
}
