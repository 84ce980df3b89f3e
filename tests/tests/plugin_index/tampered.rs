//! Packages and indexes that somebody has changed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{author::Author, user::User};

/// So many packages of the campaign, one change each.
const PACKAGES: usize = 200;

/// Each field, the signature, and any byte of the three files.
#[test]
fn of_tampered_packages_none_is_installed() {
    let author = Author::new();
    let package = author.package("0.1.0");
    let other = author.package_with("0.2.0", Some("own"));
    let user = User::trusting(&author.public_key("own"), "/nowhere");
    let folder = user.sandbox.path("tampered");
    fs::create_dir(&folder).unwrap();
    let mut random = fastrand::Rng::with_seed(15);
    for number in 0..PACKAGES {
        let copy = copied(&package, &folder);
        tamper(&copy, &other, number, &mut random);
        let output = user.plugin(&["install", copy.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{number}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: ") && said.lines().count() == 1, "{number}: {said}");
    }
    assert_eq!(user.installed(), None);
    user.says(&["install", package.to_str().unwrap()]);
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
}

fn copied(package: &Path, folder: &Path) -> PathBuf {
    for ending in ["so", "json", "json.minisig"] {
        let from = package.with_extension(ending);
        fs::copy(&from, folder.join(from.file_name().unwrap())).unwrap();
    }
    folder.join(package.file_name().unwrap())
}

/// Changes one thing of the package whose `.json` is at `path`.
fn tamper(path: &Path, other: &Path, number: usize, random: &mut fastrand::Rng) {
    const FIELDS: [&str; 11] =
        ["form", "name", "version", "platform", "abi", "interfaces", "size", "digest", "key", "description", "license"];
    match number {
        // Each field changed, taken away, and of another type.
        0..33 => {
            let mut said: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            let field = FIELDS[number % FIELDS.len()];
            match number / FIELDS.len() {
                0 => said[field] = changed(&said[field]),
                1 => drop(said.as_object_mut().unwrap().remove(field)),
                _ => said[field] = json!([{}]),
            }
            fs::write(path, serde_json::to_string_pretty(&said).unwrap()).unwrap();
        }
        33 => fs::remove_file(path.with_extension("json.minisig")).unwrap(),
        34 => drop(fs::copy(other.with_extension("json.minisig"), path.with_extension("json.minisig")).unwrap()),
        35 => drop(fs::copy(other.with_extension("so"), path.with_extension("so")).unwrap()),
        36 => drop(fs::copy(other, path).unwrap()),
        37 => fs::write(path.with_extension("json.minisig"), "").unwrap(),
        38 => fs::write(path, "{}").unwrap(),
        39 => fs::write(path.with_extension("so"), "").unwrap(),
        // Cut off, and a byte anywhere.
        _ => {
            let ending = ["so", "json", "json.minisig"][number % 3];
            let file = path.with_extension(ending);
            let mut bytes = fs::read(&file).unwrap();
            let at = random.usize(..bytes.len());
            match number % 5 {
                0 => bytes.truncate(at),
                // Not in the first line of a signature, which is a remark that nobody trusts.
                _ if ending == "json.minisig" => {
                    let begin = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
                    let at = random.usize(begin..bytes.len() - 1);
                    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                }
                _ => bytes[at] ^= 1 << random.u8(..8),
            }
            fs::write(&file, bytes).unwrap();
        }
    }
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_u64().unwrap() + 1),
        Value::String(text) => json!(format!("{text}0")),
        _ => json!(["other 1.0.0"]),
    }
}

/// What is signed is a package; which one a list gives for a name is not.
#[test]
fn an_index_cannot_give_one_package_for_another() {
    let author = Author::of(&["0.1.0", "0.2.0"]);
    let path = author.index().join("plugins/noop.json");
    let whole = fs::read_to_string(&path).unwrap();
    let user = User::trusting(&author.public_key("own"), author.index().to_str().unwrap());
    let cases: [(&str, &str, &str); 6] = [
        ("\"name\": \"noop\",\n  \"releases\"", "\"name\": \"other\",\n  \"releases\"", "it is about `other`"),
        ("files/noop-0.2.0", "../files/noop-0.2.0", "leads out of the index"),
        ("files/noop-0.2.0", "https://127.0.0.1/noop-0.2.0", "leads out of the index"),
        ("files/noop-0.2.0", "files/noop-0.1.0", "is not what was said of it"),
        ("\"version\": \"0.2.0\"", "\"version\": \"0.9.0\"", "what was signed has been changed"),
        ("\"form\": 1,\n  \"name\"", "\"form\": 7,\n  \"name\"", "it has the form 7"),
    ];
    for (from, to, reason) in cases {
        assert!(whole.contains(from), "{from}");
        fs::write(&path, whole.replacen(from, to, 1)).unwrap();
        let output = user.plugin(&["install", "noop"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(reason), "{to}: {said}");
        // A release that cannot be used is passed over for one that can, and never installed
        // itself.
        assert_ne!(user.json(&["list"])["plugins"][0]["version"], "0.9.0");
        user.plugin(&["remove", "noop"]);
    }
    fs::write(&path, &whole).unwrap();
    fs::copy(&path, author.index().join("plugins/hello.json")).unwrap();
    fs::write(
        author.index().join("plugins/hello.json"),
        whole.replacen("\"noop\",\n  \"rel", "\"hello\",\n  \"rel", 1),
    )
    .unwrap();
    let refused = user.refusal(&["install", "hello"]);
    assert!(refused.contains("it is a package of `noop`"), "{refused}");
    for name in ["../noop", "plugins/../noop", "no op", ""] {
        let output = user.plugin(&["info", name]);
        assert!(!output.status.success(), "{name}: {output:?}");
    }
}

/// An old answer of an index, which was true once.
#[test]
fn an_index_of_yesterday_does_not_bring_back_an_old_version() {
    let author = Author::of(&["0.1.0"]);
    let yesterday = author.path("yesterday");
    tests::copy_dir(&author.index(), &yesterday);
    author.publish("0.2.0");
    let user = User::trusting(&author.public_key("own"), author.index().to_str().unwrap());
    user.says(&["install", "noop"]);
    fs::remove_dir_all(author.index()).unwrap();
    fs::rename(yesterday, author.index()).unwrap();
    assert!(user.says(&["update"]).0.contains("is the newest"));
    assert!(user.refusal(&["install", "noop"]).contains("is older than 0.2.0"));
    assert_eq!(user.installed().as_deref(), Some("0.2.0"));
}
