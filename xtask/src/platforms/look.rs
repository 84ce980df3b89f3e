//! The tests of the look at libraries as a package of their own, with the little that they need:
//! the host's package has much more built for its tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tests::workspace;

/// Where the package is, made in `dir`.
pub fn package(dir: &Path) -> Result<PathBuf, String> {
    let folder = dir.join("look");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    fs::write(folder.join("Cargo.toml"), manifest()).map_err(failed)?;
    fs::write(folder.join("lib.rs"), "").map_err(failed)?;
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).map_err(failed)?;
    Ok(folder)
}

fn manifest() -> String {
    let at = |path: &str| format!("{:?}", workspace().join(path).display().to_string());
    format!(
        r#"[workspace]

[package]
name = "look-at-libraries"
edition = "2024"

[lib]
path = "lib.rs"

[dependencies]
hookspec = {{ path = {} }}
hookspec-host = {{ path = {}, default-features = false }}

[dev-dependencies]
tempfile = "3"

[[test]]
name = "inspection"
path = {}

[[example]]
name = "smallest_plugin"
path = {}
crate-type = ["cdylib"]
"#,
        at("plugin-api"),
        at("plugin-host"),
        at("plugin-host/tests/inspection/main.rs"),
        at("plugin-host/examples/smallest/plugin.rs"),
    )
}
