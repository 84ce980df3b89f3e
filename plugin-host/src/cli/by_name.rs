//! Installs a plugin by its name, from an index.

use std::{fs::File, path::Path};

use semver::Version;
use tempfile::NamedTempFile;

use crate::{
    cli::{
        directories,
        index::{self, Address, Candidate, Choice, IndexError, PassedOver, Patience, PluginDocument},
        install::{self, Incoming, InstallError, Installed, Promised},
        keys::{Consent, PublicKey, Signer, TrustError, decide},
        locked::{self, LockError, LockedPlugin, Origin},
        progress::Progress,
        trial::Trial,
    },
    message::warn,
};

/// So many releases are tried, the newest first, before there is no use in it.
const MAX_TRIES: usize = 5;

/// Why a plugin was not installed by its name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ByNameError {
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The library cannot be installed.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// The signature is not one that is believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// What was installed is not known.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// What is to be installed, and how.
pub(crate) struct Order<'a> {
    pub(crate) name: &'a str,
    /// This version alone.
    pub(crate) version: Option<&'a Version>,
    /// Only what is newer than this.
    pub(crate) newer_than: Option<&'a Version>,
    pub(crate) index: &'a Address,
    /// Keys that are trusted for any plugin.
    pub(crate) known_keys: &'a [PublicKey],
    pub(crate) consent: &'a Consent,
    pub(crate) allows_older: bool,
    /// By which command.
    pub(crate) command: &'static str,
}

/// What came of it.
pub(crate) struct Outcome {
    /// `None` when what is there is the newest that fits.
    pub(crate) installed: Option<Installed>,
    /// Newer releases that do not fit.
    pub(crate) passed_over: Vec<PassedOver>,
}

/// Installs the newest release that works with this program.
pub(crate) fn install(trial: &Trial<'_>, order: &Order<'_>) -> Result<Outcome, ByNameError> {
    let document = PluginDocument::read(order.index, order.name)?;
    let mut choice = index::choose(order.index, document, order.version);
    for _ in 0..MAX_TRIES {
        let Some(candidate) = choice.candidates.first() else { break };
        if order.newer_than.is_some_and(|installed| candidate.version <= *installed) {
            return Ok(Outcome { installed: None, passed_over: choice.passed_over });
        }
        match install_candidate(trial, order, candidate) {
            Ok(installed) => return Ok(Outcome { installed: Some(installed), passed_over: choice.passed_over }),
            Err(error) => choice.pass_over(misfit(error)?),
        }
    }
    Err(none_fits(order, &choice).into())
}

/// Why a release does not work here, though it is what its author has signed; any other error ends
/// the command.
fn misfit(error: ByNameError) -> Result<String, ByNameError> {
    match error {
        ByNameError::Install(InstallError::Unsound { problem, .. }) => Ok(format!("does not work here: {problem}")),
        ByNameError::Install(InstallError::Useless { .. }) => Ok("has none of this program's hooks".to_owned()),
        error => Err(error),
    }
}

fn none_fits(order: &Order<'_>, choice: &Choice) -> IndexError {
    IndexError::NoneFits { name: order.name.to_owned(), reasons: choice.reasons() }
}

fn install_candidate(trial: &Trial<'_>, order: &Order<'_>, candidate: &Candidate) -> Result<Installed, ByNameError> {
    let manifest = &candidate.package.manifest;
    let locked = locked_now(trial, &manifest.name)?;
    if let Some(locked) = locked.as_ref().filter(|_| !order.allows_older) {
        install::check_not_older(&manifest.name, &manifest.version, locked)?;
    }
    let signer = signer_of(manifest.key.as_deref(), Signer::Nobody);
    let before = locked.and_then(|locked| locked.key);
    let key_before = before.as_deref().and_then(|key| PublicKey::parse(key).ok());
    decide(&manifest.name, &signer, key_before.as_ref(), order.known_keys, order.consent)?;
    let library = download(order.index, candidate)?;
    let address = order.index.of(&candidate.library);
    let incoming = Incoming {
        library: library.path(),
        shown_as: Path::new(&address),
        origin: Origin {
            place: address.clone(),
            index: Some(order.index.to_string()),
            key: manifest.key.clone(),
            command: order.command,
        },
        promised: Some(Promised { name: &manifest.name, version: &manifest.version, digest: &manifest.digest }),
        key_before: before,
        allows_older: order.allows_older,
        allows_useless: false,
    };
    Ok(install::install(trial, &incoming)?)
}

/// Who has signed what names this key.
pub(crate) fn signer_of(key: Option<&str>, nobody: Signer) -> Signer {
    key.and_then(|key| PublicKey::parse(key).ok()).map_or(nobody, Signer::Key)
}

/// What is installed under this name.
pub(crate) fn locked_now(trial: &Trial<'_>, name: &str) -> Result<Option<LockedPlugin>, ByNameError> {
    let Some(dir) = directories::of_user(trial.program) else { return Err(InstallError::NoHome.into()) };
    Ok(locked::of_plugin(&dir, name)?)
}

/// Downloads the library of a release into a file that is gone when it is dropped.
fn download(index: &Address, candidate: &Candidate) -> Result<NamedTempFile, IndexError> {
    let size = candidate.package.manifest.size;
    let place = &candidate.library;
    let missing = || index.unreachable(place, "there is no such file".to_owned());
    let mut from = index.open(place, Patience::Library(size))?.ok_or_else(missing)?;
    let file = NamedTempFile::new().map_err(IndexError::Temporary)?;
    let mut into: File = file.reopen().map_err(IndexError::Temporary)?;
    let mut progress = Progress::new(&candidate.package.manifest.name, size);
    let done = index::download(&mut *from, &mut into, size, &mut |done| progress.set(done));
    drop(progress);
    let done = done.map_err(|error| index.unreachable(place, error.to_string()))?;
    if done != size {
        let reason = if done < size { "it ends too early" } else { "it is longer than what was promised" };
        return Err(index.invalid(place, reason.to_owned()));
    }
    Ok(file)
}

/// Says why newer releases are not used.
pub(crate) fn tell_passed_over(name: &str, passed_over: &[PassedOver]) {
    for one in passed_over {
        warn(&format!("{name} {} {}", one.version, one.reason));
    }
}
