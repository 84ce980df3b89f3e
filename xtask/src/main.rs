//! `cargo xtask TASK`: what takes more than one cargo command.

mod apple_stubs;
mod bench;
mod callgrind;
mod compat;
mod conformance;
mod debian;
mod demo;
#[cfg(target_os = "linux")]
mod faults;
mod fuzz;
mod glibc;
mod instructions;
mod interpreter;
mod kedro_suite;
mod loader_campaign;
mod options;
mod os;
mod pages;
mod picture;
mod platforms;
mod privacy;
mod process;
mod receivers;
mod release;
mod sanitize;
mod standard_library;
mod survey;
mod target;
mod warehouse;
mod wheel;
mod zig;

use std::process::ExitCode;

const USAGE: &str = "Usage: cargo xtask TASK

Tasks:
  bench [NAME…] [--rounds N]
          measure all or what is named, each figure beside its peer in the same run, and write it into docs/benchmarks.md;
          `kedro` in N rounds (30)
  compat  build plugins and hosts by an older compiler and with shuffled layouts, and run each with each
  conformance [--keep DIR | --sample | --update]
          run the real Kedro with the real kedro-telemetry and ours on the same input, and compare all that they send
  demo    build everything, run the host on a sample project, and show what telemetry sends and when it does not
  faults [--write | --only WORDS]
          break endpoint, disk, clock and processes on purpose, and compare the table in docs/delivery.md, or write it
  fuzz [--seconds N] [--seed N]
          damage plugins' files and look at each for N seconds (60); no file may crash the look
  instructions [--update]
          count the instructions of calls, loading and recording by callgrind, and compare with tests/instructions/figures.txt;
          more than 3 % above fails and names the function; --update writes that file, from five runs
  kedro-suite [--kedro DIR]
          run Kedro's own tests with the original and with our package, and the original's own tests with ours, and compare
  loader-campaign [--seed N] [--keep DIR]
          load plugins' damaged files, each in a process of its own, and tell what became of them;
          start a host over 1,000 damaged ones that it has installed, of which none may be loaded
  pages [--check]
          open the pages of `telemetry view` and `telemetry report` in Chromium, look for errors, requests and faint text, and take
          their pictures into docs/pictures; --check takes none
  picture [--check]
          draw docs/demo.svg from what the host prints today; --check says whether it is that already
  platforms [--all | TARGET…]
          compile what users run for Windows and macOS; run tests on each TARGET, under Wine or QEMU, and on Windows what a user does;
          --all: on all that can be had, with the table in docs/stability.md
  privacy [--cases N] [--seed N]
          plant secrets in N (1,000,000) command lines, projects, catalogs and environments, and look for them in what is sent and logged
  receivers
          compare what is sent in each form with what the receiver's own library sends for the same event
  release --dry-run [--target TRIPLE]… [--all]
          pack the host with its plugin for this platform, for each TRIPLE or for all: an archive, checksums, a signature, what is in
          it, manual pages, completions; look at licences and at the oldest glibc and processor that it runs on; then install from
          what was packed, and run it, where it can be run. Nothing is published
  sanitize [leak|thread]…
          run the hook engine's tests under LeakSanitizer and ThreadSanitizer
  survey [--python PYTHON] DIR…
          read the projects in DIR, have the Kedro of PYTHON read them too, which runs their code, and compare all numbers
  survey --check
          the same with projects of many kinds and those that Kedro itself makes; fails where a number is wrong
  warehouse
          send events through a collector into ClickHouse's engine, and compare the SQL of docs/maintainers.md with `telemetry report`
  wheel [--target TRIPLE]… [--endpoint URL] [--out DIR] [--check]
          pack the Python package kedro-telemetry for Linux on this processor, or for each TRIPLE; --check looks at it and runs it

Example: cargo xtask demo";

const TASKS: [&str; 19] = [
    "bench",
    "compat",
    "conformance",
    "demo",
    "faults",
    "fuzz",
    "instructions",
    "kedro-suite",
    "loader-campaign",
    "pages",
    "picture",
    "platforms",
    "privacy",
    "receivers",
    "release",
    "sanitize",
    "survey",
    "warehouse",
    "wheel",
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bench", ref names @ ..] => bench::run(names),
        ["compat"] => compat::run(),
        ["conformance", ref options @ ..] => conformance::run(options),
        ["demo"] => demo::run(),
        #[cfg(target_os = "linux")]
        ["faults", ref options @ ..] => faults::run(options),
        ["fuzz", ref options @ ..] => fuzz::run(options),
        ["instructions", ref options @ ..] => instructions::run(options),
        ["kedro-suite", ref options @ ..] => kedro_suite::run(options),
        ["loader-campaign", ref options @ ..] => loader_campaign::run(options),
        ["pages", ref options @ ..] => pages::run(options),
        ["picture", ref options @ ..] => picture::run(options),
        ["platforms", ref options @ ..] => platforms::run(options),
        ["privacy", ref options @ ..] => privacy::run(options),
        ["receivers"] => receivers::run(),
        ["release", ref options @ ..] => release::run(options),
        ["sanitize", ref names @ ..] => sanitize::run(names),
        ["survey", ref words @ ..] => survey::run(words),
        ["warehouse"] => warehouse::run(),
        ["wheel", ref options @ ..] => wheel::run(options),
        ["--help" | "-h" | "help"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        [task, ..] => {
            eprintln!("error: there is no task `{task}`{} `cargo xtask --help` shows all", did_you_mean(task));
            ExitCode::from(2)
        }
        [] => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The task that `word` resembles most, as a part of the sentence, or its mere end.
fn did_you_mean(word: &str) -> String {
    let likeness = |task: &&str| strsim::jaro_winkler(word, task);
    let best = TASKS.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    best.filter(|task| likeness(task) > 0.7).map_or_else(|| ";".to_owned(), |task| format!("; did you mean `{task}`?"))
}
