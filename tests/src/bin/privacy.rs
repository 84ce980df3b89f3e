//! `privacy CASES SEED`: plays generated cases on all processors and looks for anything private in
//! what would be sent or logged.

use std::{env, process::ExitCode, thread, time::Instant};

fn main() -> ExitCode {
    let mut numbers = env::args().skip(1).map(|word| word.parse::<u64>());
    let (Some(Ok(cases)), Some(Ok(seed)), None) = (numbers.next(), numbers.next(), numbers.next()) else {
        eprintln!("Usage: privacy CASES SEED");
        return ExitCode::from(2);
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    let report = tests::privacy::run(cases, seed, threads, None);
    println!("{report}; {:.0} s on {threads} threads", started.elapsed().as_secs_f64());
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
