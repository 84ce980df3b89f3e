use std::fs;
#[cfg(target_os = "linux")]
use std::path::Path;
#[cfg(feature = "write")]
use std::time::Instant;

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
fn a_file_is_replaced_and_removed_while_somebody_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    replace(&path, b"old", Visibility::Umask).unwrap();
    let opened = open(&path, FileAccess::ReadWrite, "open").unwrap().unwrap().file;
    assert_eq!(lock(&opened, &path, Instant::now()).unwrap(), FileLock::Ours);
    replace(&path, b"new", Visibility::Umask).unwrap();
    assert_eq!(read(&path, 3).unwrap().as_deref(), Some(&b"new"[..]));
    drop(opened);
    let opened = open(&path, FileAccess::Read, "open").unwrap().unwrap().file;
    assert!(remove(&path).unwrap());
    drop(opened);
    assert_eq!(entries(folder.path()).unwrap(), [] as [std::path::PathBuf; 0]);
}

#[cfg(feature = "write")]
#[test]
fn a_finished_file_is_whole_before_it_is_put_in_its_place() {
    use std::io::Write;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut replacement = Replacement::begin(&path, Visibility::Everyone).unwrap();
    replacement.write_all(b"whole").unwrap();
    let finished = replacement.finish().unwrap();
    let file = fs::File::open(finished.unfinished_path()).unwrap();
    assert_eq!(file.metadata().unwrap().len(), 5);
    assert!(!path.exists());
    drop(file);
    finished.in_place_of(&folder.path().join("other")).commit_durably().unwrap();
    assert_eq!(entries(folder.path()).unwrap(), [folder.path().join("other")]);
    let unfinished = Replacement::write(&path, b"half", Visibility::Owner).unwrap().finish().unwrap();
    drop(unfinished);
    assert!(!path.exists());
    assert_eq!(entries(folder.path()).unwrap().len(), 1);
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
fn a_folder_is_locked_by_a_file_that_nobody_else_can_open() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".lock");
    assert!(lock_folder(&folder.path().join("missing")).unwrap().is_none());
    // Left behind, and open to all.
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o666)).unwrap();
    let lock = lock_folder(folder.path()).unwrap().unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    drop(lock);
    assert!(!file.exists());

    symlink("elsewhere", &file).unwrap();
    assert!(matches!(lock_folder(folder.path()), Err(FileError::NotRegular { .. })));
    assert!(!folder.path().join("elsewhere").exists());
    fs::remove_file(&file).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    assert!(matches!(lock_folder(folder.path()), Err(FileError::NotRegular { .. })));
    assert!(lock_folder(&file).unwrap().is_none());
}

#[cfg(feature = "write")]
#[test]
fn who_has_a_file_locked_extends_cuts_and_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "one").unwrap();
    let file = open(&path, FileAccess::Extend, "extend").unwrap().unwrap().file;
    assert_eq!(lock(&file, &path, Instant::now()).unwrap(), FileLock::Ours);
    reserve(&file, 1000).unwrap();
    extend(&file, b"two").unwrap();
    assert_eq!(read_text_of_locked(&file, &path, 6).unwrap().as_deref(), Some("onetwo"));
    file.set_len(3).unwrap();
    extend(&file, b"2").unwrap();
    assert_eq!(read_text_of_locked(&file, &path, 6).unwrap().as_deref(), Some("one2"));
    drop(file);
    assert_eq!(read_text(&path, 6).unwrap().as_deref(), Some("one2"));
}

#[cfg(feature = "write")]
#[test]
fn one_at_a_time_has_a_folder() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let folder = tempfile::tempdir().unwrap();
    let within = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let _lock = lock_folder(folder.path()).unwrap().unwrap();
                    assert_eq!(within.fetch_add(1, Ordering::SeqCst), 0);
                    within.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
    });
}

#[cfg(all(feature = "write", target_os = "linux"))]
#[test]
fn nothing_is_made_in_the_folder_of_another_user() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let folder = tempfile::tempdir().unwrap();
    private_folder(&folder.path().join("own/a/b")).unwrap();
    if fs::metadata(folder.path()).unwrap().uid() != 0 {
        println!("passed over: only root can give a folder to another user");
        return;
    }
    let theirs = folder.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    chown(&theirs, Some(54321), None).unwrap();
    for path in [theirs.join("a/b"), theirs.clone()] {
        assert!(matches!(private_folder(&path), Err(FileError::Foreign { owner: 54321, .. })), "{path:?}");
    }
    assert!(!theirs.join("a").exists());
    // As in /tmp.
    fs::set_permissions(&theirs, PermissionsExt::from_mode(0o1777)).unwrap();
    public_folder(&theirs.join("a/b")).unwrap();
}

#[cfg(all(feature = "write", target_os = "linux"))]
#[test]
fn a_file_is_not_begun_that_may_not_grow() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    // In a process of its own, as the limit is the whole process'.
    if std::env::var_os("UNDER_LIMIT").is_none() {
        let name = "tests::a_file_is_not_begun_that_may_not_grow";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let output = child.args([name, "--exact", "--nocapture"]).env("UNDER_LIMIT", "1").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: Some(4), maximum }).unwrap();
    let file = folder.path().join("file");
    for error in [
        replace(&file, b"12345", Visibility::Owner).unwrap_err(),
        create_new(&file, b"12345", Visibility::Owner).unwrap_err(),
        write_new(&file, b"12345").unwrap_err(),
    ] {
        assert_eq!(error.into_io().kind(), std::io::ErrorKind::FileTooLarge);
    }
    assert_eq!(entries(folder.path()).unwrap(), [""; 0].map(Path::new));
    replace(&file, b"1234", Visibility::Owner).unwrap();
    let opened = open(&file, FileAccess::Append, "write").unwrap().unwrap();
    assert!(check_growth(&opened.file, 0).is_ok());
    assert_eq!(check_growth(&opened.file, 1).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
}
