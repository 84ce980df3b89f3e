//! The documentation holds: what it says to type is typed, and what it shows is what comes of it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod blocks;
mod console;
mod document;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use tests::workspace;

use self::document::{CI, Document, ELSEWHERE};

/// How long one command of a document may take; building a plugin for the first time is the
/// longest.
const DEADLINE: Duration = Duration::from_secs(240);

/// Where documents are tried out, and what they build is kept.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documentation");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A document of the tests' own, tried out.
fn tried(name: &str, text: &str, deadline: Duration) -> Option<String> {
    let document = Document { path: PathBuf::from(format!("{name}.md")), text: text.to_owned() };
    let root = tempfile::tempdir().unwrap();
    document.try_out(&root.path().join(name), deadline)
}

fn problem(text: &str) -> String {
    tried("sample", text, Duration::from_secs(60)).expect("something does not hold")
}

#[test]
fn every_block_of_every_document_works() {
    // Another run of this test would write to the same folders.
    let lock = File::create(folder().join("lock")).unwrap();
    lock.lock().unwrap();
    let problems: Vec<String> = thread::scope(|scope| {
        let try_out = |document: Document| {
            let root = folder().join(document.path.with_extension("").file_name().unwrap());
            scope.spawn(move || document.try_out(&root, DEADLINE))
        };
        let tried: Vec<_> = Document::all().into_iter().map(try_out).collect();
        tried.into_iter().filter_map(|tried| tried.join().expect("a document is tried out")).collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn what_is_not_run_here_is_run_by_the_ci() {
    let script = fs::read_to_string(workspace().join(CI)).unwrap();
    let documents = Document::all();
    for command in ELSEWHERE {
        // Behind the limit of the step.
        assert!(script.lines().any(|line| line.ends_with(&format!(" {command}"))), "{CI} does not run `{command}`");
        let is_named = |document: &Document| document.text.contains(&format!("$ {command}"));
        assert!(documents.iter().any(is_named), "no document names `{command}`");
    }
}

#[test]
fn links_lead_to_files_that_exist() {
    for document in Document::all() {
        let folder = workspace().join(document.path.parent().unwrap());
        for link in document.links() {
            assert!(folder.join(&link).exists(), "{}: {link} does not exist", document.path.display());
        }
    }
}

#[test]
fn a_document_that_does_not_hold_is_told_with_the_line() {
    assert!(problem("```console\n$ true\n$ false\n```\n").starts_with("sample.md:3: `false` fails"));
    assert!(problem("```console\n$ echo tea\ncoffee\n```\n").starts_with("sample.md:2: `echo tea` prints something"));
    assert!(problem("```console\n$ true\nerror: no\n```\n").contains("`true` succeeds"));
    assert!(problem("text\n\n```sh\ntrue\n```\n").starts_with("sample.md:3: `sh` is no language"));
    assert!(problem("```\ntrue\n```\n").contains("without a language"));
    assert!(problem("    true\n").contains("indented"));
    assert!(problem("```console\necho tea\n```\n").contains("starts with a command"));
    assert!(problem("```rust\nfn main() {}\n```\n").contains("doctests.rs"));
    assert!(problem("```rust,ignore\nfn main() {}\n```\n").contains("written to a file"));
    assert!(problem("```toml\nname = \n```\n").contains("name ="));
    assert!(problem("```json\n{\n```\n").contains("EOF"));
    assert!(problem("<!-- file: tea.txt -->\n\nNo block.\n").contains("followed by no block"));
}

#[test]
fn a_command_that_does_not_end_is_ended() {
    let problem = tried("endless", "```console\n$ sleep 600 | cat\n```\n", Duration::from_millis(300)).unwrap();
    assert!(problem.contains("did not end within 300ms"), "{problem}");
}

#[test]
fn what_a_document_shows_may_leave_out_what_differs_each_time() {
    let text = "\
```console
$ cd tests && export TEA=green
$ pwd; echo \"$TEA tea\"     # where the last command has stopped
~/hooks/tests
green [..]
$ seq 9
1
...
9
$ ls no-such-file
error: [..]
...
```

<!-- file: ~/notes/tea.toml -->
```toml
tea = \"green\"
```

```console
$ cat ~/notes/tea.toml
tea = \"green\"
```
";
    // `ls` does not say `error: `, so this is where it stops.
    assert!(problem(text).starts_with("sample.md:10: `ls no-such-file` prints something else"));
    assert_eq!(tried("sample", &text.replace("ls no-such-file", "echo error: gone; false"), DEADLINE), None);
}
