//! This platform's own library of an example plugin.

use std::{
    env::{
        self,
        consts::{DLL_PREFIX, DLL_SUFFIX},
    },
    fs,
    path::PathBuf,
};

use hookspec_host::{LoadProblem, inspect};

use crate::{one_line, refused};

/// How much of a file headers and tables take, mostly.
const HEAD: usize = 4096;

/// The plugin of the example `smallest`, which cargo builds beside the tests; said to be missing
/// where only this test was built.
fn library() -> Option<PathBuf> {
    let program = env::current_exe().unwrap();
    let folder = program.ancestors().nth(2).unwrap().join("examples");
    let path = folder.join(format!("{DLL_PREFIX}smallest_plugin{DLL_SUFFIX}"));
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: there is no {}; `cargo test -p hookspec-host` builds it", path.display());
    None
}

#[test]
fn a_whole_library_is_a_plugin() {
    let Some(path) = library() else { return };
    let manifest = inspect(&path).unwrap();
    assert_eq!(manifest.api_version, hookspec::VERSION);
}

#[test]
fn a_library_cut_short_at_any_length_is_refused() {
    let Some(library) = library() else { return };
    let bytes = fs::read(library).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("libplugin.bin");
    fs::write(&path, &bytes).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    let len = bytes.len();
    let mut lengths: Vec<usize> = (1..60).map(|cut| len - cut).collect();
    lengths.extend((0..100).map(|part| len / 100 * part));
    lengths.extend((0..1024).step_by(17));
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let count = lengths.len();
    for len in lengths {
        file.set_len(len as u64).unwrap();
        let error = inspect(&path).expect_err("the file is refused");
        one_line(&path, &error);
        let is_said = matches!(error.problem, LoadProblem::Truncated { found, expected } if found < expected)
            || matches!(error.problem, LoadProblem::NotALibrary(_));
        assert!(is_said, "{len}: {error}");
    }
    println!("damages refused: {count}");
}

#[test]
fn damage_to_headers_never_stops_the_look() {
    let Some(library) = library() else { return };
    let mut bytes = fs::read(library).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("libplugin.bin");
    fs::write(&path, &bytes).unwrap();
    let mut count = 0;
    for at in (0..HEAD).step_by(37) {
        let sound = bytes[at];
        bytes[at] = sound ^ 0x81;
        write_at(&path, at, bytes[at]);
        if let Err(error) = inspect(&path) {
            one_line(&path, &error);
            count += 1;
        }
        bytes[at] = sound;
        write_at(&path, at, sound);
    }
    assert!(count > 5, "{count} damages were seen");
    println!("damages refused: {count}");
    assert!(inspect(&path).is_ok());
    refused(&path, &bytes[..bytes.len() / 2]);
}

fn write_at(path: &std::path::Path, at: usize, byte: u8) {
    use std::io::{Seek, SeekFrom, Write};
    let mut file = fs::File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(&[byte]).unwrap();
}
