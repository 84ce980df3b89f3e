//! A queue that nothing can be taken out of, and one with what others have put there.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
};

use super::{
    ledger::Books,
    process::finish,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("queue without permission to write", unwritable),
    Scenario::new("records of another version, and files of others, in the queue", foreign),
];

/// Events queued before the fault, and commands run under it.
const COMMANDS: usize = 3;

/// The folder of the one project of which something is queued.
fn of_project(scene: &Scene) -> PathBuf {
    let new = scene.state().join("queue/new");
    fs::read_dir(new).unwrap().next().unwrap().unwrap().path()
}

/// What cannot be taken out of the queue would be sent again and again.
fn unwritable(_: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    scene.sandbox.drop_privileges();
    let folder = of_project(&scene);
    let permit = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
    permit(0o555);
    for _ in 0..COMMANDS {
        scene.run_command();
        scene.settle();
        let flush = finish(&mut scene.program(&["telemetry", "flush"]));
        assert_eq!(flush.status.code(), Some(1), "{flush:?}");
    }
    let under = Books::of(&scene, &collector);
    under.balance(COMMANDS);
    let often: Vec<_> = collector.account().received.into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(often.is_empty(), "sent more than once: {often:?}");
    permit(0o755);
    scene.flush();
    let after = Books::of(&scene, &collector);
    after.balance(COMMANDS);
    assert!(after.queued.is_empty(), "{after:?}");
    Verdict::Endured(under.row(2 * COMMANDS, COMMANDS, &after))
}

/// Beside events of our own, which are sent as ever.
fn foreign(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    let (folder, queue) = (of_project(&scene), scene.state().join("queue"));
    let sound = fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let name = sound.file_name().into_string().unwrap();
    let text = fs::read_to_string(sound.path()).unwrap();
    // Of the same length, by another key.
    let of_later = text.replacen("{\"form\":1,", "{\"form\":9,", 1);
    assert_ne!(of_later, text);
    let parts: Vec<&str> = name.split('-').collect();
    let name_of_later = format!("{}-{:032x}-{}", parts[0], 0, parts[2..].join("-"));
    // A name that says more than ours do.
    let name_of_another = format!("{name}-more");
    let files = [
        folder.join(name_of_later),
        folder.join(&name_of_another),
        folder.join("notes.txt"),
        queue.join("new/notes.txt"),
        queue.join("sending/notes.txt"),
        queue.join("tmp/notes.txt"),
        queue.join("notes/notes.txt"),
    ];
    for file in &files {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, &of_later).unwrap();
    }
    for _ in 0..COMMANDS {
        scene.run_command();
        scene.settle();
    }
    scene.flush();
    let changed: Vec<_> =
        files.iter().filter(|file| fs::read_to_string(file).ok().as_ref() != Some(&of_later)).collect();
    assert!(changed.is_empty(), "not left alone: {changed:?}");
    let books = Books::of(&scene, &collector);
    books.balance(2 * COMMANDS);
    assert_eq!((books.queued.len(), books.of_other_versions), (0, 1), "{books:?}");
    Verdict::Endured(books.row(2 * COMMANDS, 2 * COMMANDS, &books))
}
