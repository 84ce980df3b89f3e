//! What Kedro's own functions make of values: `node`, `pipeline`, `find_pipelines`.
//!
//! Nothing is evaluated here: whoever calls these functions gives them what their arguments stand
//! for.

mod datasets;
mod filter;
mod find;
mod graph;
mod mapping;
mod names;
mod order;
mod union;
mod valid;

pub(crate) use self::{
    datasets::Datasets,
    filter::{Filter, filter},
    find::candidates,
    graph::{GraphNode, Nodes},
    mapping::{Mapping, mapped},
    names::{Named, has_module, named},
    order::{datasets_of, described_nodes, ordered},
    union::{difference, intersection, union},
    valid::{check_node, check_pipeline, is_name},
};
