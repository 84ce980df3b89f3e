//! An index of plugins: static files in a folder, or behind an address.
//!
//! `index.json` lists the plugins; `plugins/NAME.json` has the releases of one: what is said of
//! each package, word for word, its signature, and where its library is. There is nothing to run on
//! a server, and a copy of the files is a mirror: what is signed is checked here.

mod address;
mod choose;
mod document;
mod error;
mod make;
mod patience;
#[cfg(feature = "remote")]
mod remote;
#[cfg(not(feature = "remote"))]
#[path = "index/no_remote.rs"]
mod remote;

pub(crate) use self::{
    address::{Address, download},
    choose::{Candidate, Choice, PassedOver, choose},
    document::{PluginDocument, RootDocument},
    error::IndexError,
    make::{add, new},
    patience::Patience,
};
