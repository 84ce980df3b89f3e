//! Which release of a plugin is used here.

use hookspec::abi::ABI_VERSION;
use semver::Version;
use serde::Serialize;

use super::{
    address::Address,
    document::{PluginDocument, Release},
};
use crate::cli::{package::Package, platform::platform};

/// A release that can be tried here.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) package: Package,
    pub(crate) version: Version,
    /// Where its library is in the index.
    pub(crate) library: String,
}

/// A release that is left out.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PassedOver {
    pub(crate) version: String,
    pub(crate) reason: String,
}

/// The releases of a plugin, the newest first.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) passed_over: Vec<PassedOver>,
    /// Releases of other versions than the one that is wanted.
    others: Vec<Version>,
}

impl Choice {
    /// Leaves out the first candidate.
    pub(crate) fn pass_over(&mut self, reason: String) {
        let version = self.candidates.remove(0).version.to_string();
        self.passed_over.push(PassedOver { version, reason });
    }

    /// The newer ones that are left out, and why, in a line.
    pub(crate) fn reasons(&self) -> String {
        let told = self.passed_over.iter().map(|one| format!("{} {}", one.version, one.reason));
        let told: Vec<_> = told.take(MAX_TOLD).collect();
        if !told.is_empty() {
            return told.join("; ");
        }
        let others: Vec<_> = self.others.iter().take(MAX_TOLD).map(ToString::to_string).collect();
        if others.is_empty() {
            "there is none".to_owned()
        } else {
            format!("the index has {} of it", others.join(", "))
        }
    }
}

const MAX_TOLD: usize = 8;

/// The releases that can be tried here: of this platform and boundary, and of the version that is
/// wanted, if any is.
pub(crate) fn choose(index: &Address, document: PluginDocument, wanted: Option<&Version>) -> Choice {
    let mut choice = Choice::default();
    let mut elsewhere: Vec<(Version, String)> = Vec::new();
    let here = platform();
    for release in document.releases {
        let (candidate, of_platform) = match read(index, &document.name, release) {
            Ok(read) => read,
            Err(passed_over) => {
                choice.passed_over.push(passed_over);
                continue;
            }
        };
        let version = candidate.version.clone();
        if wanted.is_some_and(|wanted| *wanted != version) {
            choice.others.push(version);
            continue;
        }
        if of_platform != here {
            elsewhere.push((version, of_platform));
            continue;
        }
        match misfit(&candidate, wanted.is_some()) {
            None => choice.candidates.push(candidate),
            Some(reason) => choice.passed_over.push(PassedOver { version: version.to_string(), reason }),
        }
    }
    choice.others.sort_by(|a, b| b.cmp(a));
    choice.others.dedup();
    choice.candidates.sort_by(|a, b| b.version.cmp(&a.version));
    choice.candidates.dedup_by(|later, first| later.version == first.version);
    let newest = choice.candidates.first().map(|candidate| candidate.version.clone());
    for (version, other) in elsewhere {
        let is_here = choice.candidates.iter().any(|candidate| candidate.version == version)
            || choice.passed_over.iter().any(|one| one.version == version.to_string());
        if !is_here && newest.as_ref().is_none_or(|newest| version > *newest) {
            let reason = format!("is there for {other} and not for {here}");
            choice.passed_over.push(PassedOver { version: version.to_string(), reason });
        }
    }
    // What is older than the one that is used needs no reason.
    choice.passed_over.retain(|one| match (Version::parse(&one.version), &newest) {
        (Ok(version), Some(newest)) => version > *newest,
        _ => true,
    });
    choice
}

/// Why a release does not fit, as far as that can be said before it is there.
fn misfit(candidate: &Candidate, is_named: bool) -> Option<String> {
    let abi = candidate.package.manifest.abi;
    if abi != ABI_VERSION {
        return Some(format!("is made for ABI {abi}, and this program has ABI {ABI_VERSION}"));
    }
    (!is_named && !candidate.version.pre.is_empty()).then(|| {
        format!("is a pre-release, which `{}@{}` installs", candidate.package.manifest.name, candidate.version)
    })
}

fn read(index: &Address, name: &str, release: Release) -> Result<(Candidate, String), PassedOver> {
    let text = release.manifest.get().to_owned();
    let unusable = |reason: String| {
        let said: Option<serde_json::Value> = serde_json::from_str(&text).ok();
        let version = said.as_ref().and_then(|said| said.get("version")?.as_str()).unwrap_or("?");
        PassedOver { version: version.to_owned(), reason: format!("cannot be used: {reason}") }
    };
    let package = Package::verified(text.clone(), release.signature).map_err(unusable)?;
    if package.manifest.name != name {
        let other = &package.manifest.name;
        return Err(unusable(format!("it is a package of `{other}`, which {index} gives for `{name}`")));
    }
    let version = package.manifest.semver().map_err(|error| unusable(error.to_string()))?;
    let of_platform = package.manifest.platform.clone();
    Ok((Candidate { package, version, library: release.library }, of_platform))
}
