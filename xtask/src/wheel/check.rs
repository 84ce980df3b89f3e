//! `cargo xtask wheel --check`: does a wheel hold what it promises?

use std::{env::consts, path::Path};

use super::{contents, installed, native, packed, platform::Platform, replaced};
use crate::os::HAS_GLIBC;

/// Looks at the wheel, into which `endpoint` was built, and runs it if it is for this machine. Folders
/// are made below `dir`.
pub fn check(wheel: &Path, platform: &Platform, endpoint: Option<&str>, dir: &Path) -> Result<(), String> {
    let name = wheel.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (version, tag) = parts(&name).ok_or_else(|| format!("{name} is not named as a wheel is"))?;
    let mut faults = Vec::new();
    if tag != platform.tag {
        faults.push(format!("{name} is not tagged {}", platform.tag));
    }
    let files = packed::read(wheel)?;
    for file in &files {
        println!("       {:>9} {}", file.content.len(), file.name);
    }
    faults.extend(contents::faults(&files, version, tag));
    faults.extend(native::faults(&files));
    if !faults.is_empty() {
        return Err(format!("{name}:\n  {}", faults.join("\n  ")));
    }
    println!("ok     {} files in {name}", files.len());
    if !runs_here(platform) {
        println!("skipped: {} is not this machine, and the wheel was not run", platform.triple);
        return Ok(());
    }
    installed::check(wheel, version, endpoint, dir)?;
    replaced::check(wheel, version, dir)
}

/// Version and platforms in a wheel's name.
fn parts(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("kedro_telemetry-")?.strip_suffix(".whl")?.split_once("-cp310-abi3-")
}

fn runs_here(platform: &Platform) -> bool {
    HAS_GLIBC && platform.triple == format!("{}-unknown-linux-gnu", consts::ARCH)
}
