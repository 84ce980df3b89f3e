//! The pipelines a project registers, read from its Python sources without running them.
//!
//! Kedro learns its pipelines by calling `register_pipelines()` of
//! `src/<package>/pipeline_registry.py`. That function is followed here, through `find_pipelines()`
//! and each `create_pipeline()`, as long as what it does is certain. Whatever goes beyond that
//! makes the value concerned unknown, and the reason is kept; nothing is guessed.

use crate::{
    bounds::{Bounds, Effort},
    evaluate::{Arguments, Evaluator, Key, Outcome, Stop, Value, datasets_of, described_nodes},
    project::Project,
};
/// A registered pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    name: String,
    nodes: Result<u64, String>,
    described: Option<Vec<String>>,
    datasets: Option<Vec<String>>,
}

impl Pipeline {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its nodes in the order in which they run, each as `name (function)`; `None` when that cannot
    /// be determined without running Python.
    pub fn described(&self) -> Option<&[String]> {
        self.described.as_deref()
    }

    /// The datasets that its nodes use, parameters among them, sorted; `None` when they cannot be
    /// determined without running Python.
    pub fn datasets(&self) -> Option<&[String]> {
        self.datasets.as_deref()
    }

    /// Its number of nodes.
    ///
    /// # Errors
    ///
    /// Why the number cannot be determined without running Python: one line that begins with the
    /// place in the source where there is one, `file:line: reason`.
    pub fn nodes(&self) -> Result<u64, &str> {
        self.nodes.as_ref().copied().map_err(String::as_str)
    }
}

/// The pipelines that a project registers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registry {
    /// All of them, sorted by name; the number of nodes of some may be unknown.
    Known(Vec<Pipeline>),
    /// Not even the names can be determined, and why, in one line.
    Unknown(String),
    /// Kedro cannot load them, and why, in one line.
    Invalid(String),
}

impl Registry {
    /// Reads the pipelines that `project` registers.
    ///
    /// This never fails: what cannot be read or followed is unknown, with the reason.
    pub fn read(project: &Project) -> Self {
        Self::read_with(project, Effort::Thorough).0
    }

    /// Reads the pipelines that `project` registers, if that is so little work that a command can
    /// do it by the way, which is less than a millisecond; `None` when it is more.
    ///
    /// Work is counted, not timed: the answer is the same on every machine.
    pub fn read_quickly(project: &Project) -> Option<Self> {
        let (registry, bounds) = Self::read_with(project, Effort::Quick);
        (!bounds.is_spent()).then_some(registry)
    }

    /// Why Kedro ends every command that needs the catalog of `project`: it loads the pipelines to
    /// check parameters, and goes without them only where something cannot be imported. `None`
    /// where it does not, or where that is more work than a command can do by the way.
    pub fn refusal(project: &Project) -> Option<String> {
        let mut evaluator = Evaluator::new(project, Bounds::new(Effort::Quick));
        match registered(&mut evaluator, project.package_name()) {
            Err(Stop::Raised(exception)) if exception.is_caught_by("ImportError") == Some(false) => {
                Some(exception.reason.to_string())
            }
            _ => None,
        }
    }

    fn read_with(project: &Project, effort: Effort) -> (Self, Bounds) {
        let mut evaluator = Evaluator::new(project, Bounds::new(effort));
        let registry = match registered(&mut evaluator, project.package_name()) {
            Ok(Value::Dict(entries)) => match entries.get() {
                Ok(dict) => Self::of(&mut evaluator.bounds, dict.entries.iter()),
                Err(reason) => Self::Unknown(reason.to_string()),
            },
            Ok(Value::Unknown(reason)) | Err(Stop::Unclear(reason)) => Self::Unknown(reason.to_string()),
            Ok(_) => {
                Self::Invalid(format!("{}.register_pipelines does not return a dict", module(project.package_name())))
            }
            Err(Stop::Raised(exception)) => Self::Invalid(exception.reason.to_string()),
        };
        let bounds = std::mem::replace(&mut evaluator.bounds, Bounds::new(effort));
        (registry, bounds)
    }

    fn of<'a>(bounds: &mut Bounds, entries: impl Iterator<Item = (&'a Key, &'a Value)>) -> Self {
        let mut pipelines = Vec::new();
        for (key, value) in entries {
            let Key::Text(name) = key else {
                return Self::Unknown("the name of a pipeline is not a text".to_owned());
            };
            let (mut described, mut datasets) = (None, None);
            let nodes = match value {
                Value::Pipeline(nodes) => {
                    // Whoever has so little to spend wants to know numbers only.
                    if !bounds.are_tight() {
                        described = described_nodes(bounds, nodes);
                        datasets = datasets_of(bounds, nodes);
                    }
                    Ok(nodes.len() as u64)
                }
                Value::Unknown(reason) => Err(reason.to_string()),
                _ => Err("it is not a pipeline".to_owned()),
            };
            pipelines.push(Pipeline { name: name.to_string(), nodes, described, datasets });
        }
        pipelines.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        Self::Known(pipelines)
    }
}

fn module(package: &str) -> String {
    format!("{package}.pipeline_registry")
}

/// Kedro refuses settings that want a class and have something else.
fn check_classes(evaluator: &mut Evaluator, settings: &str) -> Outcome<()> {
    const CLASSES: [&str; 5] =
        ["CONTEXT_CLASS", "SESSION_CLASS", "SESSION_STORE_CLASS", "CONFIG_LOADER_CLASS", "DATA_CATALOG_CLASS"];
    for name in CLASSES {
        let value = evaluator.member(settings, name)?;
        let is_no_class = value.is_some_and(|value| value.type_name().is_some() || matches!(value, Value::Builtin(_)));
        if is_no_class {
            return Err(
                evaluator.raised("ValidationError", format!("{name} in {settings} is not one of Kedro's classes"))
            );
        }
    }
    Ok(())
}

/// What `register_pipelines()` returns.
fn registered(evaluator: &mut Evaluator, package: &str) -> Outcome {
    // Kedro loads the settings before anything else, and what they raise ends it.
    let settings = format!("{package}.settings");
    if evaluator.has_file(&settings) {
        match evaluator.import_module(&settings) {
            // Kedro goes without settings that cannot be imported.
            Err(Stop::Raised(exception)) if exception.is_caught_by("ImportError") != Some(true) => {
                return Err(Stop::Raised(exception));
            }
            Err(_) => {}
            Ok(()) => check_classes(evaluator, &settings)?,
        }
    }
    let module = module(package);
    evaluator.import_module(&module)?;
    match evaluator.member(&module, "register_pipelines")? {
        Some(function) => evaluator.call(function, Arguments::default()),
        None => Err(evaluator.raised("AttributeError", format!("{module} has no function register_pipelines"))),
    }
}
