//! Python code followed as far as its effect is certain, without running Python.
//!
//! Values are what expressions stand for ([`Value`]); a [`Scope`](value::Scope) is what names are
//! bound to; the [`Evaluator`] runs statements over both, and modules when they are imported.
//! Whatever is not certain is [`Value::Unknown`] with the place and the reason, and where code is
//! not followed, everything that it may bind or change becomes unknown as well. What Python surely
//! raises is followed, too: it is why Kedro leaves out a pipeline.
//!
//! Libraries are taken for installed, and what they give is not known.
//!
//! `kedro` knows what Kedro's own functions make of values.

mod arguments;
mod attributes;
mod builtin;
mod calls;
mod classes;
mod comprehension;
mod doubt;
mod evaluator;
mod expressions;
mod find;
mod flow;
mod frame;
mod functions;
mod import;
mod iteration;
mod kedro;
mod locate;
mod matching;
mod members;
mod methods;
mod operators;
mod paths;
mod pipelines;
mod reason;
mod standard;
mod statements;
mod stop;
mod targets;
mod text;
mod value;

pub(crate) use self::{
    arguments::Arguments,
    evaluator::{Evaluator, Outcome},
    kedro::{datasets_of, described_nodes},
    reason::Reason,
    stop::Stop,
    value::{Key, Value},
};
