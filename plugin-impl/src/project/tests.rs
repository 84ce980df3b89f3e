//! A project gets one id, its file keeps everything else, and what is sent of it is a hash.

use std::{collections::HashSet, sync::Barrier};

use super::*;

const KEDRO: &str = "# mine\r\n[tool.kedro]\r\npackage_name = \"demo\"  \ntools = \"['Linting', 'Testing']\"\nexample_pipeline = \"False\"\n[tool.x]\n\ty=1";

fn with(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pyproject.toml"), text).unwrap();
    folder
}

fn text(folder: &Path) -> String {
    fs::read_to_string(folder.join("pyproject.toml")).unwrap()
}

#[test]
fn an_id_is_appended_once_and_the_rest_stays_byte_for_byte() {
    let folder = with(KEDRO);
    let project = identify(folder.path(), Some("demo")).project;
    let after = text(folder.path());
    let id = after.strip_prefix(KEDRO).unwrap();
    let id = id.strip_prefix("\n[tool.kedro_telemetry]\nproject_id = \"").unwrap().strip_suffix("\"\n").unwrap();
    assert_eq!(id.len(), 32);
    assert_eq!(project.hashed_id.as_deref(), Some(hashed(id, Some("demo")).as_str()));
    assert_eq!(project.tools.as_deref(), Some("Linting, Testing"));
    assert_eq!(project.example_pipeline, Some("False".into()));

    assert_eq!(identify(folder.path(), Some("demo")).project, project);
    assert_eq!(describe(folder.path(), Some("demo")).project, project);
    assert_eq!(text(folder.path()), after);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// The figure is `hashlib.sha512(b"abcdemo").hexdigest()` of Python.
#[test]
fn what_is_sent_is_the_hash_of_id_and_package() {
    assert_eq!(
        hashed("abc", Some("demo")),
        "d991fec67c221738196f924e1d300cbefada54c98fa81d354ca0a65fce5ef8db\
         a4e3001f49f34cfd5d45649a2771712a33464b1a2eaf3c538ce5d82068e3c1fb"
    );
    assert_eq!(hashed("abc", None), hashed("abc", Some("undefined_package_name")));
    assert_eq!(hashed("abc", Some("")), hashed("abc", None));
}

/// Figures of kedro-telemetry 0.9.0: `sha512(f"{project_id}demo")`, of which the first sixteen
/// digits stand here.
#[test]
fn a_project_id_is_read_back_in_every_spelling_and_nothing_is_written() {
    for (own, digits) in [
        ("\n[tool.kedro_telemetry]\nproject_id = \"28df3ee193734d9db5348fb9908981db\"\n", "b48d827d82f35b97"),
        ("\n[tool.kedro_telemetry]\nproject_id = 'x'\nother = 1\n", "b72ba9f773277401"),
        ("\n[tool.kedro_telemetry]\nproject_id = \"\"\n", "26c669cd0814ac40"),
        ("\n[tool.kedro_telemetry]\nproject_id = 7\n", "3e53a76f5d0c09dd"),
        ("\n[tool]\nkedro_telemetry.project_id = \"x\"\n", "b72ba9f773277401"),
    ] {
        let content = format!("[tool.kedro]\npackage_name = \"demo\"\n{own}");
        let folder = with(&content);
        let reading = identify(folder.path(), Some("demo"));
        assert_eq!(&reading.project.hashed_id.unwrap()[..16], digits, "{own}");
        assert!(reading.problem.is_none());
        assert_eq!(text(folder.path()), content);
    }
}

#[test]
fn describing_writes_nothing() {
    let folder = with(KEDRO);
    let project = describe(folder.path(), None).project;
    assert_eq!(project.hashed_id, None);
    assert_eq!(project.tools.as_deref(), Some("Linting, Testing"));
    assert_eq!(text(folder.path()), KEDRO);
}

#[test]
fn a_file_that_is_not_kedros_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(identify(folder.path(), None).project, Project::default());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    for content in ["", "[project]\nname = 'x'", "[tool]\nx = 1", "tool = 1"] {
        let folder = with(content);
        let reading = identify(folder.path(), None);
        assert_eq!(reading.project, Project::default());
        assert!(reading.problem.is_none());
        assert_eq!(text(folder.path()), content);
    }
}

#[test]
fn a_file_that_cannot_take_an_id_is_left_alone_and_says_why() {
    for content in [
        "[tool.kedro\n",
        "tool = { kedro = {} }\n",
        "[tool.kedro]\n[tool.kedro_telemetry]\nother = 1\n",
        "[tool]\nkedro = {}\nkedro_telemetry = 1\n",
        "[tool.kedro]\n[tool.kedro_telemetry]\nproject_id = 1.5\n",
    ] {
        let folder = with(content);
        let reading = identify(folder.path(), None);
        assert_eq!(reading.project.hashed_id, None);
        let problem = reading.problem.unwrap().to_string();
        assert!(problem.contains("pyproject.toml") && !problem.contains('\n'), "{problem}");
        assert_eq!(text(folder.path()), content);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pyproject.toml")).unwrap();
    assert!(identify(folder.path(), None).problem.is_some());
}

#[test]
fn tools_are_read_from_a_list_in_text_or_from_an_array() {
    for (value, expected) in [
        ("\"None\"", Some("None")),
        ("\"['Data Structure', 'PySpark']\"", Some("Data Structure, PySpark")),
        ("[\"Linting\", \"Testing\"]", Some("Linting, Testing")),
        ("['a', 1, true]", Some("a, 1, True")),
        ("\"Linting, Testing\"", Some("Linting, Testing")),
        ("\"[broken\"", Some("[broken")),
        ("\"[]\"", None),
        ("[]", None),
        ("\"\"", None),
        ("1", None),
    ] {
        let folder = with(&format!("[tool.kedro]\ntools = {value}\n"));
        assert_eq!(describe(folder.path(), None).project.tools.as_deref(), expected, "{value}");
    }
    for (value, expected) in [("true", serde_json::json!(true)), ("\"x\"", "x".into()), ("3", 3.into())] {
        let folder = with(&format!("[tool.kedro]\nexample_pipeline = {value}\n"));
        assert_eq!(describe(folder.path(), None).project.example_pipeline, Some(expected));
    }
}

#[test]
fn commands_that_start_at_once_end_with_one_id() {
    for _ in 0..20 {
        let folder = with(KEDRO);
        let barrier = Barrier::new(8);
        let ids: HashSet<_> = std::thread::scope(|scope| {
            let run = || {
                barrier.wait();
                identify(folder.path(), None).project.hashed_id
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ids.iter().flatten().count(), 1, "{ids:?}");
        assert_eq!(text(folder.path()).matches("project_id").count(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn permissions_links_and_attributes_survive() {
        let real = with(KEDRO);
        let target = real.path().join("pyproject.toml");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        let twin = real.path().join("twin.toml");
        fs::hard_link(&target, &twin).unwrap();
        // Access lists are such attributes, too; not every file system has them.
        let attribute = rustix::fs::setxattr(&target, "user.whose", b"Ada", rustix::fs::XattrFlags::CREATE);
        let inode = fs::metadata(&target).unwrap().ino();
        let folder = tempfile::tempdir().unwrap();
        symlink(&target, folder.path().join("pyproject.toml")).unwrap();
        assert!(identify(folder.path(), None).project.hashed_id.is_some());
        assert!(fs::symlink_metadata(folder.path().join("pyproject.toml")).unwrap().is_symlink());
        assert!(text(real.path()).contains("project_id"));
        assert_eq!(fs::read(&twin).unwrap(), fs::read(&target).unwrap());
        let after = fs::metadata(&target).unwrap();
        assert_eq!((after.permissions().mode() & 0o7777, after.ino(), after.nlink()), (0o640, inode, 2));
        if attribute.is_ok() {
            let mut value = [0; 8];
            let length = rustix::fs::getxattr(&target, "user.whose", &mut value[..]).unwrap();
            assert_eq!(&value[..length], b"Ada");
        }
    }

    /// As when a disk is full, or somebody has edited the file meanwhile.
    #[test]
    fn what_could_not_be_written_whole_is_taken_back() {
        let folder = with(KEDRO);
        let path = folder.path().join("pyproject.toml");
        let opened = open(&path).unwrap().unwrap();
        let table = "\n[tool.kedro_telemetry]\nproject_id = \"x\"\n";
        for part in [&table[..10], table] {
            fs::write(&path, format!("{KEDRO}{part}")).unwrap();
            take_back(&path, &opened, table).unwrap();
            assert_eq!(text(folder.path()), KEDRO);
        }
        for edited in ["", "# quite another\n", &KEDRO[..20], "[tool.kedro]\nmore = 1\n"] {
            fs::write(&path, edited).unwrap();
            take_back(&path, &opened, table).unwrap();
            assert_eq!(text(folder.path()), edited);
            fs::write(&path, format!("{edited}{table}")).unwrap();
            take_back(&path, &opened, table).unwrap();
            assert_eq!(text(folder.path()), edited);
        }
    }

    #[test]
    fn what_is_no_file_or_too_large_is_neither_waited_for_nor_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pyproject.toml");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        for read in [identify, describe] {
            let problem = read(folder.path(), None).problem.unwrap().to_string();
            assert!(problem.ends_with("is not a regular file"), "{problem}");
        }
        fs::remove_file(&path).unwrap();
        // Three gigabytes, of which none is on the disk.
        File::create(&path).unwrap().set_len(3 << 30).unwrap();
        for read in [identify, describe] {
            let problem = read(folder.path(), None).problem.unwrap().to_string();
            assert!(problem.ends_with("is larger than 1048576 bytes"), "{problem}");
        }
    }
}
