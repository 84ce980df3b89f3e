//! Cargo, as somebody starts it from a shell.

use std::{env, process::Command};

/// What cargo tells the programs that it runs of their package. Build scripts that look at it would
/// run again, and with them all that is built upon.
const OF_PACKAGE: [&str; 5] = ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];

/// The cargo that runs this program, without what it has said of this program's package.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in env::vars_os() {
        let is_of_package = |prefix: &&str| name.as_encoded_bytes().starts_with(prefix.as_bytes());
        if name == "OUT_DIR" || OF_PACKAGE.iter().any(is_of_package) {
            cargo.env_remove(name);
        }
    }
    cargo
}
