//! macOS, of which nothing runs here: plugins are linked for it, and looked at.

use std::{fs, path::PathBuf};

use tests::workspace;

use super::{table::Row, tools::Tools};
use crate::{apple_stubs, standard_library, target::target, zig::Zig};

pub const TARGET: &str = "aarch64-apple-darwin";

const NOT_RUN: &str = "all of it: nothing that can be had here runs its programs; what was linked is looked at";

/// The test that looks, where it is told of libraries.
const LOOK: [&str; 8] =
    ["test", "--quiet", "-p", "hookspec-host", "--lib", "inspect::macho::tests", "--", "--nocapture"];

/// Links the telemetry plugin and an example's, damages both, and has this platform's code look at
/// them.
pub fn play(tools: &Tools, keep: bool) -> Row {
    let mut row = Row { target: TARGET, not_run: NOT_RUN, ..Row::default() };
    let folder = tools.dir.join(TARGET);
    if let Err(why) = link(tools, &folder).and_then(|libraries| look(&libraries, &mut row)) {
        println!("FAILED {TARGET}: {why}");
        row.failed.push(why);
    }
    if !keep {
        let _ = fs::remove_dir_all(folder);
    }
    row
}

fn link(tools: &Tools, folder: &std::path::Path) -> Result<Vec<PathBuf>, String> {
    let zig = Zig::get(&target().join("wheel"))?;
    let frameworks = apple_stubs::write(folder)?;
    let linker = zig.compiler("aarch64-macos", &frameworks)?;
    let packages: [&[&str]; 2] = [&["-p", "kedro-telemetry", "--lib"], &["-p", "hookspec", "--example", "hello"]];
    for package in packages {
        println!("{TARGET}: cargo build {}", package.join(" "));
        let mut cargo = tests::cargo();
        cargo.args(["build", "--quiet", "--target", TARGET, "-Zbuild-std=std,panic_unwind,panic_abort,proc_macro"]);
        cargo.args(package).arg("--target-dir").arg(folder).current_dir(workspace());
        standard_library::allow(&mut cargo, &tools.library)
            .env("CARGO_TARGET_AARCH64_APPLE_DARWIN_LINKER", &linker)
            .env("CC_aarch64_apple_darwin", &linker)
            .env("AR_aarch64_apple_darwin", zig.archiver()?)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_STRIP", "symbols")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
        let status = cargo.status().map_err(|error| format!("cargo cannot be run: {error}"))?;
        if !status.success() {
            return Err(format!("cargo build {} ended with {status}", package.join(" ")));
        }
    }
    let output = folder.join(TARGET).join("debug");
    Ok(vec![output.join("libkedro_telemetry.dylib"), output.join("examples/libhello.dylib")])
}

fn look(libraries: &[PathBuf], row: &mut Row) -> Result<(), String> {
    let libraries = std::env::join_paths(libraries).map_err(|error| error.to_string())?;
    let mut cargo = tests::cargo();
    cargo.args(LOOK).current_dir(workspace()).env("HOOKSPEC_MACHO_LIBRARIES", libraries);
    let output = cargo.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let number = |mark: &str| {
        let behind = said.lines().filter_map(|line| Some(line.split_once(mark)?.1));
        behind.filter_map(|rest| rest.split(' ').next()?.parse::<usize>().ok()).sum::<usize>()
    };
    row.tests += number("test result: ok. ");
    row.damages += number("damages refused: ");
    if output.status.success() {
        println!("  ok     {TARGET}: {} damages refused", row.damages);
        return Ok(());
    }
    Err(format!("the look: {said}{}", String::from_utf8_lossy(&output.stderr)))
}
