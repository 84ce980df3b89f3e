//! The table has the shape that its readers expect.

use std::collections::HashMap;

use kedro_dataset_classes::{NEWEST_RELEASE, class_paths, public, releases, reported, reported_in, rows};

const TABLE: &str = include_str!("../data/dataset_classes.txt");

fn data() -> Vec<&'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#')).collect()
}

fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.contains('.') && text.split('.').all(is_name)
}

/// The numbers of `1.2.3`.
fn release(text: &str) -> Option<Vec<u32>> {
    text.split('.')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()
        .filter(|numbers: &Vec<_>| numbers.len() == 3)
}

#[test]
fn it_is_sorted_and_has_nothing_twice() {
    assert!(data().is_sorted_by(|left, right| left < right));
    let mut ranges: HashMap<(&str, &str), Vec<Vec<u32>>> = HashMap::new();
    for row in rows() {
        let known = ranges.entry((row.import_path, row.class_path)).or_default();
        assert!(known.iter().all(|first| *first != release(row.first_release).unwrap()), "{row:?}");
        known.push(release(row.first_release).unwrap());
    }
    let mut newest = HashMap::new();
    for row in rows().filter(|row| row.last_release.is_none()) {
        assert_eq!(newest.insert(row.import_path, row.class_path), None, "{row:?}");
    }
}

#[test]
fn every_line_is_a_row() {
    assert_eq!(rows().count(), data().len());
    assert_eq!(TABLE.lines().filter(|line| line.starts_with('#')).count(), 2);
    for row in rows() {
        assert!(is_path(row.import_path) && is_path(row.class_path), "{row:?}");
        let first = release(row.first_release).unwrap();
        assert!(row.last_release.is_none_or(|last| release(last).unwrap() >= first), "{row:?}");
    }
}

#[test]
fn classes_are_found_by_every_path() {
    assert_eq!(reported("kedro_datasets.pandas.CSVDataset"), Some("kedro_datasets.pandas.csv_dataset.CSVDataset"));
    assert_eq!(reported("kedro.io.MemoryDataset"), Some("kedro.io.memory_dataset.MemoryDataset"));
    assert_eq!(reported("kedro_datasets.tracking.JSONDataset"), None, "the newest release does not have it");
    assert_eq!(reported("CSVDataset"), None);
}

#[test]
fn the_release_decides_which_class_a_path_is() {
    let path = "kedro_datasets.tracking.JSONDataSet";
    let old = "kedro_datasets.tracking.json_dataset.JSONDataSet";
    let new = "kedro_datasets.tracking.json_dataset.JSONDataset";
    for (release, class) in [(Some("1.0.2"), old), (Some("1.8.0"), new), (Some("9.0.0"), new), (None, new)] {
        assert_eq!(reported_in(path, release), Some(class), "{release:?}");
    }
    let writer = reported_in("kedro_datasets.matplotlib.MatplotlibWriter", None);
    assert_eq!(writer, Some("kedro_datasets.matplotlib.matplotlib_writer.MatplotlibWriter"));
    let spark = reported_in("kedro_datasets.spark.SparkDatasetV2", Some("9.6.0"));
    assert_eq!(spark, Some("kedro_datasets.spark.spark_dataset_v2.SparkDatasetV2"));
    assert_eq!(reported_in("acme.Dataset", None), None);
    assert_eq!(releases().last(), Some(&NEWEST_RELEASE));
    assert!(TABLE.lines().next().is_some_and(|line| line.contains(&format!("to {NEWEST_RELEASE};"))));
}

#[test]
fn public_classes_are_those_of_every_release() {
    for path in ["kedro_datasets.tracking.json_dataset.JSONDataset", "kedro.io.lambda_dataset.LambdaDataset"] {
        assert_eq!(public(path), Some(path));
    }
    assert_eq!(public("kedro_datasets.tracking.JSONDataset"), None, "a path of imports is not a class's own");
    assert_eq!(public("kedro_datasets.acme.acme_dataset.AcmeDataset"), None);
    assert!(class_paths().is_sorted_by(|left, right| left < right));
    assert!(class_paths().count() > 100);
}
