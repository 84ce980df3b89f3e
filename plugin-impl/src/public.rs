//! What is public, and so may be sent as it is: classes and libraries by name, tools that Kedro's
//! template offers, words of version numbers. Whatever else stands in their place is the user's
//! own: a class of a private fork, a tool written into `pyproject.toml`, the branch that an
//! interpreter was built from.
//!
//! kedro-telemetry 0.9.0 counts every class whose path begins with `kedro_datasets.`, `kedro.io.`
//! or `kedro_datasets_experimental.`, and sends tools, the example pipeline and versions as they
//! are written. Here a class has to be known to be public, by its whole path.

use serde_json::Value;

use crate::mask::MASK;

/// What is the user's own is sent as this.
pub const CUSTOM: &str = "custom";
const VALIDATOR_LIBRARIES: [&str; 5] = ["pandera", "pydantic", "great_expectations", "kedro", "kedro_datasets"];
/// What `kedro new` writes, from 0.19 to 1.7.
const TOOLS: [&str; 8] =
    ["Linting", "Testing", "Custom Logging", "Documentation", "Data Structure", "PySpark", "Kedro Viz", "None"];
/// `kedro new` writes the first two; people write the others.
const ANSWERS: [&str; 8] = ["True", "False", "true", "false", "yes", "no", "y", "n"];
/// Words of `sys.version`, `rustc --version` and version numbers, in lower case.
const VERSION_WORDS: &str = include_str!("../data/version_words.txt");
/// A date without separators; a longer number is not a version's.
const MAX_DIGITS: usize = 8;
/// Lengths of abbreviated and whole commit ids.
const COMMIT_ID: std::ops::RangeInclusive<usize> = 7..=40;

/// The class of a dataset, if it is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatasetType(&'static str);

impl DatasetType {
    /// The class at `path`, which is [`CUSTOM`] unless it is one of Kedro's own libraries.
    #[must_use]
    pub fn of(path: &str) -> Self {
        Self(kedro_dataset_classes::public(path).unwrap_or(CUSTOM))
    }

    /// What is sent.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0
    }
}

/// Every dataset class that is sent by its path.
#[cfg(any(test, feature = "internals"))]
pub fn dataset_classes() -> impl Iterator<Item = &'static str> {
    kedro_dataset_classes::class_paths()
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#'))
}

/// Every word that this module lets pass.
#[cfg(feature = "internals")]
pub fn words() -> impl Iterator<Item = &'static str> {
    dataset_classes().chain(VALIDATOR_LIBRARIES).chain(TOOLS).chain(ANSWERS).chain(lines(VERSION_WORDS)).chain([CUSTOM])
}

/// The library of a validator, if it is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidatorLibrary(&'static str);

impl ValidatorLibrary {
    /// The library of the class at `path`.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let library = path.split('.').next().unwrap_or_default();
        Self(VALIDATOR_LIBRARIES.into_iter().find(|known| *known == library).unwrap_or(CUSTOM))
    }

    /// What is sent.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0
    }
}

/// The tools that a project was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tools(String);

impl Tools {
    /// Of names separated by `", "`. All that `kedro new` does not offer are [`CUSTOM`] together,
    /// at the end.
    #[must_use]
    pub fn of(names: &str) -> Self {
        let mut known: Vec<&str> = Vec::new();
        let mut has_custom = false;
        for name in names.split(", ") {
            match TOOLS.into_iter().find(|tool| *tool == name) {
                Some(tool) => known.push(tool),
                None => has_custom = true,
            }
        }
        known.extend(has_custom.then_some(CUSTOM));
        Self(known.join(", "))
    }

    /// What is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a project was made with an example.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamplePipeline(Value);

impl ExamplePipeline {
    /// Of the value in `pyproject.toml`: yes and no in the usual spellings, and [`CUSTOM`] for
    /// anything else.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let is_answer = match value {
            Value::Bool(_) => true,
            Value::String(text) => ANSWERS.contains(&text.as_str()),
            _ => false,
        };
        Self(if is_answer { value.clone() } else { CUSTOM.into() })
    }

    /// What is sent.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }
}

/// A version, of which only what versions are made of is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Of what a host says. Numbers, commit ids, punctuation and the words of versions stay; every
    /// other word becomes `*****`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let is_in_word = |c: char| c.is_alphanumeric() || c == '_' || !c.is_ascii();
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_in_word) {
            let (between, word) = rest.split_at(start);
            let end = word.find(|c| !is_in_word(c)).unwrap_or(word.len());
            kept.push_str(between);
            kept.push_str(if is_version_word(&word[..end]) { &word[..end] } else { MASK });
            rest = &word[end..];
        }
        kept.push_str(rest);
        Self(kept)
    }

    /// What is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `12`, `gcc`, `3rc1`, `a1b2c3d`: digits around at most one known word, or a commit's id.
fn is_version_word(word: &str) -> bool {
    let after = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let letters = after.trim_end_matches(|c: char| c.is_ascii_digit());
    let (before, behind) = (word.len() - after.len(), after.len() - letters.len());
    let is_short = before <= MAX_DIGITS && behind <= MAX_DIGITS;
    // Most words are numbers, and every event has some: those are not looked up.
    if letters.is_empty() {
        return is_short;
    }
    let is_known = |word: &str| lines(VERSION_WORDS).any(|known| known.eq_ignore_ascii_case(word));
    is_commit_id(word) || is_known(word) || is_short && letters != word && is_known(letters)
}

fn is_commit_id(word: &str) -> bool {
    COMMIT_ID.contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_lowercase())
}

/// The name of the host's runtime: a word in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuntimeName<'a>(&'a str);

impl<'a> RuntimeName<'a> {
    /// `None` when it is not such a word.
    #[must_use]
    pub fn of(name: &'a str) -> Option<Self> {
        let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        (!name.is_empty() && name.bytes().all(is_word)).then_some(Self(name))
    }

    /// What is sent.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }
}
