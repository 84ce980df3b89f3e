//! A project of Kedro, made by writing files.

use std::{fs, io, path::Path};

/// How many nodes it has.
pub const NODES: usize = 50;

/// Each of so many nodes writes a file; what the others make stays in memory.
const NODES_TO_A_FILE: usize = 10;

const PYPROJECT: &str = r#"[tool.kedro]
package_name = "fifty"
project_name = "Fifty"
kedro_init_version = "1.7.0"
source_dir = "src"
"#;

const REGISTRY: &str = r#"from kedro.pipeline import node, pipeline


def following(number):
    return {"number": number["number"] + 1}


def register_pipelines():
    nodes = [node(following, f"data_{n}", f"data_{n + 1}", name=f"node_{n}") for n in range(NODES)]
    return {"__default__": pipeline(nodes)}
"#;

/// Writes it into the folder `dir`: a chain of nodes from one small file to others.
pub fn write_project(dir: &Path) -> io::Result<()> {
    let package = dir.join("src/fifty");
    let conf = dir.join("conf/base");
    for folder in [&package, &conf, &dir.join("conf/local"), &dir.join("data")] {
        fs::create_dir_all(folder)?;
    }
    fs::write(dir.join("pyproject.toml"), PYPROJECT)?;
    fs::write(dir.join("data/data_0.json"), r#"{"number": 0}"#)?;
    fs::write(conf.join("catalog.yml"), catalog())?;
    fs::write(conf.join("parameters.yml"), "factor: 1\n")?;
    fs::write(package.join("__init__.py"), "")?;
    fs::write(package.join("settings.py"), "")?;
    fs::write(package.join("pipeline_registry.py"), REGISTRY.replace("NODES", &NODES.to_string()))
}

fn catalog() -> String {
    let entry = |n| format!("data_{n}:\n  type: json.JSONDataset\n  filepath: data/data_{n}.json\n\n");
    (0..=NODES).step_by(NODES_TO_A_FILE).map(entry).collect()
}
