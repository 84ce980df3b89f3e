//! Any refusal wins, and the decision says which rule made it.

use std::{fs, path::Path};

use usage_telemetry::{
    Consent,
    internals::{self, ChoiceFiles, Env, decide as decide_consent, mark_notice_given, set_choice, set_project},
};

use super::*;

fn ignored(consent: &Consent) -> String {
    internals::ignored(consent).unwrap()
}

fn decide(variables: &[(&str, &str)], folder: &Path) -> Consent {
    let env: Env = variables.iter().copied().collect();
    decide_consent(&profile("kedro"), &env, Some(&ChoiceFiles::in_folder(&folder.join("choice"))), Some(folder))
}

#[test]
fn without_a_word_consent_is_implicit() {
    let folder = tempfile::tempdir().unwrap();
    let decided = decide(&[("CI", "true"), ("GITHUB_REPOSITORY_OWNER", "someone")], folder.path());
    assert!(decided.is_granted() && decided.is_implicit());
    assert_eq!(decided.reason(), "nothing states otherwise");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let env: Env = [("HOME", "/")].into_iter().collect();
    assert!(decide_consent(&profile("kedro"), &env, None, None).is_implicit());
}

#[test]
fn a_variable_refuses_by_being_set_be_it_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    set_project(PROJECT_FILE, folder.path(), true).unwrap();
    for name in ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY"] {
        for value in ["1", "true", "0", "false", ""] {
            let decided = decide(&[(name, value)], folder.path());
            assert!(!decided.is_granted(), "{name}={value}");
            assert_eq!(decided.reason(), format!("the environment variable {name} is set"));
        }
    }
    let decided = decide(&[("GITHUB_REPOSITORY_OWNER", "kedro-org")], folder.path());
    assert!(!decided.is_granted());
    assert_eq!(decided.reason(), "GITHUB_REPOSITORY_OWNER is kedro-org");
}

#[test]
fn the_project_states_its_consent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".telemetry");
    for (text, granted) in [("consent: true\n", true), ("consent: no", false)] {
        fs::write(&file, text).unwrap();
        let decided = decide(&[], folder.path());
        assert_eq!(decided.is_granted(), granted);
        assert!(!decided.is_implicit());
        assert_eq!(decided.reason(), format!("stated in {}", file.display()));
    }
    set_project(PROJECT_FILE, folder.path(), false).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "consent: false\n");
}

#[test]
fn a_project_file_that_states_nothing_counts_for_nothing_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".telemetry");
    for content in [b"" as &[u8], b"\n", b"# consent: false", b"other: false", b"x: [", b"\xff\xfe", b"\xffbinary"] {
        fs::write(&file, content).unwrap();
        let decided = decide(&[], folder.path());
        assert!(decided.is_implicit());
        assert!(ignored(&decided).contains(".telemetry"));
        assert_eq!(fs::read(&file).unwrap(), content);
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let decided = decide(&[], folder.path());
    assert!(decided.is_implicit());
    assert!(ignored(&decided).ends_with("is not a regular file"));
}

/// What kedro-telemetry 0.9.0 makes of each, as `cargo xtask conformance` sees it.
#[test]
fn statements_are_read_as_the_original_reads_them() {
    let consents = ["consent: true\n", "consent: yes", "consent: On"];
    let refusals = [
        "consent: false\n",
        "consent: no",
        "consent: OFF",
        "\"consent\": false",
        "consent : false",
        " consent: false",
        "consent: !!bool 'no'",
        "consent: false # because\n",
        "consent: true\nconsent: false\n",
        "{consent: false}",
        "{\"consent\":false}",
        "{consent: false}#because",
        "<<: {consent: false}",
        "---\nconsent: false\n...\n",
        "%YAML 1.2\n---\nconsent: false\n",
        "\u{feff}consent: false\n",
        "consent: false\r\n",
        "consent: false\rx: 1\r",
        "x: &a false\nconsent: *a\n",
        "? consent\n: false\n",
    ];
    let nothing = ["other: false\n", "", "\n\n", "# consent: false\n", "This is not a valid YAML file", "null"];
    let folder = tempfile::tempdir().unwrap();
    let read = |text: &str| {
        fs::write(folder.path().join(".telemetry"), text).unwrap();
        let decided = decide(&[], folder.path());
        (decided.is_granted(), decided.is_implicit())
    };
    for (texts, expected) in [(&consents[..], (true, false)), (&refusals, (false, false)), (&nothing, (true, true))] {
        for text in texts {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }
}

#[test]
fn no_consent_outweighs_a_refusal() {
    for refusing in 1_u32..16 {
        let folder = tempfile::tempdir().unwrap();
        let has = |bit: u32| refusing & (1 << bit) != 0;
        let owner = if has(0) { "kedro-org" } else { "kedro" };
        let mut variables = vec![("CI", "true"), ("GITHUB_REPOSITORY_OWNER", owner)];
        variables.extend(has(1).then_some(("KEDRO_DISABLE_TELEMETRY", "0")));
        set_choice(&folder.path().join("choice/consent.toml"), !has(2)).unwrap();
        set_project(PROJECT_FILE, folder.path(), !has(3)).unwrap();
        assert!(!decide(&variables, folder.path()).is_granted(), "{refusing:04b}");
    }
}

/// Of these, the original reads the first as a refusal, some as nothing, and stops the command on
/// the others.
#[test]
fn a_refusal_is_honoured_however_oddly_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".telemetry");
    let long = format!("# {}\nconsent: false\n", "x".repeat(100_000));
    let large = vec![b' '; 2_000_000];
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let (utf16, utf16_with_mark) = (utf16("consent: false"), utf16("\u{feff}consent: no\r\n"));
    let nested = format!("{}consent{}", "[".repeat(100), "]".repeat(100));
    for (content, told) in [
        (long.as_bytes(), "stated in "),
        (b"{consent: false}#because", "it says {consent: false}#because"),
        (b"text: 'goes on\nat the margin'\nconsent: no\n", "it says text: 'goes on\\nat the margin'\\nconsent: no"),
        (b"consent: false\n---\nconsent: true\n", "more than one YAML document"),
        (b"consent: [no", "it says consent: [no"),
        (b"consent: [", "it says consent: ["),
        (b"consent: no # \xff", "it is not UTF-8; it says consent: no #"),
        (&utf16, "it says consent: false"),
        (&utf16_with_mark, "it says consent: no"),
        (&large, "is larger than"),
        (b"\"consent: false\"\r\n", "it says \"consent: false\""),
        (b"consent:false", "it says consent:false"),
        (b"Consent: False", "it says Consent: False"),
        (b"consent: 'no'", "it says consent: 'no'"),
        (b"consent: 0", "it says consent: 0"),
        (b"consent: n", "it says consent: n"),
        (b"consnt: false", "it says consnt: false"),
        (b"consent: \x1b[31mno\xe2\x80\xae", "it says consent: \\u{1b}[31mno\\u{202e}"),
        (nested.as_bytes(), "nested more than 64 levels deep; it says [[[[[[["),
    ] {
        fs::write(&file, content).unwrap();
        let decided = decide(&[], folder.path());
        assert!(!decided.is_granted(), "{}", content[..content.len().min(40)].escape_ascii());
        let source = decided.reason();
        assert!(source.contains(".telemetry") && source.contains(told), "{source}");
        assert!(!source.contains(char::is_control) && source.len() < 400, "{source}");
        assert_eq!(source.ends_with("taken for the refusal that it may be"), !source.starts_with("stated"), "{source}");
        assert_eq!(fs::read(&file).unwrap(), content);
    }
}

/// Opening a named pipe would wait for a writer that never comes.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_the_place_of_the_project_file_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".telemetry");
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    assert!(decide(&[], folder.path()).is_implicit());
}

#[test]
fn the_users_refusal_beats_the_projects_consent() {
    let folder = tempfile::tempdir().unwrap();
    set_project(PROJECT_FILE, folder.path(), true).unwrap();
    let choice = folder.path().join("choice").join("consent.toml");
    set_choice(&choice, false).unwrap();
    let decided = decide(&[], folder.path());
    assert!(!decided.is_granted());
    assert_eq!(decided.reason(), format!("stated in {}", choice.display()));

    set_choice(&choice, true).unwrap();
    assert!(decide(&[], folder.path()).is_granted());
    set_project(PROJECT_FILE, folder.path(), false).unwrap();
    assert!(!decide(&[], folder.path()).is_granted());
}

#[test]
fn an_illegible_user_file_counts_as_a_refusal_until_the_user_chooses_again() {
    let folder = tempfile::tempdir().unwrap();
    let choice = folder.path().join("choice/consent.toml");
    fs::create_dir(folder.path().join("choice")).unwrap();
    for content in [b"consent = maybe" as &[u8], b"consent = 'no'", b"\xff", b"consent = false\nconsent = true"] {
        fs::write(&choice, content).unwrap();
        let decided = decide(&[], folder.path());
        assert!(!decided.is_granted());
        let source = decided.reason();
        assert!(source.contains("consent.toml") && source.ends_with("; taken for a refusal"), "{source}");
        assert!(!source.contains('\n'), "{source}");
        assert_eq!(fs::read(&choice).unwrap(), content);
    }
    set_choice(&choice, true).unwrap();
    assert!(decide(&[], folder.path()).is_granted());
}

#[test]
fn the_notice_is_remembered_beside_the_choice_and_undoes_none() {
    let folder = tempfile::tempdir().unwrap();
    let (choice, notice) = (folder.path().join("choice/consent.toml"), folder.path().join("choice/notice.toml"));
    let now = std::time::SystemTime::now();
    set_choice(&choice, false).unwrap();
    assert!(mark_notice_given(&notice, now).unwrap());
    assert!(!mark_notice_given(&notice, now).unwrap());
    assert!(!decide(&[], folder.path()).is_granted());
}
