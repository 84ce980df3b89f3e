#[cfg(feature = "write")]
use std::time::Instant;
use std::{fs, path::Path};

use super::*;

#[test]
fn what_is_read_is_a_regular_file_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    assert_eq!(read(&file, 3).unwrap(), None);
    assert_eq!(read(&file.join("below"), 3).unwrap(), None);
    fs::write(&file, "abc").unwrap();
    assert_eq!(read_text(&file, 3).unwrap().as_deref(), Some("abc"));
    assert_eq!(read(&file.join("below"), 3).unwrap(), None);
    assert!(matches!(read(&file, 2), Err(FileError::TooLarge { limit: 2, .. })));
    assert!(matches!(read(folder.path(), 3), Err(FileError::NotRegular { .. })));
    let append = open_or_create(folder.path(), FileAccess::Append, "write");
    assert!(matches!(append, Err(FileError::NotRegular { .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_waits_for_the_other_end_of_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for access in [FileAccess::Read, FileAccess::ReadWrite, FileAccess::Append] {
        assert!(matches!(open(&pipe, access, "read"), Err(FileError::NotRegular { .. })), "{access:?}");
        assert!(matches!(open_or_create(&pipe, access, "read"), Err(FileError::NotRegular { .. })), "{access:?}");
    }
    // A path that is swapped between a look and opening is seen for what was opened.
    assert!(matches!(read(Path::new("/dev/null"), 3), Err(FileError::NotRegular { .. })));
}

#[cfg(feature = "write")]
#[test]
fn a_lock_is_waited_for_no_longer_than_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let open = || open_or_create(&path, FileAccess::Append, "lock").unwrap().file;
    let (one, other) = (open(), open());
    assert_eq!(lock(&one, &path, Instant::now()).unwrap(), FileLock::Ours);
    assert_eq!(lock(&other, &path, Instant::now()).unwrap(), FileLock::Elsewhere);
    drop(one);
    assert_eq!(lock(&other, &path, Instant::now()).unwrap(), FileLock::Ours);
}

#[cfg(all(feature = "write", target_os = "linux"))]
#[test]
fn a_pipe_in_the_place_of_a_folder_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(lock_folder(&pipe).unwrap().is_none());
    assert!(lock_folder(folder.path()).unwrap().is_some());
}
