//! What makes other figures of the same code.

use std::{env::consts, process::Command};

use crate::process::succeeds;

/// Compiler, C library, callgrind and processor: C libraries have other code for other processors.
pub fn here() -> Vec<String> {
    let first_line = |program: &str| {
        let said = succeeds(Command::new(program).arg("--version")).unwrap_or_default();
        said.lines().next().map_or_else(|| format!("{program} unknown"), str::to_owned)
    };
    vec![first_line("rustc"), first_line("ldd"), first_line("valgrind"), processor()]
}

#[cfg(target_arch = "x86_64")]
fn processor() -> String {
    let avx2 = if std::arch::is_x86_feature_detected!("avx2") { "with" } else { "without" };
    format!("{} {avx2} avx2", consts::ARCH)
}

#[cfg(not(target_arch = "x86_64"))]
fn processor() -> String {
    consts::ARCH.to_owned()
}

/// What is another here than there, a line each.
pub fn differences(there: &[String], here: &[String]) -> Vec<String> {
    let differ = here.iter().zip(there).filter(|(here, there)| here != there);
    let mut differences: Vec<_> = differ.map(|(here, there)| format!("with {there}; here is {here}")).collect();
    if there.len() != here.len() {
        differences.push("with what it does not say".to_owned());
    }
    differences
}
