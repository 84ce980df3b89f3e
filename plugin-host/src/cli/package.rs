//! A package: a library, what is said of it, and a signature of that.
//!
//! It is three files in one folder, named alike: `hello-1.2.0-x86_64-linux.so`, the same with
//! `.json` and with `.json.minisig`. What is signed has the digest of the library in it, and its
//! name, version and platform: none of the three can be exchanged for another package's.

mod error;
mod files;
mod manifest;

pub(crate) use self::{
    error::PackageError,
    files::{Package, copy, stem_of, write},
    manifest::{MAX_LIBRARY, PackageManifest},
};
