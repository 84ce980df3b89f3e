//! A sample of the fault campaign in every run of the tests; the whole of it is `cargo xtask
//! faults`.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    sync::{Mutex, PoisonError},
    thread::{self, Builder},
};

use tests::faults::{Effort, Scenario, Subject, Verdict, scenarios, scenarios_of_any_program};

#[test]
fn no_fault_changes_a_command_or_loses_or_doubles_an_event_or_leaves_a_process() {
    put_all(Subject::HostDemo, scenarios());
}

/// A program whose telemetry is a library, and that starts itself again to send.
#[test]
fn nor_does_one_of_a_program_of_twenty_lines_without_plugins() {
    put_all(Subject::Tally, scenarios_of_any_program());
}

/// All of them at once: each has a user, a server and processes of its own.
fn put_all(subject: Subject, scenarios: Vec<Scenario>) {
    // Those of one program after those of the other: the machine is to keep its deadlines.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let chosen: Vec<Scenario> = scenarios.into_iter().filter(|scenario| !scenario.is_slow).collect();
    let broken: Vec<&str> = thread::scope(|scope| {
        let start = |scenario: &Scenario| {
            let (fault, scenario) = (scenario.fault, *scenario);
            let thread = Builder::new().name(fault.to_owned());
            let put = move || scenario.put(subject, Effort::Sample);
            (fault, thread.spawn_scoped(scope, put).expect("a thread starts"))
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
