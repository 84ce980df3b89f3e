//! Files go by their names, whoever has them open.

pub(crate) use std::fs::remove_file;
#[cfg(feature = "write")]
pub(crate) use std::fs::rename as put_in_place;
