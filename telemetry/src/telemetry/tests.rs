//! What is started, and when.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use super::*;

/// A user's telemetry with an endpoint, which nobody listens at, and how many senders it started.
fn telemetry(home: &Path, further: &[(&str, &str)]) -> (Telemetry, Arc<AtomicUsize>) {
    let started = Arc::new(AtomicUsize::new(0));
    let count = {
        let started = Arc::clone(&started);
        move |_: &[&str]| -> io::Result<()> {
            started.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    };
    let home = home.to_str().unwrap();
    let mut env = vec![("HOME", home), ("LOCALAPPDATA", home), ("NOTES_TELEMETRY_ENDPOINT", "http://127.0.0.1:9/")];
    env.extend(further);
    let facts = Facts::new(Profile::new("notes", "1"), Box::new(count), env.into_iter().collect());
    (Telemetry { facts: Arc::new(facts) }, started)
}

#[test]
fn no_sender_is_started_under_a_refusal_whatever_the_program_asks_for() {
    let home = tempfile::tempdir().unwrap();
    let (willing, started) = telemetry(home.path(), &[]);
    willing.run_command(["on"], &Silent);
    assert!(willing.count("note_added", |_| {}));
    assert_eq!(started.load(Ordering::Relaxed), 1);

    for refusal in [("DO_NOT_TRACK", ""), ("NOTES_NO_TELEMETRY", "1")] {
        for delivery in ["background", "blocking"] {
            let variables = [refusal, ("NOTES_TELEMETRY_DELIVERY", delivery)];
            let (unwilling, started) = telemetry(home.path(), &variables);
            for stage in [CommandStage::Running, CommandStage::Ending] {
                assert_eq!(unwilling.deliver(stage), DeliveryStep::Settled, "{variables:?}");
            }
            assert_eq!(started.load(Ordering::Relaxed), 0, "{variables:?}");
        }
    }
    willing.run_command(["off"], &Silent);
    willing.deliver(CommandStage::Ending);
    assert_eq!(started.load(Ordering::Relaxed), 1);
}

/// A program that goes on, such as a notebook, records one event after the other, while the sender
/// that it has started may still be about to begin.
#[test]
fn of_a_thousand_events_in_one_process_not_each_starts_a_sender() {
    const EVENTS: usize = 1000;
    let home = tempfile::tempdir().unwrap();
    let (telemetry, started) = telemetry(home.path(), &[]);
    telemetry.run_command(["on"], &Silent);
    let from = Instant::now();
    for _ in 0..EVENTS {
        assert!(telemetry.count("note_added", |_| {}));
    }
    // One a second, as long as it takes here: none of them ever comes to work.
    let most = from.elapsed().as_secs() + 1;
    let started = started.load(Ordering::Relaxed) as u64;
    assert!((1..=most).contains(&started), "{started} in {most} seconds");
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_user_alone() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let home = tempfile::tempdir().unwrap();
    let (telemetry, _) = telemetry(home.path(), &[]);
    telemetry.run_command(["on"], &Silent);
    assert!(telemetry.count("note_added", |_| {}));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["identity.toml", "consent.toml"] {
        assert_eq!(mode(&home.path().join(".config/notes-telemetry").join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&home.path().join(".local/state/notes-telemetry")), 0o700);
}

struct Silent;

impl Output for Silent {
    fn print(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn print_error(&self, _: &str) {}

    fn colors(&self) -> bool {
        false
    }
}
