//! The telemetry plugin: what `kedro-telemetry` 0.9.0 does for Kedro, for any host of `hookspec`.
//!
//! It is loaded as a library; of its Rust face nothing is meant for others. What telemetry is and
//! does is in `usage-telemetry`; here is what is Kedro's of it: its profile, the fields of its
//! events, and where their facts come from.
//!
//! The story of one event. A command starts: consent is asked for first, and after a "no" nothing
//! more happens than that queued events are deleted; so after `--telemetry no` on the command line.
//! Otherwise the event takes the command line, masked against the host's vocabulary, and the
//! project's hashed id, which is made when the event is recorded and not earlier. For each catalog
//! that is read, within a command or in a notebook, an event of project statistics is recorded; a
//! command that reads none is recorded when it ends. What other plugins, or the host, raise through
//! the hook `usage_event` goes the same way, with the same consent. A host that sends something
//! itself asks by the hook `ask_usage_facts` what telemetry would say.

mod answer;
mod asked;
mod command;
mod current_project;
mod event;
#[cfg(feature = "internals")]
pub mod internals;
mod literal;
mod mask;
mod os;
mod plugin;
mod profile;
mod project;
mod public;
mod schema;
mod source;
mod state;
mod statement;
mod statistics;
