//! Finding the configuration files of one environment and reading them.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    io,
    path::{Path, PathBuf},
};

use glob::{MatchOptions, Pattern};
use serde_yaml::{Mapping, Value};
use small_files::FileError;
use walkdir::{DirEntry, WalkDir};

use crate::config::{error::ConfigError, lines::line_of, source::ConfigSource, yaml};

const EXTENSIONS: [&str; 3] = ["yml", "yaml", "json"];
const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// One configuration file.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its content; every key is text.
    pub entries: Mapping,
}

impl SourceFile {
    /// Its top-level keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().filter_map(Value::as_str)
    }
}

/// Reads the files of `environment` that match one of `patterns`, in the order of their paths.
pub(super) fn read(
    source: &ConfigSource,
    environment: &str,
    patterns: &[String],
) -> Result<Vec<SourceFile>, ConfigError> {
    let directory = source.directory(environment);
    if !directory.is_dir() {
        return Err(ConfigError::NoEnvironment { environment: environment.to_owned(), directory });
    }
    let patterns = compile(patterns)?;
    let files: Vec<SourceFile> =
        find(&directory, &patterns)?.iter().map(|path| read_file(path)).collect::<Result<_, _>>()?;
    check_duplicates(&files)?;
    Ok(files)
}

fn compile(patterns: &[String]) -> Result<Vec<Pattern>, ConfigError> {
    patterns
        .iter()
        .map(|pattern| {
            Pattern::new(pattern).map_err(|error| {
                ConfigError::Settings(format!(
                    "the file pattern `{pattern}` in settings.py is invalid: {}; correct it",
                    error.msg
                ))
            })
        })
        .collect()
}

/// Hidden files and what lies in hidden directories is left out, and directories behind links are
/// not entered.
fn find(directory: &Path, patterns: &[Pattern]) -> Result<Vec<PathBuf>, ConfigError> {
    let mut found = Vec::new();
    let is_shown = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    for entry in WalkDir::new(directory).sort_by_file_name().into_iter().filter_entry(is_shown) {
        let entry = entry.map_err(|error| ConfigError::Unreadable {
            path: error.path().unwrap_or(directory).to_owned(),
            problem: error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
        })?;
        let Ok(relative) = entry.path().strip_prefix(directory) else { continue };
        let has_extension =
            relative.extension().and_then(|end| end.to_str()).is_some_and(|end| EXTENSIONS.contains(&end));
        let matches = || patterns.iter().any(|pattern| pattern.matches_path_with(relative, MATCHING));
        if has_extension && matches() && entry.path().is_file() {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

fn read_file(path: &Path) -> Result<SourceFile, ConfigError> {
    let text = read_text(path)
        .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), problem: error.to_string() })?;
    // Kedro reads JSON as the YAML it is, too.
    let invalid_yaml = |error: &serde_yaml::Error| ConfigError::InvalidYaml {
        path: path.to_owned(),
        line: error.location().map(|location| location.line()),
        problem: describe(error),
    };
    let invalid = |problem: String| ConfigError::Invalid { path: path.to_owned(), problem };
    if let Some(line) = yaml::too_deep_at(&text) {
        let problem = "the brackets are nested too deeply".to_owned();
        return Err(ConfigError::InvalidYaml { path: path.to_owned(), line: Some(line), problem });
    }
    if let Some(line) = yaml::too_much_at(&text) {
        let problem = format!("there are more than {} values and brackets; use fewer", yaml::MOST_WRITTEN);
        return Err(ConfigError::InvalidYaml { path: path.to_owned(), line: Some(line), problem });
    }
    let mut value = yaml::parse(&text).map_err(|error| invalid_yaml(&error))?;
    value.apply_merge().map_err(|error| invalid_yaml(&error))?;
    if let Some(tag) = custom_tag(&value) {
        return Err(invalid(format!("the YAML tag `{tag}` cannot be read; remove it")));
    }
    let entries = match value {
        Value::Null => Mapping::new(),
        Value::Mapping(entries) => entries,
        _ => return Err(invalid("must be a mapping of names to values at the top; correct it".to_owned())),
    };
    if let Some(key) = entries.keys().find(|key| !key.is_string()) {
        let key = serde_yaml::to_string(key).unwrap_or_default();
        return Err(invalid(format!("the key `{}` is not text; put it in quotes", key.trim())));
    }
    Ok(SourceFile { path: path.to_owned(), entries })
}

/// The parser's message; for a repeated key its place is that of the mapping, which must be said.
fn describe(error: &serde_yaml::Error) -> String {
    let message = error.to_string();
    let Some((_, rest)) = message.split_once("duplicate entry with key ") else { return message };
    let key = rest.split(" at line ").next().unwrap_or(rest);
    format!("the mapping that starts here has the key {key} twice")
}

/// A tag that is not YAML's own, anywhere in `value`.
fn custom_tag(value: &Value) -> Option<String> {
    match value {
        Value::Tagged(tagged) => Some(tagged.tag.to_string()),
        Value::Sequence(items) => items.iter().find_map(custom_tag),
        Value::Mapping(mapping) => {
            mapping.iter().find_map(|(key, value)| custom_tag(key).or_else(|| custom_tag(value)))
        }
        _ => None,
    }
}

/// Keys that an error names.
const MOST_NAMED: usize = 3;

/// Keys for reference only (`_…`) may be defined by several files.
fn check_duplicates(files: &[SourceFile]) -> Result<(), ConfigError> {
    let mut first_with: HashMap<&str, usize> = HashMap::new();
    let mut pairs = BTreeSet::new();
    for (index, file) in files.iter().enumerate() {
        for key in file.keys().filter(|key| !key.starts_with('_')) {
            let first = *first_with.entry(key).or_insert(index);
            if first != index {
                pairs.insert((first, index));
            }
        }
    }
    let Some((first, second)) = pairs.first().map(|(first, second)| (&files[*first], &files[*second])) else {
        return Ok(());
    };
    let keys: HashSet<&str> = first.keys().filter(|key| !key.starts_with('_')).collect();
    let shared: Vec<&str> = second.keys().filter(|key| keys.contains(key)).collect();
    let named = shared.iter().take(MOST_NAMED).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let keys = match shared.len().checked_sub(MOST_NAMED) {
        Some(more @ 1..) => format!("{named} and {more} more are"),
        _ if shared.len() > 1 => format!("{named} are"),
        _ => format!("{named} is"),
    };
    let lines = shared.first().map(|key| [&first.path, &second.path].map(|path| line_of(path, key)));
    let [first_line, second_line] = lines.unwrap_or_default();
    let (first, second) = (first.path.clone(), second.path.clone());
    Err(ConfigError::Duplicate { keys, first, first_line, second, second_line })
}

fn read_text(path: &Path) -> io::Result<String> {
    let text = small_files::read_text(path, yaml::MAX_FILE).map_err(FileError::into_io)?;
    text.ok_or_else(|| io::ErrorKind::NotFound.into())
}
