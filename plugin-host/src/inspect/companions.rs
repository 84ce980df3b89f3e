//! What else the system would load because a library says so.
//!
//! A library names those that it needs, and folders to look for them in. Code is run from there
//! before anybody can look at it, so that each place must be one where nobody else can put any.

use std::path::{Path, PathBuf};

use crate::{
    error::{CompanionProblem, LoadProblem},
    os,
    trust::Judge,
};

/// How the paths of one format of libraries are read.
pub(super) struct Rules {
    /// What stands for a folder at the beginning of a path, and the folder.
    pub(super) origins: Vec<(&'static str, PathBuf)>,
    /// Whether the system takes the rest of a path as it is.
    pub(super) is_plain: fn(&[u8]) -> bool,
}

/// Judges what one library names.
pub(super) struct Companions<'a> {
    judge: &'a Judge,
    rules: Rules,
    /// Whether a path begins at the folder of the library.
    pub(super) uses_origin: bool,
    /// Whether a path is named at all.
    pub(super) names_paths: bool,
}

impl<'a> Companions<'a> {
    pub(super) fn new(judge: &'a Judge, rules: Rules) -> Self {
        Self { judge, rules, uses_origin: false, names_paths: false }
    }

    /// The path that is meant by `value`, which stands in `entry`: an absolute one.
    pub(super) fn resolve(&mut self, entry: &'static str, value: &[u8]) -> Result<PathBuf, LoadProblem> {
        self.names_paths = true;
        let found = self.rules.origins.iter().find(|(token, _)| value.starts_with(token.as_bytes()));
        let rest = found.map_or(value, |(token, _)| &value[token.len()..]);
        let is_plain = (self.rules.is_plain)(rest) && !rest.iter().any(u8::is_ascii_control);
        let Some(rest) = os::path_of(rest).filter(|_| is_plain) else {
            return Err(CompanionProblem::NotPlain { entry, value: shown(value), origin: self.origin() }.into());
        };
        if let Some((_, folder)) = found {
            self.uses_origin = true;
            let mut path = folder.clone().into_os_string();
            path.push(rest);
            return Ok(path.into());
        }
        if rest.has_root() { Ok(rest) } else { Err(self.relative(entry, value)) }
    }

    /// The error of an `entry` whose `value` leads into the current directory.
    pub(super) fn relative(&self, entry: &'static str, value: &[u8]) -> LoadProblem {
        CompanionProblem::Relative { entry, value: shown(value), origin: self.origin() }.into()
    }

    /// Refuses a `path`, of which `value` in `entry` tells, where others could have put code.
    /// Whether there is anything at all, as far as that counts.
    pub(super) fn check(&self, entry: &'static str, value: &[u8], path: &Path) -> Result<bool, LoadProblem> {
        self.judge.check_reachable(path).map_err(|problem| match problem {
            LoadProblem::Untrusted(file) => CompanionProblem::Untrusted { entry, value: shown(value), file }.into(),
            other => other,
        })
    }

    fn origin(&self) -> &'static str {
        self.rules.origins.first().map_or("", |(token, _)| token)
    }
}

fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
