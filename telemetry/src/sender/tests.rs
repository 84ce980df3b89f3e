//! The sender with what it delivers to.

mod collector;
mod file;
mod http;
mod receivers;
