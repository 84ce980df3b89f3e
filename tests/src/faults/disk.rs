//! Disks and folders that take nothing.

use std::{
    fs::{self, File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    ledger::Books,
    process::finish,
    scenario::{Effort, Scenario, Verdict},
    scene::Scene,
    table::{Cell, Row},
};
use crate::collector::Collector;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("disk full, more and less", disk_full),
    Scenario::new("disk that fills up before delivery", disk_filled),
    Scenario::new("read-only home", read_only),
    Scenario::new("`HOME` unset", homeless),
    Scenario::new("queue directory replaced by a file", file_for_queue),
];

/// Commands run under each fault.
const COMMANDS: usize = 3;
/// The size of the small disk, in pages.
const PAGES: usize = 16;
const PAGE: usize = 4096;

/// A small disk in place of a folder, which it gives up when dropped.
struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    fn mount(path: &Path) -> Result<Self, String> {
        fs::create_dir_all(path).unwrap();
        let size = format!("size={}", PAGES * PAGE);
        let output = finish(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path));
        if output.status.success() {
            return Ok(Self { path: path.into() });
        }
        Err(format!("mounting a small disk needs root: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }

    /// Leaves so many pages free.
    fn fill(&self, free: usize) {
        let path = self.path.join("ballast");
        let mut ballast = File::create(&path).unwrap();
        while ballast.write_all(&[0; PAGE]).is_ok() {}
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub((free * PAGE) as u64)).unwrap();
    }

    fn empty(&self) {
        fs::remove_file(self.path.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}

/// With less and less room: what does not fit is not recorded, and half of nothing is.
fn disk_full(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    let disk = match SmallDisk::mount(&scene.state()) {
        Ok(disk) => disk,
        Err(reason) => return Verdict::PassedOver(reason),
    };
    for free in [1, 0, 0] {
        disk.fill(free);
        scene.without_sender(|scene| scene.run_commands(COMMANDS));
    }
    let under = Books::of(&scene, &collector);
    let recorded = under.total();
    under.balance(recorded);
    assert!(recorded < COMMANDS, "the disk was not full: {under:?}");
    disk.empty();
    let row = delivered_when_over(&scene, &collector, &under, COMMANDS * COMMANDS);
    drop(disk);
    Verdict::Endured(row)
}

/// What cannot be said in the log is not sent.
fn disk_filled(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    let disk = match SmallDisk::mount(&scene.state()) {
        Ok(disk) => disk,
        Err(reason) => return Verdict::PassedOver(reason),
    };
    scene.without_sender(|scene| scene.run_commands(COMMANDS));
    disk.fill(0);
    let flush = finish(&mut scene.program(&["telemetry", "flush"]));
    assert_eq!(flush.status.code(), Some(1), "{flush:?}");
    let under = Books::of(&scene, &collector);
    under.balance(COMMANDS);
    disk.empty();
    scene.flush();
    let after = Books::of(&scene, &collector);
    after.balance(COMMANDS);
    assert!(after.queued.is_empty(), "{after:?}");
    drop(disk);
    Verdict::Endured(under.row(COMMANDS, COMMANDS, &after))
}

fn read_only(_: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    scene.sandbox.drop_privileges();
    let permit = |scene: &Scene, mode| {
        for dir in ["home", "config", "state", "data", "cache", "project"] {
            fs::set_permissions(scene.sandbox.path(dir), Permissions::from_mode(mode)).unwrap();
        }
    };
    permit(&scene, 0o555);
    scene.run_commands(COMMANDS);
    scene.settle();
    let under = Books::of(&scene, &collector);
    under.balance(0);
    permit(&scene, 0o755);
    Verdict::Endured(delivered_when_over(&scene, &collector, &under, COMMANDS))
}

fn homeless(_: Effort) -> Verdict {
    let collector = Collector::start();
    let mut scene = Scene::with_endpoint(&collector.endpoint());
    let config = scene.sandbox.path("config/host-demo/config.toml");
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        scene.set_env(name, None);
    }
    // Where to send is known all the same.
    scene.set_env("KEDRO_TELEMETRY_ENDPOINT", Some(collector.endpoint().into()));
    assert!(config.exists());
    let before = scene.sandbox.files();
    scene.run_commands(COMMANDS);
    scene.settle();
    assert!(scene.sandbox.files() == before, "a file was changed");
    let under = Books::of(&scene, &collector);
    under.balance(0);
    for (name, dir) in [("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")] {
        scene.set_env(name, Some(scene.sandbox.path(dir).into()));
    }
    Verdict::Endured(delivered_when_over(&scene, &collector, &under, COMMANDS))
}

fn file_for_queue(_: Effort) -> Verdict {
    let collector = Collector::start();
    let scene = Scene::with_endpoint(&collector.endpoint());
    fs::create_dir_all(scene.state()).unwrap();
    let queue = scene.state().join("queue");
    fs::write(&queue, "in the way").unwrap();
    scene.run_commands(COMMANDS);
    scene.settle();
    assert_eq!(fs::read(&queue).unwrap(), b"in the way");
    fs::remove_file(&queue).unwrap();
    let under = Books::of(&scene, &collector);
    under.balance(0);
    Verdict::Endured(delivered_when_over(&scene, &collector, &under, COMMANDS))
}

/// The fault is over: one more command is recorded and delivered, and with it what waits.
fn delivered_when_over(scene: &Scene, collector: &Collector, under: &Books, commands: usize) -> Row {
    scene.set_endpoint(&collector.endpoint());
    scene.run_command();
    scene.settle();
    let after = Books::of(scene, collector);
    let recorded = under.total();
    after.balance(recorded + 1);
    assert!(after.queued.is_empty(), "{after:?}");
    Row {
        commands: Cell::Always(commands),
        recorded: Cell::Always(recorded),
        delivered: Cell::Always(under.delivered.len()),
        queued: Cell::Always(under.queued.len()),
        later: Cell::Always(after.delivered.len() - under.delivered.len() - 1),
        dropped: under.dropped(),
        again: Cell::Always(after.again),
    }
}
