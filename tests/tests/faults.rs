//! A sample of the fault campaign in every run of the tests; the whole of it is `cargo xtask
//! faults`.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::thread::{self, Builder};

use tests::faults::{Effort, Scenario, Verdict, scenarios};

/// All of them at once: each has a user, a server and processes of its own.
#[test]
fn no_fault_changes_a_command_or_loses_or_doubles_an_event_or_leaves_a_process() {
    let chosen: Vec<Scenario> = scenarios().into_iter().filter(|scenario| !scenario.is_slow).collect();
    let broken: Vec<&str> = thread::scope(|scope| {
        let start = |scenario: &Scenario| {
            let Scenario { fault, run, .. } = *scenario;
            let thread = Builder::new().name(fault.to_owned());
            (fault, thread.spawn_scoped(scope, move || run(Effort::Sample)).expect("a thread starts"))
        };
        let threads: Vec<_> = chosen.iter().map(start).collect();
        threads.into_iter().filter_map(|(fault, thread)| is_broken(fault, thread.join()).then_some(fault)).collect()
    });
    assert!(broken.is_empty(), "broken by: {broken:#?}");
}

fn is_broken(fault: &str, result: thread::Result<Verdict>) -> bool {
    if let Ok(Verdict::PassedOver(reason)) = &result {
        println!("passed over: {fault}: {reason}");
    }
    result.is_err()
}
