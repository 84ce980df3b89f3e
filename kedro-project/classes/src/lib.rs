//! The dataset classes of kedro and kedro-datasets: by which paths each can be imported, which path
//! Kedro reports for it, and in which releases.
//!
//! This crate is data and knows nobody. The table is `data/dataset_classes.txt`; `data/generate.py`
//! writes it, and says how.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

const TABLE: &str = include_str!("../data/dataset_classes.txt");

/// One row of the table: a path by which a class can be imported in a range of releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// A path by which the class can be imported, `kedro_datasets.pandas.CSVDataset`.
    pub import_path: &'static str,
    /// The path that Kedro reports for it, `kedro_datasets.pandas.csv_dataset.CSVDataset`.
    pub class_path: &'static str,
    /// The first release that has it: of kedro for classes of `kedro`, of kedro-datasets for
    /// others.
    pub first_release: &'static str,
    /// The last release that has it, `None` when the newest in the table does.
    pub last_release: Option<&'static str>,
}

/// Every row, sorted by import path.
pub fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(row)
}

fn row(line: &'static str) -> Option<Row> {
    let (import_path, rest) = line.split_once('\t')?;
    let (class_path, releases) = rest.split_once('\t')?;
    let (first_release, last) = releases.split_once("..")?;
    Some(Row { import_path, class_path, first_release, last_release: Some(last).filter(|last| !last.is_empty()) })
}

/// What Kedro puts before the `type` of a dataset, in the order in which it tries it:
/// `_DEFAULT_PACKAGES` in `kedro/io/core.py`.
pub const PREFIXES: [&str; 3] = ["kedro.io.", "kedro_datasets.", ""];

/// The path that Kedro reports for the class that the newest releases import by `import_path`.
///
/// `None` when they have no such class.
pub fn reported(import_path: &str) -> Option<&'static str> {
    static NEWEST: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let newest = rows().filter(|row| row.last_release.is_none());
        newest.map(|row| (row.import_path, row.class_path)).collect()
    });
    NEWEST.get(import_path).copied()
}

/// The path that Kedro reports for the class that a release imports by `import_path`: this release
/// of kedro-datasets, or the newest when it is `None`. Where that has no such class, it is that of
/// the last release that had one.
///
/// `None` when no release has such a class.
pub fn reported_in(import_path: &str, release: Option<&str>) -> Option<&'static str> {
    let own: Vec<&Row> = BY_IMPORT_PATH.get(import_path)?.iter().collect();
    let has_it = |row: &&&Row| match release.map(numbers) {
        Some(release) if import_path.starts_with("kedro_datasets") => {
            numbers(row.first_release) <= release && row.last_release.is_none_or(|last| release <= numbers(last))
        }
        _ => row.last_release.is_none(),
    };
    let last = || own.iter().max_by_key(|row| row.last_release.map_or(vec![u32::MAX], numbers));
    own.iter().find(has_it).or_else(last).map(|row| row.class_path)
}

/// The releases of kedro-datasets that the table tells apart, oldest first.
pub fn releases() -> Vec<&'static str> {
    let rows = rows().filter(|row| row.import_path.starts_with("kedro_datasets"));
    let mut releases: Vec<&str> = rows.flat_map(|row| [Some(row.first_release), row.last_release]).flatten().collect();
    releases.push(NEWEST_RELEASE);
    releases.sort_unstable_by_key(|release| numbers(release));
    releases.dedup();
    releases
}

/// The newest release of kedro-datasets in the table.
pub const NEWEST_RELEASE: &str = "9.6.0";

/// The numbers of a release, `1.2.3`; what is no number ends it.
fn numbers(release: &str) -> Vec<u32> {
    release.split('.').map_while(|number| number.parse().ok()).collect()
}

static BY_IMPORT_PATH: LazyLock<HashMap<&str, Vec<Row>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Vec<Row>> = HashMap::new();
    for row in rows() {
        all.entry(row.import_path).or_default().push(row);
    }
    all
});

/// Every path that Kedro reports for a class of any release in the table, once each, sorted.
pub fn class_paths() -> impl Iterator<Item = &'static str> {
    CLASS_PATHS.iter().copied()
}

/// The same path if Kedro reports it for a class of any release in the table.
///
/// `None` for whatever is not known to be public.
pub fn public(class_path: &str) -> Option<&'static str> {
    CLASS_PATHS.get(class_path).copied()
}

static CLASS_PATHS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| rows().map(|row| row.class_path).collect());
