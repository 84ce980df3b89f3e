//! A project read through what this crate has public.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::{fs, path::Path};

use kedro_project::{Catalog, CatalogError, Config, ConfigError, ConfigSource, Project, ProjectError, Registry};
use tempfile::TempDir;

const PYPROJECT: &str = "\
[tool.kedro]
package_name = \"shop\"
project_name = \"The Shop\"
kedro_init_version = \"1.7.0\"
";
const REGISTRY: &str = "\
from acme import made
from kedro.pipeline import Pipeline, node


def register_pipelines():
    one = Pipeline([node(len, \"a\", \"b\"), node(len, \"b\", \"c\")])
    return {\"one\": one, \"__default__\": one, \"computed\": Pipeline(made())}
";

/// A project of these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn shop(catalog: &str) -> TempDir {
    folder(&[
        ("pyproject.toml", PYPROJECT),
        ("conf/base/catalog.yml", catalog),
        ("conf/local/.gitkeep", ""),
        ("src/shop/pipeline_registry.py", REGISTRY),
    ])
}

fn project(folder: &Path) -> Project {
    Project::find(folder).expect("it can be read").expect("a project")
}

#[test]
fn a_project_its_catalog_and_its_pipelines() {
    let folder = shop("cars: {type: pandas.CSVDataset, versioned: true}\n\"{name}_csv\": {type: pandas.CSVDataset}\n");
    let project = project(&folder.path().join("conf"));
    assert_eq!((project.package_name(), project.project_name()), ("shop", "The Shop"));
    assert_eq!(project.package_dir(), project.root().join("src/shop"));

    let source = ConfigSource::of(&project, None).expect("a source");
    assert_eq!(source.environment(), "local");
    let config = Config::load_catalog(&source).expect("a configuration");
    assert_eq!(config.files(), [project.root().join("conf/base/catalog.yml")]);
    let catalog = Catalog::from_config(&config).expect("a catalog");
    assert_eq!(catalog.datasets[0].class_path, "kedro_datasets.pandas.csv_dataset.CSVDataset");
    assert!(catalog.datasets[0].versioned);
    assert_eq!(catalog.factories[0].pattern, "{name}_csv");

    let Registry::Known(pipelines) = Registry::read(&project) else { panic!("its pipelines are known") };
    let known: Vec<(&str, Option<u64>)> = pipelines.iter().map(|one| (one.name(), one.nodes().ok())).collect();
    assert_eq!(known, [("__default__", Some(2)), ("computed", None), ("one", Some(2))]);
    let reason = pipelines[1].nodes().expect_err("it is computed");
    assert!(reason.ends_with("pipeline_registry.py:7: what acme.made() gives is not known"), "{reason}");
}

#[test]
fn errors_name_the_place() {
    let nothing = TempDir::new().expect("a folder");
    assert_eq!(Project::find(nothing.path()).expect("it can be read"), None);

    let old = folder(&[("pyproject.toml", &PYPROJECT.replace("1.7.0", "0.18.0"))]);
    assert!(matches!(Project::find(old.path()), Err(ProjectError::Invalid { .. })));

    let folder = shop("cars: {filepath: cars.csv}\n");
    let project = project(folder.path());
    let config = Config::load_catalog(&ConfigSource::of(&project, None).expect("a source")).expect("a configuration");
    let CatalogError::Entry { path, name, .. } = Catalog::from_config(&config).expect_err("no type") else {
        panic!("an entry is wrong")
    };
    assert_eq!((path, &*name), (project.root().join("conf/base/catalog.yml"), "cars"));

    let source = ConfigSource::of(&project, Some("prod")).expect("a source");
    assert!(matches!(Config::load_catalog(&source), Err(ConfigError::NoEnvironment { .. })));
}
