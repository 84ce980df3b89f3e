//! `cargo xtask TASK`: what takes more than one cargo command.

mod bench;
mod compat;
mod conformance;
mod demo;
mod fuzz;
mod loader_campaign;
mod options;

use std::process::ExitCode;

const USAGE: &str = "Usage: cargo xtask TASK

Tasks:
  bench   measure, each figure as a ratio to its peer in the same run
  compat  build plugins and hosts by an older compiler and with shuffled layouts, and run each with each
  conformance [--keep DIR | --update]
          run the real Kedro with the real kedro-telemetry and ours on the same input, and compare all that they send
  demo    build everything, run the host on a sample project, and show what telemetry sends and when it does not
  fuzz [--seconds N] [--seed N]
          damage plugins' files and look at each for N seconds (60); no file may crash the look
  loader-campaign [--seed N] [--keep DIR]
          load plugins' damaged files, each in a process of its own, and tell what became of them";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bench"] => bench::run(),
        ["compat"] => compat::run(),
        ["conformance", ref options @ ..] => conformance::run(options),
        ["demo"] => demo::run(),
        ["fuzz", ref options @ ..] => fuzz::run(options),
        ["loader-campaign", ref options @ ..] => loader_campaign::run(options),
        ["--help" | "-h" | "help"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
