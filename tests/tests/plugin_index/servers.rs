//! Servers that do not do what they should.

#[cfg(target_os = "linux")]
use tests::terminal::{Stream, on_terminal};
use tests::{FileServer, Reply};

use crate::{author::Author, user::User};

const PLUGIN: &str = "/plugins/noop.json";

#[test]
fn whatever_a_server_answers_nothing_half_is_installed() {
    let author = Author::of(&["0.1.0"]);
    let server = FileServer::start(author.index());
    let elsewhere = FileServer::start(author.index());
    let user = User::trusting(&author.public_key("own"), &server.url());
    let library = {
        let name = format!("noop-0.1.0-{}-linux.so", std::env::consts::ARCH);
        format!("/files/{name}")
    };
    let library = library.as_str();
    let before = user.kept();
    for (path, reply, reason) in [
        (PLUGIN, Reply::Status(500), "the server answers 500"),
        (PLUGIN, Reply::Status(404), "has no plugin `noop`"),
        (PLUGIN, Reply::Bytes(b"<!doctype html>".to_vec()), "expected value"),
        (PLUGIN, Reply::Bytes(vec![0xff; 64]), "it is not text"),
        (PLUGIN, Reply::Bytes(vec![b'['; 100_000]), "cannot use"),
        (PLUGIN, Reply::Flood, "it is larger than 8 MiB"),
        (PLUGIN, Reply::Half, "cannot get"),
        (PLUGIN, Reply::Redirect(format!("{}{PLUGIN}", elsewhere.url())), "leads to another server"),
        (PLUGIN, Reply::Redirect(PLUGIN.to_owned()), "leads in a circle"),
        (library, Reply::Status(404), "there is no such file"),
        (library, Reply::Bytes(b"short".to_vec()), "it has 5 bytes, and"),
        (library, Reply::Half, "cannot get"),
        (library, Reply::Flood, "it is longer than what was promised"),
        (library, Reply::Redirect(format!("{}{library}", elsewhere.url())), "leads to another server"),
    ] {
        server.behave();
        server.reply(path, reply.clone());
        let refused = user.refusal(&["install", "noop"]);
        assert!(refused.contains(reason), "{path} {reply:?}: {refused}");
        assert_eq!(without_locks(user.kept()), without_locks(before.clone()), "{path} {reply:?}");
    }
    assert_eq!(elsewhere.take_asked(), Vec::<String>::new(), "nobody else was asked");
    server.behave();
    user.says(&["install", "noop"]);
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_download_shows_how_far_it_is_on_a_terminal_and_nowhere_else() {
    let author = Author::of(&["0.1.0"]);
    let user = User::trusting(&author.public_key("own"), &author.index().to_string_lossy());
    let seen = on_terminal(user.command(&["install", "noop"]), Stream::Error);
    let (shown, rest) = seen.split_once(" MB\r\x1b[K").unwrap_or_else(|| panic!("{seen:?}"));
    assert!(shown.starts_with("\r\x1b[Knoop: 0.0 MB of "), "{seen:?}");
    assert!(!rest.contains("\x1b[K"), "nothing is left of it: {seen:?}");
    assert_eq!(user.installed().as_deref(), Some("0.1.0"));
    user.says(&["remove", "noop"]);
    assert!(!user.says(&["install", "noop"]).1.contains('\x1b'));
}

/// The file by which commands keep out of one another's way is not a plugin's.
fn without_locks(mut files: Vec<(std::path::PathBuf, Vec<u8>)>) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    files.retain(|(_, content)| !content.is_empty());
    files
}

#[test]
fn an_index_that_is_not_there_is_an_error_that_says_so() {
    let author = Author::new();
    let user = User::trusting(&author.public_key("own"), "http://127.0.0.1:9");
    let refused = user.refusal(&["install", "noop"]);
    assert!(refused.contains("the server cannot be reached; check the connection"), "{refused}");
    assert!(user.refusal(&["search"]).contains("cannot be reached"));
    for (address, reason) in [
        ("http://plugins.example.org", "plain http"),
        ("ftp://127.0.0.1/x", "begins with none of"),
        ("https://me:secret@127.0.0.1/", "a name or a password"),
        ("https://127.0.0.1/?q", "more than a path"),
        ("https://", "it is not one"),
    ] {
        let refused = user.refusal(&["install", "noop", "--index", address]);
        assert!(refused.contains(reason), "{address}: {refused}");
    }
    let user = User::new("");
    assert!(user.refusal(&["install", "noop"]).contains("there is no index of plugins to look into"));
    let user = User::new("[index]\nurl = 3");
    assert!(user.refusal(&["search"]).contains("`index.url` must be"));
    let user = User::new("[trust]\nkeys = [\"RWQ\"]\n[index]\nurl = \"/nowhere\"");
    assert!(user.refusal(&["install", "noop"]).contains("`trust.keys` must be"));
}
