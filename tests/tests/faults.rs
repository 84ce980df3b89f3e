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

/// So many at once. Senders have the lowest priority and a life of their own: beside all of the
/// others they would end before their turn.
const AT_ONCE: usize = 8;

/// Several at once: each has a user, a server and processes of its own.
fn put_all(subject: Subject, scenarios: Vec<Scenario>) {
    // Those of one program after those of the other: the machine is to keep its deadlines.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let chosen = Mutex::new(scenarios.into_iter().filter(|scenario| !scenario.is_slow));
    let broken = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = chosen.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(scenario) = next else { break };
            let thread = Builder::new().name(scenario.fault.to_owned());
            let put = thread.spawn(move || scenario.put(subject, Effort::Sample)).expect("a thread starts");
            if is_broken(scenario.fault, put.join()) {
                broken.lock().unwrap_or_else(PoisonError::into_inner).push(scenario.fault);
            }
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(broken.is_empty(), "broken by: {broken:#?}");
}

fn is_broken(fault: &str, result: thread::Result<Verdict>) -> bool {
    if let Ok(Verdict::PassedOver(reason)) = &result {
        println!("passed over: {fault}: {reason}");
    }
    result.is_err()
}
