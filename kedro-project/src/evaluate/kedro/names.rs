//! The names of Kedro's modules.

use crate::evaluate::builtin::Builtin;

/// Written by `names.py`, which says how.
const NAMES: &str = include_str!("../../../data/kedro_names.txt");

/// What a name in one of Kedro's modules stands for.
pub(crate) enum Named {
    /// What is followed.
    Builtin(Builtin),
    /// A module.
    Module(String),
    /// What is there and not followed.
    Other,
    /// Nothing: this Kedro has no such name.
    Missing,
}

/// The names of a module; `None` when this Kedro has no such module.
fn names_of(module: &str) -> Option<&'static str> {
    let row = |line: &'static str| line.strip_prefix(module)?.strip_prefix(' ').or((line == module).then_some(""));
    NAMES.lines().find_map(row)
}

/// Whether this Kedro has such a module.
pub(crate) fn has_module(module: &str) -> bool {
    names_of(module).is_some()
}

/// What `name` stands for in `module`.
pub(crate) fn named(module: &str, name: &str) -> Named {
    let known = match (module, name) {
        ("kedro.pipeline" | "kedro.pipeline.pipeline", "Pipeline" | "pipeline") => Builtin::Pipeline,
        ("kedro.pipeline" | "kedro.pipeline.node", "Node" | "node") => Builtin::Node,
        ("kedro.pipeline" | "kedro.pipeline.llm_context", "llm_context_node" | "LLMContextNode") => {
            Builtin::ContextNode
        }
        ("kedro.framework.project", "find_pipelines") => Builtin::FindPipelines,
        _ => return unfollowed(module, name),
    };
    // `kedro.pipeline.node` and `kedro.pipeline.pipeline` are functions, and modules only to imports.
    Named::Builtin(known)
}

fn unfollowed(module: &str, name: &str) -> Named {
    let full_name = format!("{module}.{name}");
    if has_module(&full_name) {
        return Named::Module(full_name);
    }
    match names_of(module) {
        Some(names) if names == "*" || name.starts_with("__") => Named::Other,
        Some(names) if names.split(' ').any(|known| known == name) => Named::Other,
        _ => Named::Missing,
    }
}
