//! Plain Rust types on either side of the boundary, one idea a file.

mod args;
mod boxed;
mod buffer;
mod crossing;
mod depth;
mod floats;
mod integers;
#[cfg(feature = "json")]
mod json;
mod lists;
mod maps;
mod net;
mod non_zero;
mod numbers;
mod opaque;
mod options;
mod paths;
mod simple;
mod text;
mod time;
mod tuples;
mod unexpected;
mod wide;

#[cfg(feature = "json")]
pub use json::Json;
pub use {
    args::Args,
    buffer::{Buffer, Bytes},
    crossing::{Wire, from_answer},
    depth::deeper,
    numbers::Number,
    opaque::Opaque,
    unexpected::{object, unexpected},
};
