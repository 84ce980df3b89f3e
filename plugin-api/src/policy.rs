//! What a failing hookimpl does to the call.

/// What a failing hookimpl does to the call: as the host says for all its hooks, or as a hook says
/// for itself, by the options `propagate` and `isolate` of [`hookspecs!`](crate::hookspecs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorPolicy {
    /// The call ends with the error, as in pluggy.
    Propagate,
    /// The error is reported to the host, and the call goes on without that hookimpl.
    Isolate,
}
