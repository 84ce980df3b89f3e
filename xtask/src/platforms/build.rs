//! Building for another platform.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::workspace;

use super::tools::Tools;
use crate::standard_library;

/// Builds into a folder of one platform.
pub struct Build<'a> {
    target: &'static str,
    linker: PathBuf,
    /// What the compiler is told beside.
    flags: &'static str,
    tools: &'a Tools,
    /// Of which workspace.
    pub workspace: PathBuf,
    pub dir: PathBuf,
}

impl<'a> Build<'a> {
    pub fn new(target: &'static str, linker: PathBuf, flags: &'static str, tools: &'a Tools) -> Self {
        Self { target, linker, flags, tools, workspace: workspace().to_owned(), dir: tools.dir.join(target) }
    }

    /// Where programs and libraries are.
    pub fn output(&self) -> PathBuf {
        self.dir.join(self.target).join("debug")
    }

    /// Runs cargo's `command` on `words`, and gives the programs of tests that came of it, with the
    /// names of their package's folder and of the test.
    pub fn cargo(&self, command: &str, words: &[&str]) -> Result<Vec<(String, PathBuf)>, String> {
        let target = self.target;
        println!("{target}: cargo {command} {}", words.join(" "));
        let variable = target.replace('-', "_");
        let of_target = |name: &str| format!("CARGO_TARGET_{}_{name}", variable.to_uppercase());
        let mut cargo = tests::cargo();
        cargo.arg(command).args(["--quiet", "--message-format=json-render-diagnostics", "--target", target]);
        cargo.arg("-Zbuild-std=std,panic_unwind,panic_abort,proc_macro,test");
        cargo.arg("--target-dir").arg(&self.dir).args(words).current_dir(&self.workspace);
        standard_library::allow(&mut cargo, &self.tools.library)
            .env(of_target("LINKER"), &self.linker)
            .env(of_target("RUSTFLAGS"), self.flags)
            .env(format!("CC_{variable}"), &self.linker)
            .env("CARGO_INCREMENTAL", "0")
            // Wine and QEMU take their time, and so do large files.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_STRIP", "symbols")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_TEST_DEBUG", "0");
        let output = cargo.stderr(std::process::Stdio::inherit()).output();
        let output = output.map_err(|error| format!("cargo cannot be run: {error}"))?;
        if !output.status.success() {
            return Err(format!("cargo {command} ended with {}", output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(program).collect())
    }

    /// Removes all that was built.
    pub fn clean(&self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// A test's program that a line of cargo's tells of.
fn program(line: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(line).ok()?;
    if !message.get("profile")?.get("test")?.as_bool()? {
        return None;
    }
    let program = Path::new(message.get("executable")?.as_str()?).to_owned();
    // `…/FOLDER#VERSION` or `…/FOLDER#NAME@VERSION`
    let folder = message.get("package_id")?.as_str()?.rsplit('/').next()?.split('#').next()?;
    let target = message.get("target")?.get("name")?.as_str()?;
    Some((format!("{folder} {target}"), program))
}
