//! The project that the command works on, once known: what it says of telemetry counts for all that
//! happens meanwhile.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// A project as the host has told of it.
#[derive(Clone)]
pub(crate) struct LoadedProject {
    pub(crate) path: PathBuf,
    pub(crate) package_name: String,
}

impl LoadedProject {
    pub(crate) fn new(path: &str, package_name: &str) -> Self {
        Self { path: path.into(), package_name: package_name.to_owned() }
    }

    /// Its folder, if there is a project.
    pub(crate) fn path_of(project: Option<&Self>) -> Option<&Path> {
        project.map(|project| project.path.as_path())
    }
}

/// The project of this moment, which the plugin and its commands share.
#[derive(Default)]
pub(crate) struct CurrentProject(Mutex<Option<LoadedProject>>);

impl CurrentProject {
    pub(crate) fn get(&self) -> Option<LoadedProject> {
        // Replaced whole, so a panic leaves a sound one behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, project: Option<LoadedProject>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = project;
    }
}
