//! The example host `text_pipe`, whose hooks have nothing to do with Kedro, and its plugin: a real
//! process and a real library.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use tests::{Sandbox, artifacts, run_in_time};

const TEXT: &str = "tea\n\ncake\n";

/// `text_pipe FILTERS` on [`TEXT`], with the plugins in the sandbox.
fn pipe(sandbox: &Sandbox, filters: &[&str]) -> (String, String, Option<i32>) {
    let mut command = sandbox.command(&artifacts().binary("examples/text_pipe"));
    command.args(filters).env("TEXT_PIPE_PLUGINS", sandbox.path("plugins"));
    let output = run_in_time(&mut command, TEXT);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

fn with_words() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("text_pipe_words"));
    sandbox
}

#[test]
fn the_host_lists_what_its_plugin_brings() {
    let list = "loud  Make every letter a capital\nfull  Take out lines with nothing in them\n";
    assert_eq!(pipe(&with_words(), &[]), (list.to_owned(), String::new(), Some(0)));
    assert_eq!(pipe(&Sandbox::new(), &[]), (String::new(), String::new(), Some(0)));
}

#[test]
fn lines_go_through_the_plugins_filters_in_the_order_asked_for() {
    let (out, err, code) = pipe(&with_words(), &["full", "loud"]);
    assert_eq!((out.as_str(), code), ("TEA\nCAKE\n", Some(0)));
    assert_eq!(err, "1 of 3 lines were empty\n");
    assert_eq!(pipe(&with_words(), &["loud"]), ("TEA\n\nCAKE\n".to_owned(), String::new(), Some(0)));
}

#[test]
fn a_filter_that_no_plugin_brings_is_an_error_that_names_the_others() {
    let (out, err, code) = pipe(&with_words(), &["lod"]);
    assert_eq!((out.as_str(), code), ("", Some(1)));
    assert_eq!(err, "error: there is no filter `lod`, but: loud, full\n");
}

#[test]
fn plugins_of_another_host_and_broken_ones_change_nothing() {
    let sandbox = with_words();
    let without = pipe(&sandbox, &["loud"]);
    // Its hooks are those of Kedro-like hosts, which this one does not have.
    sandbox.install(&artifacts().telemetry());
    assert_eq!(pipe(&sandbox, &["loud"]), without);
    let path = sandbox.path("plugins/libcut.so");
    std::fs::write(&path, "text").unwrap();
    let (out, err, code) = pipe(&sandbox, &["loud"]);
    assert_eq!((out, code), (without.0, without.2));
    assert!(err.starts_with(&format!("warning: cannot load the plugin {}", path.display())), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
}
