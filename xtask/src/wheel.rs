//! `cargo xtask wheel`: the Python package kedro-telemetry, packed.
//!
//! What packs it is the package's own way of being built (`kedro-bridge/backend`), so that a wheel
//! and what pip builds of the sdist are the same. Here are the [`tools`] and what each
//! [`platform`] takes. Each wheel is [`build`]t from the unpacked sdist, which is complete then.
//! [`check`] looks at what is in a wheel ([`contents`], [`native`]), has it installed and run
//! ([`installed`]), and put in place of the original ([`replaced`]).

mod build;
mod check;
mod contents;
mod installed;
mod native;
mod options;
mod packed;
mod platform;
mod replaced;
mod tools;

use std::{fs, path::Path, process::ExitCode};

use self::{build::Source, options::Options, tools::Tools};
use crate::target::target;

/// Runs the task: fails when a wheel cannot be built or does not hold, and says by name what cannot
/// be had here.
pub fn run(words: &[&str]) -> ExitCode {
    let options = match Options::parse(words) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::from(2);
        }
    };
    let dir = target().join("wheel");
    let tools = match Tools::get(&dir) {
        Ok(tools) => tools,
        Err(why) => {
            println!("skipped: no wheel without its tools: {why}");
            return ExitCode::SUCCESS;
        }
    };
    match pack(&tools, &dir, &options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn pack(tools: &Tools, dir: &Path, options: &Options) -> Result<(), String> {
    let out = options.out.clone().unwrap_or_else(|| dir.join("out"));
    fs::create_dir_all(&out).map_err(|error| format!("cannot create {}: {error}", out.display()))?;
    let source = Source::pack(tools, dir, &out)?;
    println!("packed {}", tell(source.archive()));
    let endpoint = options.endpoint.as_deref();
    let mut lacking = Vec::new();
    for platform in &options.platforms {
        let wheel = match build::wheel(tools, &source, platform, endpoint, &out) {
            Ok(wheel) => wheel,
            Err(why) => {
                println!("FAILED {}: {why}", platform.triple);
                lacking.push(platform.triple);
                continue;
            }
        };
        println!("packed {}", tell(&wheel));
        if options.is_checked {
            check::check(&wheel, platform, endpoint, &dir.join("checked"))?;
        }
    }
    if lacking.is_empty() { Ok(()) } else { Err(format!("there is no wheel for {}", lacking.join(", "))) }
}

/// A file and its size.
fn tell(path: &Path) -> String {
    let bytes = fs::metadata(path).map_or(0, |found| found.len());
    format!("{} ({}.{} MB)", path.display(), bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}
