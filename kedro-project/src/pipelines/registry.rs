//! The pipelines of a project by name.

use crate::{
    bounds::{Bounds, Effort},
    pipelines::{
        evaluator::{Evaluator, Member},
        sources::Sources,
        value::Value,
    },
    project::Project,
};

/// A registered pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    name: String,
    nodes: Result<u64, String>,
}

impl Pipeline {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
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
}

impl Registry {
    /// Reads the pipelines that `project` registers.
    ///
    /// This never fails: what cannot be read or followed is unknown, with the reason.
    pub fn read(project: &Project) -> Self {
        Self::read_with(project, Effort::Thorough).0
    }

    /// Reads the pipelines that `project` registers, if that is so little work that a command can
    /// do it by the way, which is less than half a millisecond; `None` when it is more.
    ///
    /// Work is counted, not timed: the answer is the same on every machine.
    pub fn read_quickly(project: &Project) -> Option<Self> {
        let (registry, bounds) = Self::read_with(project, Effort::Quick);
        (!bounds.is_spent()).then_some(registry)
    }

    fn read_with(project: &Project, effort: Effort) -> (Self, Bounds) {
        let sources = Sources::new(project.source_dir().to_owned());
        let mut evaluator = Evaluator::new(sources, Bounds::new(effort), project.package_name().to_owned());
        let module = format!("{}.pipeline_registry", project.package_name());
        let registered = match evaluator.member(&module, "register_pipelines") {
            Member::Value(function) => evaluator.call(function),
            Member::Missing => Value::unknown(format!("{module} has no function register_pipelines")),
            Member::Unknown(reason) => Value::Unknown(reason),
        };
        let registry = match registered {
            Value::Dict(entries) => Self::Known(entries.entries().map(pipeline).collect()),
            Value::Unknown(reason) => Self::Unknown(reason.to_string()),
            _ => Self::Unknown(format!("{module}.register_pipelines does not return a dict")),
        };
        (registry, evaluator.bounds)
    }
}

fn pipeline((name, value): (&str, &Value)) -> Pipeline {
    let nodes = match value {
        Value::Pipeline(nodes) => Ok(nodes.len() as u64),
        Value::Unknown(reason) => Err(reason.to_string()),
        _ => Err("it is not a pipeline".to_owned()),
    };
    Pipeline { name: name.to_owned(), nodes }
}
