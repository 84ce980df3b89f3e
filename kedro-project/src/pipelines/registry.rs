//! The pipelines of a project by name.

use crate::{
    pipelines::{
        evaluator::{Evaluator, Member},
        sources::Sources,
        value::Value,
    },
    project::Project,
};

/// Bytes of Python that are read at most.
const MOST_SOURCE: u64 = 16 << 20;
/// Bytes of Python that are read where a command waits.
const LITTLE_SOURCE: u64 = 8 << 10;

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
        Self::read_within(project, MOST_SOURCE).0
    }

    /// Reads the pipelines that `project` registers, if that takes so little that a command can do
    /// it by the way; `None` when it takes more.
    ///
    /// What little is does not depend on the machine: some thousand bytes of Python.
    pub fn read_quickly(project: &Project) -> Option<Self> {
        let (registry, lacks_room) = Self::read_within(project, LITTLE_SOURCE);
        (!lacks_room).then_some(registry)
    }

    /// The second is whether there was more source than that.
    fn read_within(project: &Project, source: u64) -> (Self, bool) {
        let sources = Sources::new(project.source_dir().to_owned(), source);
        let mut evaluator = Evaluator::new(sources, project.package_name().to_owned());
        let module = format!("{}.pipeline_registry", project.package_name());
        let registered = match evaluator.member(&module, "register_pipelines") {
            Member::Value(function) => evaluator.call(function),
            Member::Missing => Value::unknown(format!("{module} has no function register_pipelines")),
            Member::Unknown(reason) => Value::Unknown(reason),
        };
        let registry = match registered {
            Value::Dict(entries) => Self::Known(entries.into_entries().map(pipeline).collect()),
            Value::Unknown(reason) => Self::Unknown(reason.to_string()),
            _ => Self::Unknown(format!("{module}.register_pipelines does not return a dict")),
        };
        (registry, evaluator.sources.lacks_room())
    }
}

fn pipeline((name, value): (String, Value)) -> Pipeline {
    let nodes = match value {
        Value::Pipeline(nodes) => Ok(nodes.len() as u64),
        Value::Unknown(reason) => Err(reason.to_string()),
        _ => Err("it is not a pipeline".to_owned()),
    };
    Pipeline { name, nodes }
}
