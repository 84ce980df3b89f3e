//! A project with two pipelines of two nodes, of which each test changes a file.

use std::{collections::BTreeMap, fs, path::Path};

use kedro_project::{Catalog, Config, ConfigSource, Project, Registry};
use tempfile::TempDir;

/// Of which file a test writes another text.
pub const REGISTRY: &str = "src/tea/pipeline_registry.py";
/// The pipeline that has most to do in these tests.
pub const BLACK: &str = "src/tea/pipelines/black/pipeline.py";
/// The other one.
pub const GREEN: &str = "src/tea/pipelines/green/pipeline.py";
/// The functions of the other one's nodes.
pub const GREEN_NODES: &str = "src/tea/pipelines/green/nodes.py";
/// The settings.
pub const SETTINGS: &str = "src/tea/settings.py";
/// The catalog.
pub const CATALOG: &str = "conf/base/catalog.yml";

const PYPROJECT: &str =
    "[tool.kedro]\npackage_name = \"tea\"\nproject_name = \"Tea\"\nkedro_init_version = \"1.7.0\"\n";
const NODES: &str = "def boil(x):\n    return x\n\n\ndef pour(x):\n    return x\n";
const IMPORTS: &str = "from kedro.pipeline import Node, Pipeline, node, pipeline\n\nfrom .nodes import boil, pour\n\n";
const REGISTERED: &str = "pipelines = find_pipelines()\n\
                          pipelines[\"__default__\"] = sum(pipelines.values())\n\
                          return pipelines\n";

/// Names of pipelines and their numbers of nodes, as far as they are known.
pub type Found = BTreeMap<String, Option<u64>>;

/// The project.
pub struct Tea(TempDir);

impl Tea {
    /// As it is at first.
    pub fn new() -> Self {
        let tea = Self(TempDir::new().expect("a folder"));
        for colour in ["green", "black"] {
            let folder = format!("src/tea/pipelines/{colour}");
            let body = format!(
                "return Pipeline([Node(boil, \"{colour}\", \"{colour}1\", name=\"{colour}_boil\"), \
                 Node(pour, \"{colour}1\", \"{colour}2\", name=\"{colour}_pour\")])\n"
            );
            tea.file(&format!("{folder}/__init__.py"), "from .pipeline import create_pipeline\n");
            tea.file(&format!("{folder}/nodes.py"), NODES);
            tea.file(&format!("{folder}/pipeline.py"), &created("", &body));
        }
        for path in ["src/tea/__init__.py", "src/tea/pipelines/__init__.py", SETTINGS, "conf/local/.gitkeep"] {
            tea.file(path, "");
        }
        tea.file(CATALOG, "leaves: {type: pandas.CSVDataset}\nwater: {type: pandas.CSVDataset}\n");
        tea.file("pyproject.toml", PYPROJECT).registry("", REGISTERED);
        tea
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// With another text of a file.
    pub fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
        self
    }

    /// With another body of `register_pipelines`, below what stands before it.
    pub fn registry(&self, before: &str, body: &str) -> &Self {
        let imports =
            "from kedro.framework.project import find_pipelines\nfrom kedro.pipeline import Pipeline, pipeline\n";
        self.file(REGISTRY, &format!("{imports}{before}\n\ndef register_pipelines():\n{}", indented(body)))
    }

    /// With another body of the black pipeline's `create_pipeline`, below what stands before it.
    pub fn black(&self, before: &str, body: &str) -> &Self {
        self.file(BLACK, &created(before, body))
    }

    fn project(&self) -> Project {
        Project::find(self.0.path()).expect("it can be read").expect("a project")
    }

    /// The pipelines; an error where not even their names are known, or Kedro refuses them.
    pub fn pipelines(&self) -> Result<Found, String> {
        match Registry::read(&self.project()) {
            Registry::Known(pipelines) => {
                Ok(pipelines.iter().map(|one| (one.name().to_owned(), one.nodes().ok())).collect())
            }
            Registry::Unknown(reason) | Registry::Invalid(reason) => Err(reason),
            _ => panic!("a registry of a new kind"),
        }
    }

    /// Why Kedro ends commands that need the catalog.
    pub fn refusal(&self) -> Option<String> {
        Registry::refusal(&self.project())
    }

    /// The datasets and their types.
    pub fn datasets(&self) -> Result<BTreeMap<String, String>, String> {
        let source = ConfigSource::of(&self.project(), None).map_err(|error| error.to_string())?;
        let config = Config::load_catalog(&source).map_err(|error| error.to_string())?;
        let catalog = Catalog::from_config(&config).map_err(|error| error.to_string())?;
        Ok(catalog.datasets.into_iter().map(|dataset| (dataset.name, dataset.class_path)).collect())
    }

    /// The names of the datasets.
    pub fn names(&self) -> Vec<String> {
        self.datasets().expect("a catalog").into_keys().collect()
    }
}

fn created(before: &str, body: &str) -> String {
    format!("{IMPORTS}{before}\n\ndef create_pipeline(**kwargs):\n{}", indented(body))
}

fn indented(body: &str) -> String {
    body.lines().map(|line| ["    ", line, "\n"].concat()).collect()
}

/// The numbers that are expected, in the order of the names.
pub fn found(numbers: &[(&str, u64)]) -> Result<Found, String> {
    Ok(numbers.iter().map(|(name, nodes)| ((*name).to_owned(), Some(*nodes))).collect())
}

/// The number of nodes of the black pipeline with this body.
pub fn black(before: &str, body: &str) -> Option<u64> {
    let tea = Tea::new();
    let found = tea.black(before, body).pipelines().expect("the names are known");
    found["black"]
}

/// Why Kedro refuses the project with this body of the black pipeline.
pub fn refused(body: &str) -> String {
    Tea::new().black("", body).pipelines().expect_err("Kedro refuses it")
}
