//! The pipelines a project registers, read from its Python sources without running them.
//!
//! Kedro learns its pipelines by calling `register_pipelines()` of `src/<package>/pipeline_registry.py`. That function
//! is followed here statement by statement, through `find_pipelines()` and each `create_pipeline()`, as long as what
//! it does is certain: no branches, loops or comprehensions, no code from elsewhere. Whatever goes beyond that makes
//! the value concerned unknown, and the reason is kept; nothing is guessed.
//!
//! It is taken for granted that Kedro can load the project: that its imports succeed and its pipelines are valid.

mod arguments;
mod evaluate;
mod graph;
mod kedro;
mod modules;

use crate::project::Project;
use evaluate::{Evaluator, Value};
use modules::Member;

/// A registered pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its number of nodes, or why that cannot be told.
    pub nodes: Result<u64, String>,
}

/// The pipelines a project registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registry {
    /// All of them, sorted by name.
    Known(Vec<Pipeline>),
    /// Not even the names can be told, and why.
    Unknown(String),
}

/// Reads the pipelines that `project` registers.
pub fn read(project: &Project) -> Registry {
    let mut evaluator = Evaluator::new(project.source_dir.clone(), project.package_name.clone());
    let module = format!("{}.pipeline_registry", project.package_name);
    let registered = match evaluator.member(&module, "register_pipelines") {
        Member::Found(function) => evaluator.call(function),
        Member::Missing => Value::unknown(format!("{module} has no function register_pipelines")),
        Member::Unknown(reason) => Value::Unknown(reason),
    };
    match registered {
        Value::Dict(entries) => Registry::Known(entries.into_iter().map(pipeline).collect()),
        Value::Unknown(reason) => Registry::Unknown(reason.to_string()),
        _ => Registry::Unknown(format!("{module}.register_pipelines does not return a dict")),
    }
}

fn pipeline((name, value): (String, Value)) -> Pipeline {
    let nodes = match value {
        Value::Pipeline(nodes) => Ok(nodes.len() as u64),
        Value::Unknown(reason) => Err(reason.to_string()),
        _ => Err("it is no pipeline".to_owned()),
    };
    Pipeline { name, nodes }
}
