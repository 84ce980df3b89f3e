//! What Kedro's own functions make of values: `node`, `pipeline`, `find_pipelines`.
//!
//! Nothing is evaluated here: whoever calls these functions gives them what their arguments stand
//! for.

mod find;
mod node;
mod pipeline;

pub(super) use self::{
    find::{Candidates, candidates},
    node::node,
    pipeline::pipeline,
};

use crate::pipelines::{
    reason::short,
    value::{Builtin, Value},
};

/// What `name` stands for in `module`, which is one of Kedro's.
pub(super) fn member(module: &str, name: &str) -> Value {
    match (module, name) {
        ("kedro.pipeline" | "kedro.pipeline.pipeline" | "kedro.pipeline.modular_pipeline", "Pipeline" | "pipeline") => {
            Value::Builtin(Builtin::Pipeline)
        }
        ("kedro.pipeline" | "kedro.pipeline.node", "Node" | "node") => Value::Builtin(Builtin::Node),
        ("kedro.framework.project", "find_pipelines") => Value::Builtin(Builtin::FindPipelines),
        ("kedro", "pipeline" | "framework") | ("kedro.framework", "project") => {
            Value::Module(format!("{module}.{name}").into())
        }
        _ => Value::unknown(format!("what {}.{} does is not known here", short(module), short(name))),
    }
}
