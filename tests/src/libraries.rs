//! Libraries in C, linked as a test wants them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use hookspec::abi::{ROOT_SIZE, ROOT_SYMBOL};

/// Leaves a file where `FIXTURE_TRACE` says, as soon as it is loaded.
const LEAVES_A_TRACE: &str = r#"
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void loaded(void) {
    const char *path = getenv("FIXTURE_TRACE");
    FILE *file = path ? fopen(path, "w") : 0;
    if (file) fclose(file);
}
"#;

/// Builds the library `path` of C that leaves a file where `FIXTURE_TRACE` says when it is loaded.
pub fn build_tracing(path: &Path) {
    build(path, LEAVES_A_TRACE, &[], Path::new("/"));
}

/// Builds the library `path` of C with the manifest of a plugin and all that a look at it asks for,
/// which the system loads, and which then turns out not to be one. `flags` are the linker's, who
/// stands in `from`; `code` is added to it.
pub fn build_plugin_like(path: &Path, code: &str, flags: &[String], from: &Path) {
    let name = path.file_stem().unwrap().to_string_lossy().trim_start_matches("lib").to_owned();
    let source = format!(
        r#"
__attribute__((section(".plugin_api"), used)) static const char manifest[] =
    "plugin-api manifest 1\nname={name}\nversion=1\napi=0.1.0\nabi=2\n";
const char {ROOT_SYMBOL}[{ROOT_SIZE}] __attribute__((aligned(16))) = {{0}};
{code}
"#
    );
    build(path, &source, flags, from);
}

fn build(path: &Path, source: &str, flags: &[String], from: &Path) {
    let file = PathBuf::from(format!("{}.c", path.display()));
    fs::write(&file, source).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-Wl,--no-as-needed", "-o"]).arg(path).arg(&file).args(flags).current_dir(from);
    let output = cc.output().expect("cc is there, as for building any Rust program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_file(file).unwrap();
}
