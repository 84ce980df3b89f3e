//! What is known of a library that was tried.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use hookspec::Manifest;
use serde::{Deserialize, Serialize};

use crate::{
    cli::added::{AddedCommand, LeftOut},
    error::LoadProblem,
    manager::{HookImplFit, HookImplInfo},
    verify::VerifiedPlugin,
};

/// More lines say nothing new.
const MAX_LEFT_OUT: usize = 16;

/// What is known of a library, as `plugin verify --format json` prints it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The library.
    pub(crate) path: PathBuf,
    /// Whether this host can use it.
    pub(crate) sound: bool,
    /// Why not, in one line.
    pub(crate) problem: Option<String>,
    /// What it says of itself; `None` when that cannot be read.
    pub(crate) manifest: Option<ReportedManifest>,
    /// Its hookimpls, as far as they are known.
    pub(crate) hookimpls: Vec<ReportedHookImpl>,
    /// The whole comparison when the boundary differs, many lines long.
    pub(crate) details: Option<String>,
    /// What it offers and this program leaves out, a line for each.
    #[serde(default)]
    pub(crate) left_out: Vec<String>,
    /// What it printed while it was loaded.
    pub(crate) output: String,
}

/// A manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReportedManifest {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) api_version: String,
    pub(crate) abi_version: u32,
    pub(crate) description: String,
    /// The keys of its settings, if it says which it knows.
    #[serde(default)]
    pub(crate) settings: Option<Vec<String>>,
    /// The interfaces that it names, each as name and version.
    #[serde(default)]
    pub(crate) interfaces: Vec<String>,
    #[serde(default)]
    pub(crate) license: String,
    #[serde(default)]
    pub(crate) homepage: String,
    #[serde(default)]
    pub(crate) repository: String,
    #[serde(default)]
    pub(crate) authors: Vec<String>,
}

/// A hookimpl.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReportedHookImpl {
    pub(crate) hook: String,
    /// Its options, as in `try_first` or `before=other`.
    pub(crate) options: Vec<String>,
    /// Whether it fits.
    pub(crate) state: HookImplState,
    /// Why not.
    pub(crate) reason: Option<String>,
}

/// Whether a hookimpl fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HookImplState {
    /// It does.
    Fits,
    /// It was compiled against a hook that differs.
    Differs,
    /// This host does not have the hook, and the plugin asks for it.
    Pending,
    /// This host does not have the hook, and the plugin can do without.
    Optional,
}

impl Report {
    pub(crate) fn empty(path: PathBuf) -> Self {
        Self {
            path,
            sound: false,
            problem: None,
            manifest: None,
            hookimpls: Vec::new(),
            details: None,
            left_out: Vec::new(),
            output: String::new(),
        }
    }

    /// Of a library that could not be loaded to its end.
    pub(crate) fn of_manifest(path: PathBuf, manifest: &Manifest) -> Self {
        Self { manifest: Some(ReportedManifest::new(manifest)), ..Self::empty(path) }
    }

    /// Of a library that is not loaded, for this `problem`.
    pub(crate) fn unusable(path: PathBuf, manifest: Option<&Manifest>, problem: &LoadProblem) -> Self {
        let details = match problem {
            LoadProblem::Layout { report, .. } => Some(report.clone()),
            _ => None,
        };
        let manifest = manifest.map(ReportedManifest::new);
        Self { problem: Some(told(problem)), manifest, details, ..Self::empty(path) }
    }

    /// Of a library that was loaded.
    pub(crate) fn of_plugin(path: &Path, verified: VerifiedPlugin) -> Self {
        let problem = verified.problem.map(|error| told(&error.problem));
        Self {
            hookimpls: verified.hookimpls.into_iter().map(ReportedHookImpl::new).collect(),
            sound: problem.is_none(),
            problem,
            ..Self::of_manifest(path.to_owned(), &verified.manifest)
        }
    }
}

impl Report {
    /// Takes note of what this program leaves out. What is left out by any program is the plugin's
    /// fault.
    pub(crate) fn take_left_out<'a>(&mut self, left_out: impl Iterator<Item = &'a LeftOut>) {
        for left_out in left_out {
            if left_out.reason.is_fault() {
                self.find_fault(left_out.to_string());
            }
            if self.left_out.len() < MAX_LEFT_OUT {
                self.left_out.push(left_out.to_string());
            }
        }
    }

    /// Whether it implements hooks, of which this program has none: it would be loaded for nothing.
    pub(crate) fn is_never_called(&self) -> bool {
        let is_missing =
            |hookimpl: &ReportedHookImpl| matches!(hookimpl.state, HookImplState::Pending | HookImplState::Optional);
        !self.hookimpls.is_empty() && self.hookimpls.iter().all(is_missing)
    }

    /// A plugin that lists its hooks waits until one of these is called.
    pub(crate) fn find_unlisted_hook(&mut self, manifest: &Manifest) {
        let Some(listed) = &manifest.hooks else { return };
        let unlisted = self.hookimpls.iter().find(|hookimpl| !listed.contains(&hookimpl.hook));
        if let Some(hookimpl) = unlisted {
            self.find_fault(format!("its list of hooks leaves out `{}`, which it implements", hookimpl.hook));
        }
    }

    /// One that lists its commands waits until one of these is typed.
    pub(crate) fn find_unlisted_command<'a>(
        &mut self,
        manifest: &Manifest,
        mut added: impl Iterator<Item = &'a AddedCommand>,
    ) {
        let listed = &manifest.commands;
        if let Some(command) = added.find(|command| !listed.is_empty() && !listed.contains(&command.name)) {
            self.find_fault(format!("its list of commands leaves out `{}`, which it adds", command.name));
        }
    }

    /// The first fault counts.
    pub(crate) fn find_fault(&mut self, fault: String) {
        self.problem.get_or_insert(fault);
        self.sound = false;
    }
}

/// A problem with its causes, in one line.
fn told(problem: &LoadProblem) -> String {
    let causes = std::iter::successors(problem.source(), |cause| (**cause).source());
    causes.fold(problem.to_string(), |told, cause| format!("{told}: {cause}"))
}

impl ReportedManifest {
    fn new(manifest: &Manifest) -> Self {
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            api_version: manifest.api_version.clone(),
            abi_version: manifest.abi_version,
            description: manifest.description.clone(),
            settings: manifest.settings.clone(),
            interfaces: manifest.interfaces.clone(),
            license: manifest.license.clone(),
            homepage: manifest.homepage.clone(),
            repository: manifest.repository.clone(),
            authors: manifest.authors.clone(),
        }
    }
}

impl ReportedHookImpl {
    fn new(info: HookImplInfo) -> Self {
        let (state, reason) = match info.fit {
            HookImplFit::Fits => (HookImplState::Fits, None),
            HookImplFit::Differs(mismatch) => (HookImplState::Differs, Some(mismatch.to_string())),
            HookImplFit::Pending => {
                let state = if info.options.is_optional { HookImplState::Optional } else { HookImplState::Pending };
                (state, Some("this program does not have the hook".to_owned()))
            }
        };
        let option = |(name, value): (&str, &str)| {
            if value.is_empty() { name.to_owned() } else { format!("{name}={value}") }
        };
        Self { hook: info.hook, options: info.options.pairs().map(option).collect(), state, reason }
    }
}
