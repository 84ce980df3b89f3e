//! `kedro_telemetry._native`: the real Kedro as a host of plugins.
//!
//! Python calls the methods of `host::Host` from Kedro's own hooks. The GIL is let go while Rust
//! works; what plugins ask is answered by Python functions that are called only then.
//!
//! * `host` has the plugins and calls their hooks; `services` is what it offers to them.
//! * `run` and `catalog` are what plugins are shown of a command and of a catalog; `rehearse`
//!   what they would be shown of a command line that is not run.
//! * `run_hooks` has the hooks around pipelines, nodes and datasets; `pipeline`, `node` and
//!   `data` are what plugins are shown there, of objects that are only `lent`.
//! * `asked` calls Python from within a hook; `command` runs a plugin's command.

mod asked;
mod catalog;
mod command;
mod data;
mod host;
mod lent;
mod node;
mod pipeline;
mod property;
mod rehearse;
mod run;
mod run_hooks;
mod services;

use kedro_dataset_classes::PREFIXES;
use pyo3::prelude::*;

/// The path that Kedro reports for the dataset class that a catalog's `type` stands for, if it is
/// one of kedro or kedro-datasets.
#[pyfunction]
fn dataset_class(declared: &str) -> Option<&'static str> {
    PREFIXES.iter().find_map(|prefix| kedro_dataset_classes::reported(&format!("{prefix}{declared}")))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("DATASET_PREFIXES", PREFIXES)?;
    module.add_class::<host::Host>()?;
    module.add_function(wrap_pyfunction!(dataset_class, module)?)
}
