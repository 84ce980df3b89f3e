//! The compiler that has built this test, and the library that it has been built with.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The errors of a library that consists of `snippet`. Its messages are joined into lines.
pub fn errors(snippet: &str) -> String {
    let folder = own_folder();
    let source = folder.join("lib.rs");
    fs::write(&source, snippet).unwrap();
    let output = Command::new(compiler())
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--color", "never"])
        .arg("--out-dir")
        .arg(&folder)
        .arg("-L")
        .arg(dependencies())
        .arg("--extern")
        .arg(format!("usage_telemetry={}", library().display()))
        .arg(&source)
        .output()
        .expect("the compiler runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "this compiles:\n{snippet}\n{said}");
    said.split_whitespace().filter(|word| *word != "|").collect::<Vec<_>>().join(" ")
}

/// A folder for each call.
fn own_folder() -> PathBuf {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed).to_string();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("telemetry-messages").join(call);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn compiler() -> PathBuf {
    Path::new(env!("CARGO")).with_file_name(format!("rustc{}", env::consts::EXE_SUFFIX))
}

/// Where cargo has put this test and what it has been built with.
fn dependencies() -> PathBuf {
    env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The newest build of the crate.
fn library() -> PathBuf {
    let files = fs::read_dir(dependencies()).unwrap().map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("libusage_telemetry-") && path.extension().is_some_and(|extension| extension == "rlib")
    };
    files.filter(is_library).max_by_key(|path| path.metadata().unwrap().modified().unwrap()).expect("it has been built")
}
