//! The host and its plugin, as they are released: linked by zig, so that they run on systems older
//! than this one, and for no newer processor than the platform's first.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tests::workspace;

use super::platform::{Platform, System};
use crate::{
    apple_stubs, standard_library,
    target::target,
    zig::{Zig, write_program},
};

/// Where programs and libraries for a platform are.
pub struct Built {
    pub folder: PathBuf,
    platform: &'static Platform,
}

impl Built {
    pub fn host(&self) -> PathBuf {
        self.folder.join(self.platform.program("host-demo"))
    }

    pub fn plugin(&self) -> PathBuf {
        self.folder.join(self.platform.library("kedro_telemetry"))
    }
}

/// Builds both for the platform.
pub fn make(zig: &Zig, platform: &'static Platform) -> Result<Built, String> {
    let mut cargo = tests::cargo();
    cargo.args(["build", "--quiet", "--release", "--lib", "--bins", "-p", "host-demo", "-p", "kedro-telemetry"]);
    // Whoever calls this may have a newer processor.
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"] {
        cargo.env_remove(variable);
    }
    cargo.current_dir(workspace()).stdin(Stdio::null());
    let folder =
        if platform.is_here() { for_here(&mut cargo, zig, platform)? } else { for_other(&mut cargo, zig, platform)? };
    match cargo.status() {
        Ok(status) if status.success() => Ok(Built { folder, platform }),
        Ok(status) => Err(format!("cargo ended with {status}")),
        Err(error) => Err(format!("cargo cannot be run: {error}")),
    }
}

/// Removes all that was built for another platform.
pub fn clean(platform: &Platform) {
    if !platform.is_here() {
        let _ = fs::remove_dir_all(folder_of(platform));
    }
}

/// Of what other tasks have built in release mode all is taken but the crates of this workspace,
/// which are linked anew. With the same packages, so that each crate has the same features.
fn for_here(cargo: &mut Command, zig: &Zig, platform: &Platform) -> Result<PathBuf, String> {
    let linker = zig.compiler(platform.zig, "")?;
    let wrapper = target().join("release-linked/rustc");
    let text = format!("#!/bin/sh\nexec \"$@\" -C linker='{}'\n", linker.display());
    write_program(&wrapper, &text).map_err(|error| format!("cannot write {}: {error}", wrapper.display()))?;
    cargo.args(["-p", "fixture-plugins", "--target-dir"]).arg(target()).env("RUSTC_WORKSPACE_WRAPPER", wrapper);
    Ok(target().join("release"))
}

fn for_other(cargo: &mut Command, zig: &Zig, platform: &Platform) -> Result<PathBuf, String> {
    let library = standard_library::sources(&target().join("platforms"))?;
    let folder = folder_of(platform);
    let triple = platform.triple.replace('-', "_");
    let is_musl = platform.triple.ends_with("musl");
    let words = match platform.system {
        System::MacOs => apple_stubs::write(&folder)?,
        // For musl, zig links statically if nothing else is said.
        System::Linux if is_musl => "-dynamic".to_owned(),
        System::Linux | System::Windows => String::new(),
    };
    let linker = zig.compiler(platform.zig, &words)?;
    cargo.args(["-Zbuild-std=std,panic_unwind,panic_abort", "--target", platform.triple, "--target-dir"]).arg(&folder);
    standard_library::allow(cargo, &library)
        .env(format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase()), &linker)
        .env(format!("CC_{triple}"), &linker)
        .env(format!("AR_{triple}"), zig.archiver()?);
    match platform.system {
        // A program that is linked statically loads no plugin.
        System::Linux if is_musl => {
            cargo.env("RUSTFLAGS", "-Ctarget-feature=-crt-static");
        }
        System::Windows => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let path = std::env::join_paths([zig.dlltool()?].into_iter().chain(std::env::split_paths(&path)));
            cargo.env("PATH", path.map_err(|error| error.to_string())?);
        }
        System::Linux | System::MacOs => {}
    }
    Ok(folder.join(platform.triple).join("release"))
}

fn folder_of(platform: &Platform) -> PathBuf {
    Path::new(&target()).join("release-targets").join(platform.triple)
}
