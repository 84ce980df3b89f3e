//! What builds for other platforms.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tests::workspace;

use crate::{
    process::succeeds,
    standard_library,
    zig::{ZIG, write_program},
};

/// Rust's name of the platform that is checked, and zig's.
pub const CHECKED: (&str, &str) = ("aarch64-apple-darwin", "aarch64-macos");
/// What users run.
const PACKAGES: [&str; 6] =
    ["hookspec", "hookspec-host", "usage-telemetry", "kedro-telemetry", "kedro-trace", "host-demo"];

/// The sources of the standard library, and a C compiler for each platform.
pub struct Tools {
    pub dir: PathBuf,
    pub library: PathBuf,
}

impl Tools {
    pub fn get(dir: &Path) -> Result<Self, String> {
        let library = standard_library::sources(dir)?;
        let tools = Self { dir: dir.to_owned(), library };
        tools.install_zig()?;
        Ok(tools)
    }

    /// Zig, and each of its tools under the name that is asked for.
    fn install_zig(&self) -> Result<(), String> {
        let package = self.dir.join("zig");
        let zig = package.join("ziglang/zig");
        if !zig.exists() {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
            succeeds(pip.arg(&package).arg(ZIG)).map_err(|why| format!("zig cannot be had ({why})"))?;
        }
        let bin = self.dir.join("bin");
        fs::create_dir_all(&bin).map_err(|error| format!("cannot create {}: {error}", bin.display()))?;
        // Rust's name of the platform, which is given to the compiler too, is not zig's.
        let without_target =
            r#"for word; do shift; case "$word" in --target=*) ;; *) set -- "$@" "$word";; esac; done"#;
        let (platform, name) = CHECKED;
        script(
            &bin.join(format!("{platform}-cc")),
            &format!("{without_target}\nexec '{}' cc -target {name} \"$@\"", zig.display()),
        )?;
        script(&bin.join("zig-ar"), &format!("exec '{}' ar \"$@\"", zig.display()))
    }

    pub fn check(&self, platform: &str, name: &str) -> Result<(), String> {
        println!("checking {} for {platform} ({name})", PACKAGES.join(", "));
        let bin = self.dir.join("bin");
        let variable = platform.replace('-', "_");
        let path = env::join_paths(
            [bin.clone()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
        )
        .map_err(|error| error.to_string())?;
        let mut cargo = tests::cargo();
        cargo.args(["check", "--quiet", "-Zbuild-std=std,panic_unwind,panic_abort,proc_macro", "--target", platform]);
        cargo.args(PACKAGES.iter().flat_map(|package| ["-p", package]));
        cargo.arg("--target-dir").arg(self.dir.join("build"));
        cargo.current_dir(workspace()).env("PATH", path);
        standard_library::allow(&mut cargo, &self.library)
            .env(format!("CC_{variable}"), bin.join(format!("{platform}-cc")))
            .env(format!("AR_{variable}"), bin.join("zig-ar"));
        match cargo.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("cargo ended with {status}")),
            Err(error) => Err(format!("cargo cannot be run: {error}")),
        }
    }
}

/// A program of the shell's.
pub fn script(path: &Path, body: &str) -> Result<(), String> {
    let failed = |error| format!("cannot write {}: {error}", path.display());
    write_program(path, &format!("#!/bin/sh\n{body}\n")).map_err(failed)
}
