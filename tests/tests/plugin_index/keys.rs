//! Whose signatures are believed.

use std::fs;

use crate::{author::Author, user::User};

#[test]
fn a_key_that_is_not_known_is_asked_for_and_remembered() {
    let author = Author::of(&["0.1.0"]);
    let index = author.index();
    let user = User::new(&format!("[index]\nurl = \"{}\"", index.display()));
    let key = author.public_key("own");
    let refused = user.refusal(&["install", "noop"]);
    assert!(refused.contains("which you have not trusted yet") && refused.contains(&key), "{refused}");
    assert_eq!(user.installed(), None);
    let refused = user.refusal(&["install", "noop", "--accept-key", "RWQ"]);
    assert!(refused.contains("--accept-key: this is not a public key"), "{refused}");
    user.says(&["install", "noop", "--accept-key", &key]);
    author.publish("0.2.0");
    user.says(&["update"]);
    assert_eq!(user.installed().as_deref(), Some("0.2.0"), "the key is remembered");
}

#[test]
fn a_key_that_changes_is_told_loudly() {
    let author = Author::of(&["0.1.0"]);
    author.make_key("other");
    let (own, other) = (author.public_key("own"), author.public_key("other"));
    let both = format!("[trust]\nkeys = [\"{own}\", \"{other}\"]\n[index]\nurl = \"{}\"", author.index().display());
    let user = User::new(&both);
    user.says(&["install", "noop"]);
    author.add(&author.package_with("0.2.0", Some("other")));
    let before = user.kept();
    for args in [["update", "noop"], ["install", "noop"]] {
        let output = user.plugin(&args);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("HAS CHANGED!") && said.contains(&own) && said.contains(&other), "{said}");
    }
    assert_eq!(user.kept(), before);
    user.says(&["install", "noop", "--accept-key", &other]);
    assert_eq!(user.installed().as_deref(), Some("0.2.0"));
}

#[test]
fn what_nobody_has_signed_is_installed_by_a_flag_alone() {
    let author = Author::new();
    let unsigned = author.package_with("0.1.0", None);
    author.add(&unsigned);
    let user = User::trusting(&author.public_key("own"), author.index().to_str().unwrap());
    let refused = user.refusal(&["install", "noop"]);
    assert!(refused.contains("nobody has signed it"), "{refused}");
    user.says(&["install", "noop", "--allow-unsigned"]);
    author.publish("0.2.0");
    user.says(&["update"]);
    let later = author.package_with("0.3.0", None);
    author.add(&later);
    let library = author.library("0.3.0");
    for args in
        [&["update", "noop"][..], &["install", later.to_str().unwrap()], &["install", library.to_str().unwrap()]]
    {
        let refused = user.refusal(args);
        assert!(refused.contains("and this one by nobody"), "{args:?}: {refused}");
    }
    assert_eq!(user.installed().as_deref(), Some("0.2.0"));
}

#[test]
fn a_key_is_made_once_and_a_password_is_asked_of_the_environment() {
    let author = Author::new();
    let user = User::new("");
    let path = author.path("own");
    let refused = user.refusal(&["key", path.to_str().unwrap()]);
    assert!(refused.contains("own"), "{refused}");
    let locked = user.sandbox.path("locked");
    let with_password = |args: &[&str], password: &str| {
        let mut command = user.command(args);
        tests::run(command.env("HOST_DEMO_PLUGIN_KEY_PASSWORD", password))
    };
    assert!(with_password(&["key", locked.to_str().unwrap()], "open").status.success());
    let secret = fs::metadata(&locked).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&secret.permissions()) & 0o777, 0o600);
    let library = author.library("0.1.0");
    let out = user.sandbox.path("out");
    let args =
        ["package", library.to_str().unwrap(), "--key", locked.to_str().unwrap(), "--out", out.to_str().unwrap()];
    for password in ["", "shut"] {
        let output = with_password(&args, password);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains("it has a password"), "{said}");
    }
    assert!(with_password(&args, "open").status.success());
    fs::write(&locked, "not a key").unwrap();
    assert!(user.refusal(&args).contains("this is not a secret key"));
}
