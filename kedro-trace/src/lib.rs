//! A plugin that writes the run of a pipeline as OpenTelemetry spans: pipeline, nodes, loads and
//! saves.
//!
//! While a pipeline runs, `recording` notes what happened when, and nothing else; nodes in other
//! processes are noted there (`elsewhere`), in `parts`. When it ends, `spans` makes a tree of all
//! that and `otlp` a request, which goes to an `output_file`, or into the `spool`, from which the
//! host, started again on a `command`, sends it (`sending`).

mod command;
mod elsewhere;
mod folders;
mod ids;
mod otlp;
mod output_file;
mod parts;
mod plugin;
mod recording;
mod sending;
mod settings;
mod spans;
mod spool;
