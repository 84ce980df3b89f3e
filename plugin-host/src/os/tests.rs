//! What differs does as it is told to, on each system.

use std::{fs, path::Path};

use super::*;

#[test]
fn a_file_is_told_from_another_as_far_as_the_system_tells() {
    let folder = tempfile::tempdir().unwrap();
    let [one, linked, other] = ["one", "linked", "other"].map(|name| folder.path().join(name));
    fs::write(&one, "text").unwrap();
    fs::write(&other, "text").unwrap();
    fs::hard_link(&one, &linked).unwrap();
    let [one, linked, other] = [one, linked, other].map(|path| Inode::of(&fs::metadata(path).unwrap()));
    assert!(one.may_be(&linked));
    assert_eq!(one.is(&linked), cfg!(unix));
    assert_eq!(one.may_be(&other), cfg!(windows));
    assert!(!one.is(&other));
}

#[test]
fn a_path_in_a_library_need_be_text_on_windows_alone() {
    assert_eq!(path_of(b"lib/x").as_deref(), Some(Path::new("lib/x")));
    assert_eq!(path_of(b"\xff").is_some(), cfg!(unix));
}

#[test]
fn what_is_open_has_a_name_on_linux_whatever_is_put_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "looked at").unwrap();
    let file = fs::File::open(&path).unwrap();
    let named = descriptor_path(&file);
    assert_eq!(named.is_some(), cfg!(target_os = "linux"));
    fs::rename(&path, folder.path().join("aside")).unwrap();
    fs::write(&path, "put there").unwrap();
    assert!(named.is_none_or(|named| fs::read_to_string(named).unwrap() == "looked at"));
}

#[test]
fn a_barrier_that_is_registered_runs() {
    assert!(!register_barrier() || run_barrier());
}

#[cfg(feature = "cli")]
#[test]
fn a_process_has_ended_before_its_status_is_asked_for() {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.arg("--list").stdout(std::process::Stdio::null());
    set_apart(&mut command);
    let mut child = command.spawn().unwrap();
    while !has_ended(&mut child) {
        std::thread::yield_now();
    }
    end_group(&child);
    assert!(child.wait().unwrap().success());
}
