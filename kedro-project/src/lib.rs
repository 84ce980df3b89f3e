//! A Kedro project read from its files, as Kedro 1.7 would read it and without running any Python.
//!
//! ```
//! use std::path::Path;
//!
//! use kedro_project::{Catalog, Config, ConfigSource, Project, Registry};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = std::env::temp_dir();
//! let Some(project) = Project::find(&directory)? else { return Ok(()) };
//! let config = Config::load_catalog(&ConfigSource::of(&project, Some("prod"))?)?;
//! let catalog = Catalog::from_config(&config)?;
//! for dataset in &catalog.datasets {
//!     println!("{}: {}", dataset.name, dataset.class_path);
//! }
//! match Registry::read(&project) {
//!     Registry::Known(pipelines) => println!("{} pipelines", pipelines.len()),
//!     Registry::Unknown(reason) => println!("unknown: {reason}"),
//!     _ => {}
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What cannot be known without running the project is said to be unknown, with the reason, and
//! never guessed. Only the catalog and the globals are read of the configuration; credentials and
//! parameters stay unread.

mod bounds;
mod catalog;
mod config;
mod evaluate;
mod pipelines;
mod project;
mod python;
mod requirements;

pub use self::{
    catalog::{Catalog, CatalogError, Dataset, Entry, Factory, Resolved, ResolvedFrom},
    config::{Config, ConfigError, ConfigSource},
    pipelines::{Pipeline, Registry},
    project::{Project, ProjectError},
};
