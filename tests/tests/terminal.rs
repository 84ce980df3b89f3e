//! What a person sees on a terminal of a certain width: a real one, made by `script`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use tests::{Sandbox, run, run_in_time};

/// What `host-demo ARGS` shows on a terminal with so many columns.
fn on_terminal(sandbox: &Sandbox, columns: usize, args: &[&str]) -> String {
    let host_demo = sandbox.host_demo(args);
    let words: Vec<&str> = std::iter::once(host_demo.get_program())
        .chain(host_demo.get_args())
        .map(|word| word.to_str().unwrap())
        .collect();
    let shown = sandbox.path("shown");
    let mut script = sandbox.command(Path::new("script"));
    script.args(["--quiet", "--return", "--command"]);
    script.arg(format!("stty rows 24 cols {columns}; '{}'", words.join("' '"))).arg(&shown);
    // Debian has it in bsdutils.
    assert!(run_in_time(script.current_dir(sandbox.project()), "").status.success());
    // `script` frames what it has seen by a line of its own above and below.
    let shown = fs::read_to_string(shown).unwrap().replace('\r', "");
    let lines: Vec<&str> = shown.lines().filter(|line| !line.starts_with("Script ")).collect();
    lines.join("\n").trim_end().to_owned()
}

/// The same in a pipe.
fn in_pipe(sandbox: &Sandbox, args: &[&str]) -> String {
    String::from_utf8(run(&mut sandbox.host_demo(args)).stdout).unwrap()
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

/// What is to be read in it, whatever its lines.
fn letters(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

#[test]
fn a_table_is_the_same_in_a_pipe_and_on_a_wide_terminal() {
    let sandbox = Sandbox::new();
    let piped = in_pipe(&sandbox, &["catalog", "list"]);
    assert!(widest(&piped) > 80, "{piped}");
    assert_eq!(on_terminal(&sandbox, 200, &["catalog", "list"]), piped.trim_end());
}

#[test]
fn a_table_fits_a_narrow_terminal_and_loses_nothing() {
    let sandbox = Sandbox::new();
    sandbox.install(&tests::artifacts().fixture("noop"));
    fs::write(sandbox.path("plugins/libbroken.so"), "text").unwrap();
    for args in [["catalog", "list"], ["plugin", "list"], ["registry", "list"]] {
        let (shown, piped) = (on_terminal(&sandbox, 80, &args), in_pipe(&sandbox, &args));
        let shown: Vec<&str> = shown.lines().filter(|line| !line.starts_with("warning: ")).collect();
        let table = shown.iter().skip_while(|line| line.starts_with('/')).copied().collect::<Vec<_>>().join("\n");
        assert!(widest(&table) <= 80, "{table}");
        assert_eq!(letters(&shown.join("\n")), letters(&piped), "{table}");
    }
}

#[test]
fn where_columns_would_be_stacks_of_letters_each_row_is_a_list() {
    let sandbox = Sandbox::new();
    let shown = on_terminal(&sandbox, 40, &["catalog", "list"]);
    let second = "\n\nDATASET    oven_curve\nTYPE       bakery.datasets.OvenCurveDataset\nVERSIONED  no\n\n";
    assert!(shown.contains(second), "{shown}");
}

#[test]
fn help_fits_a_narrow_terminal() {
    let sandbox = Sandbox::new();
    for args in [&["--help"][..], &["plugin", "install", "--help"], &["catalog", "list", "--help"]] {
        let shown = on_terminal(&sandbox, 60, args);
        let prose = shown.lines().filter(|line| !line.contains("Example") && !line.contains("host-demo "));
        assert!(widest(&prose.collect::<Vec<_>>().join("\n")) <= 60, "{shown}");
    }
}
