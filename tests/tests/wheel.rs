//! What the Python package kedro-telemetry says of itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use tests::workspace;
use toml::Table;

#[test]
fn module_program_plugin_and_package_have_one_version() {
    let of_module = crate_version("kedro-bridge");
    assert_eq!(crate_version("kedro-bridge/program"), of_module, "the program's");
    assert_eq!(crate_version("plugin-impl"), of_module, "the plugin's, which events carry");
    let package = fs::read_to_string(workspace().join("kedro-bridge/python/kedro_telemetry/__init__.py")).unwrap();
    assert!(package.contains(&format!("\n__version__ = \"{of_module}\"\n")), "{package}");
}

fn crate_version(folder: &str) -> String {
    let manifest = fs::read_to_string(workspace().join(Path::new(folder).join("Cargo.toml"))).unwrap();
    let manifest: Table = manifest.parse().unwrap();
    manifest["package"]["version"].as_str().unwrap().to_owned()
}
