//! The original: Kedro with kedro-telemetry, which sends before a command ends.

use std::path::Path;

use tests::python::Environment;

use crate::{
    bench::Bench,
    kedro::{Kedro, KedroRun, Numbered},
};

/// What is compared with.
const PINNED: [&str; 4] = ["kedro==1.7.0", "kedro-telemetry==0.9.0", "kedro-datasets==9.6.0", "ipython==8.37.0"];

/// Has it installed in `dir`.
pub fn install(dir: &Path) -> Result<Kedro, String> {
    let environment = Environment::with(dir, &PINNED, &[]).map_err(|error| error.to_string())?;
    Ok(Kedro { name: "original", environment })
}

/// Runs `cases` where they say.
pub fn run(bench: &Bench, cases: &Numbered<'_>) -> Result<Vec<KedroRun>, String> {
    let place = |case: &crate::case::Case| (case.home.clone(), case.folder.clone());
    bench.original.run(&bench.root, &bench.collector, cases, place, |_| Ok(()))
}
