//! The data catalog: the datasets that a project's configuration declares, with the types Kedro
//! reports for them.
//!
//! Follows `kedro.io.DataCatalog` of Kedro 1.7 as it stands when `after_catalog_created` fires:
//! datasets are the entries of the configuration. Entries whose name holds `{` are dataset
//! factories, which make datasets only when a pipeline asks for them, and parameters are kept
//! apart.

mod classes;
mod patterns;
mod validator;

use std::{cmp::Reverse, collections::HashSet, path::PathBuf};

use serde::Serialize;
use serde_yaml::{Mapping, Value};

use crate::config::{Config, place};

/// The datasets and dataset factories of a project.
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Catalog {
    /// Datasets, in the order of the configuration.
    pub datasets: Vec<Dataset>,
    /// Dataset factories, in the order in which Kedro tries them.
    pub factories: Vec<Factory>,
    /// The release of kedro-datasets that the project asks for, if it does.
    #[serde(skip)]
    release: Option<String>,
}

/// A dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// Full path of its class as `DataCatalog.get_type` reports it, for example
    /// `kedro_datasets.pandas.csv_dataset.CSVDataset`; for classes of neither Kedro nor
    /// kedro-datasets, the path as declared; `unknown` where a resolver of the project decides it.
    #[serde(rename = "type")]
    pub class_path: String,
    /// Whether each save makes a new version.
    pub versioned: bool,
    /// Name of the credentials it uses, if it names any.
    pub credentials: Option<String>,
    /// Class path of its validator, if it declares one.
    pub validator: Option<String>,
    /// Its entry in the configuration.
    #[serde(skip)]
    entry: Mapping,
}

/// What a catalog has for the name of a dataset.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resolved {
    /// Where the dataset comes from.
    pub source: ResolvedFrom,
    /// Full path of its class, as Kedro reports it.
    pub class_path: String,
    /// Its configuration, with values for placeholders: YAML can be made of it.
    pub entry: Entry,
}

/// The configuration of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Entry(Mapping);

/// Where a dataset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolvedFrom {
    /// An entry of the catalog.
    Dataset,
    /// A dataset factory.
    Factory,
    /// Neither: it is kept in memory.
    Default,
}

/// The class of datasets that neither an entry nor a factory is for.
const DEFAULT_CLASS: &str = "kedro.io.MemoryDataset";

/// The class of a dataset that a resolver of the project decides.
const UNKNOWN: &str = "unknown";

impl Dataset {
    /// A dataset of which only the name is known.
    fn unknown(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            class_path: UNKNOWN.to_owned(),
            versioned: false,
            credentials: None,
            validator: None,
            entry: Mapping::new(),
        }
    }
}

/// A dataset factory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Factory {
    /// The pattern that names of datasets are matched with, for example `{name}_csv`.
    pub pattern: String,
    /// The type as declared, which may hold placeholders itself.
    #[serde(rename = "type")]
    pub declared_type: Option<String>,
    /// Its entry in the configuration.
    #[serde(skip)]
    entry: Mapping,
}

/// Why a configuration is not a catalog.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// One entry is wrong.
    #[error("{}: catalog entry `{name}` {problem}", place(.path, *.line))]
    Entry {
        /// The file that defines it.
        path: PathBuf,
        /// Its line there, from 1, if known.
        line: Option<usize>,
        /// Name of the entry.
        name: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

impl Catalog {
    /// The catalog that a configuration declares.
    ///
    /// # Errors
    ///
    /// An entry is not what Kedro takes for a dataset or a dataset factory; the error names the
    /// file.
    pub fn from_config(config: &Config) -> Result<Self, CatalogError> {
        let release = config.datasets_release().map(str::to_owned);
        let mut catalog = Self { release, ..Self::default() };
        for (key, value) in config.entries() {
            let Some(name) = key.as_str() else { continue };
            catalog.add(name, value, config.datasets_release()).map_err(|problem| CatalogError::Entry {
                path: config.origin(name).to_owned(),
                line: config.line(name),
                name: name.to_owned(),
                problem,
            })?;
        }
        catalog.sort_factories().map_err(|(pattern, problem)| CatalogError::Entry {
            path: config.origin(&pattern).to_owned(),
            line: config.line(&pattern),
            name: pattern,
            problem,
        })?;
        Ok(catalog)
    }

    /// The patterns of the factories in the order in which Kedro tries them, with its own last.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.factories.iter().map(|factory| &*factory.pattern).chain(["{default}"])
    }

    /// What this catalog has for the name of a dataset that a pipeline uses.
    pub fn resolve(&self, name: &str) -> Resolved {
        if let Some(dataset) = self.datasets.iter().find(|dataset| dataset.name == name) {
            let mut entry = dataset.entry.clone();
            entry.insert("type".into(), dataset.class_path.clone().into());
            return Resolved {
                source: ResolvedFrom::Dataset,
                class_path: dataset.class_path.clone(),
                entry: Entry(entry),
            };
        }
        let made =
            |factory: &Factory| Some(patterns::filled(&factory.entry, &patterns::matched(&factory.pattern, name)?));
        let Some(entry) = self.factories.iter().find_map(made) else {
            let entry = [("type".into(), DEFAULT_CLASS.into())].into_iter().collect();
            return Resolved {
                source: ResolvedFrom::Default,
                class_path: DEFAULT_CLASS.to_owned(),
                entry: Entry(entry),
            };
        };
        let declared = entry.get("type").and_then(Value::as_str).unwrap_or(UNKNOWN);
        let class_path = classes::class_path(declared, self.release.as_deref()).unwrap_or_else(|_| declared.to_owned());
        Resolved { source: ResolvedFrom::Factory, class_path, entry: Entry(entry) }
    }

    fn add(&mut self, name: &str, value: &Value, release: Option<&str>) -> Result<(), String> {
        if let Value::Tagged(_) = value
            && !name.contains('{')
        {
            self.datasets.push(Dataset::unknown(name));
            return Ok(());
        }
        let Value::Mapping(entry) = value else {
            return Err("is not a mapping; give it a `type`, or start its name with `_` if other entries refer to it"
                .to_owned());
        };
        if name.contains('{') {
            self.factories.push(factory(name, entry)?);
            return Ok(());
        }
        let dataset = dataset(name, entry, release)?;
        // Kedro puts the parameters in the place of datasets with these names.
        if name != "parameters" && !name.starts_with("params:") {
            self.datasets.push(dataset);
        }
        Ok(())
    }

    /// Sorts by how specific a pattern is, as Kedro does. Only one pattern may match everything.
    fn sort_factories(&mut self) -> Result<(), (String, String)> {
        self.factories.sort_by_cached_key(|factory| {
            let pattern = &factory.pattern;
            (Reverse(specificity(pattern)), Reverse(pattern.matches('{').count()), pattern.clone())
        });
        match self.factories.as_slice() {
            [.., first, second] if specificity(&first.pattern) == 0 => Err((
                second.pattern.clone(),
                format!("matches every name, and so does `{}`; keep one of them", first.pattern),
            )),
            _ => Ok(()),
        }
    }
}

fn dataset(name: &str, entry: &Mapping, release: Option<&str>) -> Result<Dataset, String> {
    if name.matches('@').count() > 1 {
        return Err("has more than one `@` in its name; keep one".to_owned());
    }
    let validator = entry.get("validator").map(validator::class_path).transpose()?;
    let class_path = match entry.get("type") {
        Some(Value::String(declared)) => classes::class_path(declared, release)?,
        Some(Value::Tagged(_)) => UNKNOWN.to_owned(),
        Some(_) => return Err("has a `type` that is not text; give the path of a class".to_owned()),
        None => {
            return Err("has no `type`; add one, or start its name with `_` if other entries refer to it".to_owned());
        }
    };
    Ok(Dataset {
        name: name.to_owned(),
        class_path,
        versioned: entry.get("versioned").is_some_and(is_truthy),
        credentials: entry.get("credentials").and_then(Value::as_str).map(str::to_owned),
        validator,
        entry: entry.clone(),
    })
}

fn factory(pattern: &str, entry: &Mapping) -> Result<Factory, String> {
    let known: HashSet<String> = placeholders(pattern).into_iter().collect();
    let mut used = Vec::new();
    entry.values().for_each(|value| collect_placeholders(value, &mut used));
    if let Some(unknown) = used.iter().find(|placeholder| !known.contains(*placeholder)) {
        return Err(format!("uses `{unknown}`, which is not in its name; use one of the name's placeholders"));
    }
    Ok(Factory {
        pattern: pattern.to_owned(),
        declared_type: entry.get("type").and_then(Value::as_str).map(str::to_owned),
        entry: entry.clone(),
    })
}

fn collect_placeholders(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.extend(placeholders(text)),
        Value::Sequence(items) => items.iter().for_each(|item| collect_placeholders(item, found)),
        Value::Mapping(entries) => entries.values().for_each(|value| collect_placeholders(value, found)),
        _ => {}
    }
}

/// The `{…}` of a text, braces included.
fn placeholders(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((inner, after)) = after.split_once('}') else { break };
        found.push(format!("{{{inner}}}"));
        rest = after;
    }
    found
}

/// Number of characters outside placeholders.
fn specificity(pattern: &str) -> usize {
    let inside: usize = placeholders(pattern).iter().map(|placeholder| placeholder.chars().count()).sum();
    pattern.chars().count() - inside
}

/// Python's truth of a value. YAML as Kedro reads it has more words for booleans than today's YAML.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !["", "no", "No", "NO", "off", "Off", "OFF"].contains(&text.as_str()),
        Value::Sequence(items) => !items.is_empty(),
        Value::Mapping(entries) => !entries.is_empty(),
        Value::Tagged(_) => true,
    }
}
