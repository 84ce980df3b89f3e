//! The files of a new project.

use crate::new::name::Names;

/// The version of Kedro whose behaviour this host follows, and which it writes into new projects.
const KEDRO_VERSION: &str = "1.7.0";

/// Paths relative to the project's root, and contents.
pub(super) fn files(names: &Names) -> Vec<(String, String)> {
    let Names { project, directory, package } = names;
    let source = format!("src/{package}");
    let own = |path: &str, text: String| (path.to_owned(), text);
    vec![
        own("pyproject.toml", pyproject(names)),
        own("requirements.txt", format!("kedro~={KEDRO_VERSION}\n")),
        own("README.md", readme(project)),
        own(".gitignore", GITIGNORE.to_owned()),
        own("conf/base/catalog.yml", CATALOG.to_owned()),
        own("conf/base/parameters.yml", PARAMETERS.to_owned()),
        own("conf/local/credentials.yml", CREDENTIALS.to_owned()),
        own("conf/local/.gitkeep", String::new()),
        own("data/.gitkeep", String::new()),
        (format!("{source}/__init__.py"), format!("\"\"\"{project}\"\"\"\n\n__version__ = \"0.1\"\n")),
        (format!("{source}/__main__.py"), main(directory)),
        (format!("{source}/settings.py"), SETTINGS.to_owned()),
        (format!("{source}/pipeline_registry.py"), REGISTRY.to_owned()),
        (format!("{source}/pipelines/__init__.py"), String::new()),
    ]
}

fn pyproject(Names { project, directory, package }: &Names) -> String {
    format!(
        r#"[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "{package}"
description = "The Kedro project {project}"
readme = "README.md"
requires-python = ">=3.10"
dynamic = ["version"]
dependencies = ["kedro~={KEDRO_VERSION}"]

[project.scripts]
{script} = "{package}.__main__:main"

[tool.setuptools.dynamic]
version = {{ attr = "{package}.__version__" }}

[tool.setuptools.packages.find]
where = ["src"]

[tool.kedro]
package_name = "{package}"
project_name = "{project}"
kedro_init_version = "{KEDRO_VERSION}"
tools = "['None']"
example_pipeline = "False"
source_dir = "src"
"#,
        script = toml::Value::String(directory.clone()),
    )
}

fn readme(project: &str) -> String {
    format!(
        "# {project}\n\n\
         A [Kedro](https://kedro.org) project. Datasets are declared in `conf/base/catalog.yml`, parameters in\n\
         `conf/base/parameters.yml`; what is yours alone, such as credentials, belongs in `conf/local`.\n\n\
         ```sh\npip install -r requirements.txt\nkedro pipeline create my_pipeline\nkedro run\n```\n"
    )
}

fn main(directory: &str) -> String {
    format!(
        r#""""Makes the project runnable: `{directory}`, or `python -m` with the name of its package."""

import sys
from pathlib import Path

from kedro.framework.cli.utils import find_run_command
from kedro.framework.project import configure_project


def main(*args, **kwargs):
    package_name = Path(__file__).parent.name
    configure_project(package_name)
    # An interactive session must outlive the run.
    kwargs["standalone_mode"] = not hasattr(sys, "ps1")
    return find_run_command(package_name)(*args, **kwargs)


if __name__ == "__main__":
    main()
"#
    )
}

/// The part of Kedro's own template that is about Kedro, and what Python leaves.
const GITIGNORE: &str = "\
# What is yours alone: local configuration, and whether usage of your commands may be recorded.
/conf/local/**
!/conf/local/.gitkeep
.telemetry

# Credentials, wherever they are.
/conf/**/*credentials*

# Data does not belong in the history.
/data/**
!/data/**/
!/data/**/.gitkeep

# What Kedro-Viz and logging write.
.viz
*.log

# Python
__pycache__/
*.py[cod]
*.egg-info/
/build/
/dist/
.venv/
.ipynb_checkpoints/
";

const CATALOG: &str = "\
# The datasets of the project: a name, a type, and what the type needs.
#
# companies:
#   type: pandas.CSVDataset
#   filepath: data/companies.csv
";

const PARAMETERS: &str = "# Parameters, which nodes take as inputs under the name `params:<name>`.\n";

const CREDENTIALS: &str = "# Credentials that datasets refer to by name. This file is not kept in git.\n";

const SETTINGS: &str = r#""""Settings of the project; what is not set here has Kedro's default."""

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
}
"#;

const REGISTRY: &str = r#""""The pipelines of the project."""

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline


def register_pipelines() -> dict[str, Pipeline]:
    """Register every pipeline in `pipelines/`, and their sum as the one that runs by default."""
    pipelines = find_pipelines(raise_errors=True)
    pipelines["__default__"] = sum(pipelines.values())
    return pipelines
"#;
