//! Commands that are killed, at once, and without room on the disk.

use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::{author::Author, user::User};

/// So many of each command are killed, at times spread over what it takes; `PLUGIN_KILLS` says
/// another number, for a campaign.
const KILLS: u32 = 15;

/// Killed at any time, a command leaves the old plugin or the new one, and the lock tells which.
#[test]
fn a_killed_command_leaves_one_plugin_that_is_locked() {
    let author = Author::of(&["0.1.0", "0.2.0"]);
    let user = User::trusting(&author.public_key("own"), author.index().to_str().unwrap());
    user.says(&["install", "noop@0.1.0"]);
    let began = Instant::now();
    user.says(&["update"]);
    let whole = began.elapsed();
    let rollback = &["rollback", "noop"][..];
    let install = &["install", "noop@0.1.0", "--allow-downgrade"][..];
    let kills = std::env::var("PLUGIN_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut versions = std::collections::BTreeSet::new();
    for number in 0..kills * 3 {
        let args = [&["update"][..], rollback, install][number as usize % 3];
        let mut child = user.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole * (number / 3) / kills);
        let _ = child.kill();
        child.wait().unwrap();
        let version = user.installed().unwrap_or_else(|| panic!("kill {number} of {args:?} left no plugin"));
        assert!(version == "0.1.0" || version == "0.2.0", "kill {number}");
        versions.insert(version);
    }
    assert_eq!(versions.len(), 2, "the kills came at different times: {}", Duration::as_millis(&whole));
    assert!(user.plugin(&["verify", "--all"]).status.success());
    user.says(&["install", "noop@0.2.0"]);
    assert_eq!(user.installed().as_deref(), Some("0.2.0"));
}

#[test]
fn two_installs_at_once_leave_one_plugin() {
    let author = Author::of(&["0.1.0", "0.2.0"]);
    let user = User::trusting(&author.public_key("own"), author.index().to_str().unwrap());
    for _ in 0..5 {
        let both = ["noop@0.1.0", "noop@0.2.0"].map(|plugin| {
            user.command(&["install", plugin, "--allow-downgrade"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        });
        for mut child in both {
            assert!(child.wait().unwrap().success());
        }
        assert!(user.installed().is_some());
    }
}
