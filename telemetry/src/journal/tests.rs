use std::fs;

use super::*;
use crate::support::{at, event};

#[test]
fn the_log_is_appended_read_back_and_bounded() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::new(&state.path().join("fresh"));
    assert!(journal.read().unwrap().is_empty());
    journal.append(&[]).unwrap();
    assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);

    let raw = RawValue::from_string(event(1).to_json()).unwrap();
    journal.append(&[LogEntry::event(at(2), EventOutcome::Sent, None, &raw)]).unwrap();
    journal.append(&[LogEntry::summary(at(3), EventOutcome::Dropped, "too old", 7)]).unwrap();
    let text = fs::read_to_string(&journal.current).unwrap();
    assert!(text.starts_with(r#"{"at":"2027-01-15T08:00:02.000000Z","outcome":"sent","count":1,"event":{"event":"#));
    fs::write(&journal.current, format!("{text}half a li")).unwrap();
    let entries = journal.read().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].event.as_ref().unwrap().get(), event_text(&entries[0]));
    assert_eq!(
        (entries[1].outcome, entries[1].count, entries[1].reason.as_deref()),
        (EventOutcome::Dropped, 7, Some("too old"))
    );

    let batch = vec![LogEntry::event(at(4), EventOutcome::Sent, None, &raw); 1000];
    for _ in 0..8 {
        journal.append(&batch).unwrap();
    }
    let total: u64 =
        fs::read_dir(state.path().join("fresh")).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(total < 4 * 1024 * 1024, "{total}");
    assert_eq!(journal.read().unwrap().last().unwrap().outcome, EventOutcome::Sent);
    journal.clear().unwrap();
    assert!(journal.read().unwrap().is_empty());
}

fn event_text(entry: &LogEntry) -> &str {
    entry.event.as_ref().map_or("", |event| event.get())
}

#[test]
fn a_full_log_is_set_aside_once_however_many_find_it_full() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::new(state.path());
    let line = serde_json::to_string(&LogEntry::summary(at(1), EventOutcome::Dropped, "first", 1)).unwrap() + "\n";
    let lines = usize::try_from(MAX_FILE).unwrap() / line.len() + 1;
    fs::write(&journal.current, line.repeat(lines)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let entry = LogEntry::summary(at(2), EventOutcome::Dropped, "second", 1);
                (0..25).for_each(|_| journal.append(std::slice::from_ref(&entry)).unwrap());
            });
        }
    });
    // Windows may have it set aside by the last of them.
    if cfg!(unix) {
        assert_eq!(journal.read_set_aside().unwrap().len(), lines);
    }
    assert_eq!(journal.read().unwrap().len(), lines + 200);
}
