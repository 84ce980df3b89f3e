//! Calls across the boundaries of others, by a package of its own.

use serde_json::Value;
use tests::{cargo, workspace};

use crate::{process::succeeds, target::target};

/// Nanoseconds for a call of none, one, ten and a hundred.
pub struct Peers {
    /// Through stabby's trait objects.
    pub stabby: Vec<f64>,
    /// In WebAssembly, through wasmtime's typed functions.
    pub wasmtime: Vec<f64>,
}

/// Builds and measures them.
pub fn measure(sizes: usize) -> Result<Peers, String> {
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--release", "--locked", "--manifest-path"]);
    cargo.arg(workspace().join("tests/peers/Cargo.toml")).arg("--target-dir").arg(target().join("peers"));
    let output = succeeds(&mut cargo)?;
    let figures: Value = serde_json::from_str(&output).map_err(|error| format!("the peers' figures: {error}"))?;
    let of = |peer: &str| {
        let figures = figures[peer].as_array().into_iter().flatten().filter_map(Value::as_f64).collect::<Vec<_>>();
        if figures.len() == sizes { Ok(figures) } else { Err(format!("the figures of {peer} are incomplete")) }
    };
    Ok(Peers { stabby: of("stabby")?, wasmtime: of("wasmtime")? })
}
