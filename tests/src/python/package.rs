//! The package kedro-telemetry, put together from what the tests build: as the wheel has it, but not
//! packed.

use std::{env::consts, fs, io, path::Path};

use toml::{Table, Value};

use crate::{Artifacts, copy_dir, os, workspace};

/// Puts the package into the folder `site_packages`, in place of any other of its name.
///
/// # Errors
/// When a file cannot be written.
pub fn install_package(artifacts: &Artifacts, site_packages: &Path) -> io::Result<()> {
    let package = site_packages.join("kedro_telemetry");
    if package.exists() {
        fs::remove_dir_all(&package)?;
    }
    copy_dir(&workspace().join("kedro-bridge/python/kedro_telemetry"), &package);
    let module = artifacts.library("_native");
    fs::copy(module, package.join(os::PYTHON_MODULE))?;
    let program = artifacts.binary("kedro-plugin-host");
    fs::copy(&program, package.join(program.file_name().unwrap_or_default()))?;
    let plugins = package.join("plugins");
    fs::create_dir_all(&plugins)?;
    let telemetry = artifacts.telemetry();
    fs::copy(&telemetry, plugins.join(telemetry.file_name().unwrap_or_default()))?;
    describe(site_packages)
}

/// What Python knows of an installed package: name, version, entry points.
fn describe(site_packages: &Path) -> io::Result<()> {
    let project = fs::read_to_string(workspace().join("kedro-bridge/pyproject.toml"))?;
    let project: Table = project.parse().map_err(io::Error::other)?;
    let crate_of_module = fs::read_to_string(workspace().join("kedro-bridge/Cargo.toml"))?;
    let crate_of_module: Table = crate_of_module.parse().map_err(io::Error::other)?;
    let version = crate_of_module["package"]["version"].as_str().unwrap_or_default().to_owned();
    let folder = site_packages.join(format!("kedro_telemetry-{version}.dist-info"));
    fs::create_dir_all(&folder)?;
    let metadata = format!("Metadata-Version: 2.4\nName: kedro-telemetry\nVersion: {version}\n");
    fs::write(folder.join("METADATA"), metadata)?;
    fs::write(folder.join("INSTALLER"), format!("{}\n", consts::OS))?;
    fs::write(folder.join("entry_points.txt"), entry_points(&project))
}

/// As the file `entry_points.txt` has them.
fn entry_points(project: &Table) -> String {
    let groups = project["project"]["entry-points"].as_table();
    let line = |(name, value): (&String, &Value)| format!("{name} = {}\n", value.as_str().unwrap_or_default());
    let section = |(group, points): (&String, &Value)| {
        let points: String = points.as_table().into_iter().flatten().map(line).collect();
        format!("[{group}]\n{points}\n")
    };
    groups.into_iter().flatten().map(section).collect()
}
