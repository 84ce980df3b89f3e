//! What differs does as it is told to, on each system.

use std::{fs, io::Read};

use super::*;

#[test]
fn a_path_that_is_no_text_is_kept_on_unix() {
    let path = path_of(b"caf\xe9".to_vec());
    assert_eq!(path.is_some(), cfg!(unix));
    assert!(path.is_none_or(|path| bytes_of(&path) == Some(b"caf\xe9")));
}

#[test]
fn a_file_that_another_one_has_replaced_is_not_at_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, "line\nline\n").unwrap();
    let mut file = fs::File::open(&path).unwrap();
    file.read_to_string(&mut String::new()).unwrap();
    assert!(is_at(&file, &path));
    fs::rename(&path, folder.path().join("log.1")).unwrap();
    assert!(!is_at(&file, &path));
    fs::write(&path, "line\n").unwrap();
    assert!(!is_at(&file, &path));
}

#[test]
fn a_folder_of_ones_own_is_told_to_be_that() {
    let folder = tempfile::tempdir().unwrap();
    let access = Access::to(folder.path()).unwrap();
    assert!(access.is_own() && !access.is_open_to_all() && !access.is_open_to_group());
}

#[test]
fn a_process_that_runs_is_not_left_unreaped() {
    assert!(!is_zombie(std::process::id()));
}
