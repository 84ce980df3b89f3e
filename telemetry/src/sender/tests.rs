//! The sender with what it delivers to.

mod answers;
mod collector;
mod file;
mod http;
mod receivers;
