//! Records survive crashes, stay private and bounded, and go when they are told to.

use std::collections::HashSet;

use super::*;
use crate::support::{at, event};

fn counts(trimmed: &TrimmedRecords) -> (usize, usize) {
    (trimmed.too_old.len(), trimmed.too_many.len())
}

fn names(queue: &Queue) -> Vec<RecordName> {
    queue.list().unwrap()
}

#[test]
fn records_come_back_as_they_were_oldest_first() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    assert!(names(&queue).is_empty());
    assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0);

    let events: Vec<_> = (0..20).map(event).collect();
    for event in events.iter().rev() {
        queue.push(event, Some(Path::new("/p")), None).unwrap();
    }
    for (event, name) in events.iter().zip(names(&queue)) {
        assert_eq!((name.at(), name.key()), (event.at(), event.key()));
        let record = queue.read(&name).unwrap();
        assert_eq!(record.event.get(), event.to_json());
        assert_eq!(record.project.as_deref(), Some(Path::new("/p")));
        queue.remove(&name).unwrap();
        queue.remove(&name).unwrap();
        assert!(matches!(queue.read(&name), Err(RecordError::Gone)));
    }
    assert!(names(&queue).is_empty());
}

#[cfg(unix)]
#[test]
fn the_queue_is_the_users_alone_and_knows_any_path() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::PermissionsExt;

    let state = tempfile::tempdir().unwrap();
    let below = state.path().join("a/notes-telemetry");
    let queue = Queue::new(&below);
    let project = Path::new(std::ffi::OsStr::from_bytes(b"/p/\xff\xfe"));
    queue.push(&event(1), Some(project), None).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let name = &names(&queue)[0];
    let folder_of_project = format!("queue/new/{}", name.project());
    for folder in ["", "queue", "queue/new", &folder_of_project, "queue/tmp"] {
        assert_eq!(mode(&below.join(folder)), 0o700, "{folder}");
    }
    assert_eq!(mode(&below.join(folder_of_project).join(name.to_string())), 0o600);
    assert_eq!(queue.read(name).unwrap().project.as_deref(), Some(project));
}

#[test]
fn damage_is_told_and_foreign_files_are_no_records() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    queue.push(&event(1), None, None).unwrap();
    let name = names(&queue).remove(0);
    let new = state.path().join("queue/new").join(name.project().to_string());
    let whole = fs::read(new.join(name.to_string())).unwrap();
    for content in [&whole[..whole.len() / 2], b"", &vec![b' '; whole.len()], &vec![b'['; whole.len()]] {
        fs::write(new.join(name.to_string()), content).unwrap();
        assert!(matches!(queue.read(&name), Err(RecordError::Damaged(_))));
    }
    for foreign in ["garbage", ".hidden", "1-2-3", &format!("{name}x"), &format!("0{name}"), "00000001800000001000000"]
    {
        fs::write(new.join(foreign), "x").unwrap();
    }
    assert_eq!(names(&queue).len(), 1);
    let deleted = queue.clear(Deletion::All);
    assert_eq!((deleted.records.len(), deleted.problem.is_none()), (1, true));
    assert_eq!(fs::read_dir(new).unwrap().count(), 6, "what is not ours is left alone");
}

/// To Windows, what is below a file is not there.
#[cfg(unix)]
#[test]
fn a_queue_that_is_no_folder_is_an_error_not_a_panic() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    fs::write(state.path().join("queue"), "x").unwrap();
    let cleared = queue.clear(Deletion::All).problem.unwrap();
    for error in [queue.push(&event(1), None, None).unwrap_err(), queue.list().unwrap_err(), cleared] {
        assert!(error.to_string().contains("queue"), "{error}");
    }
    assert_eq!(fs::read_to_string(state.path().join("queue")).unwrap(), "x");
}

#[cfg(unix)]
#[test]
fn what_is_in_the_way_keeps_no_event_from_being_deleted() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    let project = Path::new("/p");
    let fill = || {
        for n in 0..3 {
            queue.push(&event(n), Some(project), None).unwrap();
        }
    };
    fill();
    let first = names(&queue).remove(0);
    let (new, tmp) = (state.path().join("queue/new"), state.path().join("queue/tmp"));
    let of_project = new.join(first.project().to_string());
    // Folders, one of them under the name of a record, and a link to nowhere.
    let named =
        |micros: u64, size: u64| format!("{micros:020}-{}-{size}-{}-local", first.key().simple(), first.project());
    for folder in
        [new.join("00"), new.join(".snapshot"), of_project.join("00"), tmp.join("00"), of_project.join(named(1, 2))]
    {
        fs::create_dir(folder).unwrap();
    }
    let link = of_project.join(named(2, 3));
    std::os::unix::fs::symlink("/nonexistent", &link).unwrap();
    assert!(matches!(queue.read(&named(2, 3).parse().unwrap()), Err(RecordError::Damaged(_))));

    let left = |queue: &Queue| names(queue).len();
    // The folder under a record's name cannot be removed as one, and is told.
    assert!(queue.clear_project(project).problem.is_some());
    assert_eq!(left(&queue), 1);
    fill();
    let deleted = queue.clear(Deletion::All);
    assert_eq!((deleted.records.len(), deleted.problem.is_some()), (3, true));
    assert_eq!(left(&queue), 1);
    fs::remove_dir(of_project.join(named(1, 2))).unwrap();
    fill();
    let deleted = queue.clear(Deletion::All);
    assert_eq!((deleted.records.len(), deleted.problem.is_none()), (3, true));
    assert!(new.join("00").is_dir() && tmp.join("00").is_dir() && of_project.join("00").is_dir());
}

#[test]
fn the_oldest_go_first_when_there_are_too_many_too_large_or_too_old() {
    let state = tempfile::tempdir().unwrap();
    let fill = |bounds: QueueBounds| {
        let queue = Queue::with_bounds(state.path(), bounds);
        queue.clear(Deletion::All);
        for n in 0..10 {
            queue.push(&event(n), None, None).unwrap();
        }
        queue
    };
    let left = |queue: &Queue| names(queue).iter().map(RecordName::at).collect::<Vec<_>>();

    let wide = QueueBounds::default();
    let queue = fill(wide);
    assert_eq!(queue.trim(at(10)).unwrap(), TrimmedRecords::default());
    let few = Queue::with_bounds(state.path(), QueueBounds { records: 3, ..wide });
    assert_eq!(counts(&few.trim(at(10)).unwrap()), (0, 7));
    assert_eq!(left(&queue), [at(7), at(8), at(9)]);

    let queue = fill(wide);
    let size = names(&queue)[0].size();
    let small = Queue::with_bounds(state.path(), QueueBounds { bytes: 2 * size, ..wide });
    assert_eq!(counts(&small.trim(at(10)).unwrap()), (0, 8));

    let queue = fill(wide);
    let short = Queue::with_bounds(state.path(), QueueBounds { age: Duration::from_secs(4), ..wide });
    assert_eq!(counts(&short.trim(at(10)).unwrap()), (6, 0));
    assert_eq!(left(&queue)[0], at(6));
    // A clock set back makes nothing old.
    assert_eq!(short.trim(SystemTime::UNIX_EPOCH).unwrap(), TrimmedRecords::default());
}

#[test]
fn pushing_alone_keeps_the_bounds() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::with_bounds(state.path(), QueueBounds { records: 5, ..QueueBounds::default() });
    let looks = |event: &Event| event.key().as_u128().is_multiple_of(TRIM_EVERY);
    let push = |event: &Event| {
        queue.push(event, None, None).unwrap();
        counts(&queue.trim_by_turns(event))
    };
    let mut events = std::iter::repeat_with(|| event(1));
    for event in events.by_ref().filter(|event| !looks(event)).take(7) {
        assert_eq!(push(&event), (0, 0));
    }
    assert_eq!(push(&events.find(looks).unwrap()), (0, 3));
    assert_eq!(names(&queue).len(), 5);
}

#[test]
fn an_event_beyond_all_measure_is_not_recorded() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    let long = format!("/{}", "x".repeat(usize::try_from(MAX_RECORD).unwrap()));
    assert!(queue.push(&event(1), Some(Path::new(&long)), None).is_err());
    assert!(names(&queue).is_empty());
}

#[test]
fn a_record_that_is_taken_or_given_back_meanwhile_is_listed_and_read() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    let name = queue.push(&event(1), None, None).unwrap();
    // One move at a time, at whatever moment of the list.
    for round in 0..2_000 {
        std::thread::scope(|scope| {
            let moved = scope.spawn(|| {
                if round % 2 == 0 {
                    assert!(queue.take(&name).unwrap());
                } else {
                    queue.give_back(&name).unwrap();
                }
            });
            while !moved.is_finished() {
                assert_eq!(queue.list().unwrap(), std::slice::from_ref(&name));
                assert!(queue.read(&name).is_ok());
            }
        });
    }
}

#[test]
fn a_file_name_with_an_impossible_size_or_time_is_not_a_record() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    queue.push(&event(1), None, None).unwrap();
    let first = names(&queue).remove(0);
    let of_project = state.path().join("queue/new").join(first.project().to_string());
    let named =
        |micros: u64, size: u64| format!("{micros:020}-{}-{size}-{}-local", first.key().simple(), first.project());
    for (micros, size) in [(1, u64::MAX), (2, u64::MAX), (3, MAX_RECORD + 1)] {
        fs::write(of_project.join(named(micros, size)), "{}").unwrap();
    }
    assert_eq!(names(&queue).len(), 1);
    assert_eq!(queue.trim(at(1)).unwrap(), TrimmedRecords::default());
    // In the year 30489, of which Windows still knows.
    let latest: RecordName = named(900_000_000_000_000_000, 2).parse().unwrap();
    assert!(latest.at() > at(1));
}

#[test]
fn withdrawing_for_one_project_leaves_the_others() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    for (n, root) in [Some("/p"), None, Some("/other"), Some("/p")].into_iter().enumerate() {
        queue.push(&event(n as u64), root.map(Path::new), None).unwrap();
    }
    assert_eq!(queue.clear_project(Path::new("/p")).records.len(), 2);
    let left: Vec<_> = names(&queue).iter().map(|name| queue.read(name).unwrap().project).collect();
    assert_eq!(left, [None, Some("/other".into())]);
    assert_eq!(queue.clear_project(Path::new("/other")).records.len(), 1);
}

#[test]
fn what_a_sender_has_taken_is_deleted_by_nobody_else() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    for n in 0..3 {
        queue.push(&event(n), Some(Path::new("/p")), None).unwrap();
    }
    let all = names(&queue);
    assert!(queue.take(&all[0]).unwrap() && !queue.take(&all[0]).unwrap());
    assert_eq!(queue.read(&all[0]).unwrap().event.get(), event_text(&queue, &all[0]));
    let mut deleted = queue.clear_project(Path::new("/p")).records;
    deleted.sort_unstable();
    assert_eq!(deleted, all[1..]);
    assert!(queue.clear(Deletion::NotTaken).records.is_empty());
    assert_eq!(names(&queue), all[..1]);
    queue.give_back(&all[0]).unwrap();
    assert_eq!(queue.clear(Deletion::NotTaken).records, all[..1]);
}

fn event_text(queue: &Queue, name: &RecordName) -> String {
    let taken = fs::read(queue.path_taken(name)).unwrap();
    Record::decode(name, &taken).unwrap().event.get().to_owned()
}

#[test]
fn unfinished_files_of_dead_processes_are_removed_and_of_living_ones_are_not() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(state.path());
    queue.push(&event(1), None, None).unwrap();
    let stray = state.path().join("queue/tmp").join(names(&queue)[0].to_string());
    fs::write(&stray, "{").unwrap();
    queue.remove_strays(SystemTime::now()).unwrap();
    assert!(stray.exists());
    queue.remove_strays(SystemTime::now() + Duration::from_secs(2 * 60 * 60)).unwrap();
    assert!(!stray.exists());
    assert_eq!(names(&queue).len(), 1);
}

#[test]
fn commands_that_record_at_once_lose_nothing() {
    let state = tempfile::tempdir().unwrap();
    let queue = Queue::new(&state.path().join("fresh"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..25).for_each(|_| assert!(queue.push(&event(1), None, None).is_ok()));
            });
        }
    });
    let keys: HashSet<_> = names(&queue).iter().map(RecordName::key).collect();
    assert_eq!(keys.len(), 200);
    assert_eq!(fs::read_dir(state.path().join("fresh/queue/tmp")).unwrap().count(), 0);
}
