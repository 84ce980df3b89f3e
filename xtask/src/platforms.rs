//! `cargo xtask platforms`: does the code compile for other platforms, and run there?
//!
//! No other platform's standard library is needed: it is built along, from Debian's copy of this
//! compiler's sources. For macOS all is compiled, but not linked: what C there is (in TLS and in
//! tree-sitter) is compiled by zig then, which brings each platform's headers and comes as a package
//! for Python. Windows' programs run under Wine,
//! those of other Linux machines under QEMU, those of musl by its loader; macOS' are linked, and
//! looked at as plugins are before they are loaded.

mod apple;
mod build;
mod look;
mod musl;
mod place;
mod qemu;
mod run;
mod scenario;
mod table;
mod tools;
pub mod wine;

use std::process::ExitCode;

use self::{
    run::{Extent, RUNS, Run},
    table::Row,
    tools::{CHECKED, Tools},
};
use crate::target::target;

/// What is tried of each change: the one that differs most, and the other order of bytes.
const SAMPLE: [&str; 2] = ["x86_64-pc-windows-gnu", "s390x-unknown-linux-gnu"];

/// Runs the task: fails when something does not compile or does not pass, and says so by name when
/// a platform cannot be tried here.
pub fn run(options: &[&str]) -> ExitCode {
    let [all, keep, write] = ["--all", "--keep", "--write"].map(|option| options.contains(&option));
    let named: Vec<_> = options.iter().filter(|option| !option.starts_with("--")).collect();
    let is_known = |name: &str| name == apple::TARGET || RUNS.iter().any(|run| run.target == name);
    let is_option = |option: &str| ["--all", "--keep", "--write"].contains(&option) || !option.starts_with("--");
    if named.iter().any(|name| !is_known(name)) || !options.iter().all(|option| is_option(option)) {
        eprintln!("Usage: cargo xtask platforms [--keep] [--write] [--all | TARGET…]");
        return ExitCode::from(2);
    }
    let tools = match Tools::get(&target().join("platforms")) {
        Ok(tools) => tools,
        Err(why) => {
            println!("skipped: {why}");
            return ExitCode::SUCCESS;
        }
    };
    let mut code = ExitCode::SUCCESS;
    if named.is_empty() {
        let (platform, name) = CHECKED;
        match tools.check(platform, name) {
            Ok(()) => println!("ok     {platform}: compiles"),
            Err(why) => {
                println!("FAILED {platform}: {why}");
                code = ExitCode::FAILURE;
            }
        }
    }
    let extent = if all || !named.is_empty() { Extent::Whole } else { Extent::Sample };
    let named = if named.is_empty() { SAMPLE.iter().collect() } else { named };
    let is_wanted = |run: &&Run| all || named.iter().any(|name| **name == run.target);
    let mut rows: Vec<Row> = RUNS.iter().filter(is_wanted).map(|run| run.play(&tools, extent, keep)).collect();
    if all || named.iter().any(|name| **name == apple::TARGET) {
        rows.push(apple::play(&tools, keep));
    }
    if !rows.is_empty() {
        println!("\n{}", table::of(&rows));
    }
    if (all || write)
        && let Err(why) = table::write(&rows)
    {
        println!("FAILED {why}");
        code = ExitCode::FAILURE;
    }
    if rows.iter().any(|row| !row.failed.is_empty()) { ExitCode::FAILURE } else { code }
}
