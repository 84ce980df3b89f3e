//! The identity file is created once, and never lost.

use std::{collections::HashSet, fs, sync::Barrier};

use super::*;

const ID: &str = "28df3ee193734d9db5348fb9908981db";

#[test]
fn the_first_use_creates_the_file_with_two_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tea/telemetry.toml");
    assert_eq!(get(&file).unwrap(), None);
    assert!(!file.exists());
    let identity = get_or_create(&file).unwrap();
    assert!(identity.len() == 32 && identity.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("[telemetry]\nuuid = \"{identity}\"\n"));
    assert_eq!(get_or_create(&file).unwrap(), identity);
    assert_eq!(get(&file).unwrap().unwrap(), identity);
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn any_spelling_of_a_uuid_is_sent_as_32_digits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("telemetry.toml");
    for uuid in ["28DF3EE1-9373-4D9D-B534-8FB9908981DB", "{28df3ee193734d9db5348fb9908981db}"] {
        let text = format!("# mine\ntelemetry = {{ uuid = '{uuid}' }}\n");
        fs::write(&file, &text).unwrap();
        assert_eq!(get_or_create(&file).unwrap(), ID);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn a_file_that_is_not_understood_is_left_alone_and_yields_no_identity() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("telemetry.toml");
    for content in [
        b"[telemetry" as &[u8],
        b"\xff",
        b"telemetry = 1",
        b"telemetry = 'x'",
        b"[telemetry]\nuuid = 1",
        b"[telemetry]\nuuid = ''",
        b"[telemetry]\nuuid = 'secret'",
        b"telemetry = {}",
        b"telemetry.other = 1",
        b"[[telemetry]]",
    ] {
        fs::write(&file, content).unwrap();
        let error = get_or_create(&file).unwrap_err().to_string();
        assert!(error.contains("telemetry.toml") && !error.contains('\n'), "{error}");
        assert_eq!(fs::read(&file).unwrap(), content, "{error}");
        assert_eq!(or_empty(get_or_create(&file)), "");
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(or_empty(get_or_create(&file)), "");
    assert_eq!(or_empty(get_or_create(&file.join("below/telemetry.toml"))).len(), 32);
}

#[test]
fn an_identity_is_added_to_a_file_that_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("telemetry.toml");
    for (before, above, below) in [
        ("", "", ""),
        ("other = 1", "other = 1\n", ""),
        ("# mine\n[other]\nx = 1\n", "# mine\n[other]\nx = 1\n", ""),
        ("[telemetry]", "", ""),
        ("[telemetry]\nx = 1\n\n[other]\ny = 2\n", "", "x = 1\n\n[other]\ny = 2\n"),
        ("[telemetry] # mine\r\nx = 1\r\n", "", "x = 1\r\n"),
    ] {
        fs::write(&file, before).unwrap();
        let identity = get_or_create(&file).unwrap();
        let after = fs::read_to_string(&file).unwrap();
        let header = before.lines().find(|line| line.starts_with("[telemetry]")).unwrap_or("[telemetry]");
        let newline = if before.contains('\r') { "\r\n" } else { "\n" };
        assert_eq!(after, format!("{above}{header}{newline}uuid = \"{identity}\"\n{below}"), "{before:?}");
        assert_eq!(get_or_create(&file).unwrap(), identity);
    }
}

#[test]
fn commands_that_start_at_once_end_with_one_identity() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tea/telemetry.toml");
        let barrier = Barrier::new(8);
        let identities: HashSet<_> = std::thread::scope(|scope| {
            let create = || {
                barrier.wait();
                get_or_create(&file).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(identities.len(), 1);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}

#[test]
fn spellings_are_those_python_accepts() {
    let plain = "28df3ee193734d9db5348fb9908981db";
    for spelling in [
        plain,
        "28DF3EE1-9373-4D9D-B534-8FB9908981DB",
        "{28df3ee1-9373-4d9d-b534-8fb9908981db}",
        "urn:uuid:28df3ee1-9373-4d9d-b534-8fb9908981db",
        "2-8df3ee193734d9db5348fb9908981db-",
    ] {
        let parsed = parse_uuid(spelling).map(|uuid| format!("{uuid:032x}"));
        assert_eq!(parsed.as_deref(), Some(plain), "{spelling}");
    }
    for (spelling, value) in [
        ("  000000000000000000000000000007", Some(7)),
        ("0x000000000000000000000000000_0f", Some(15)),
        ("+0000000000000000000000000000010", Some(16)),
        ("0000000000000000000000000000__10", None),
        ("_0000000000000000000000000000010", None),
        ("000000000000000000000000000010", None),
        ("g0000000000000000000000000000010", None),
        ("", None),
    ] {
        assert_eq!(parse_uuid(spelling), value, "{spelling}");
    }
}
