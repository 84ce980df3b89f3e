//! `plugin dev`: a plugin that is being written runs in the place of the installed one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use tests::{Sandbox, run, workspace};

/// Longest that a build may take.
const PATIENCE: Duration = Duration::from_secs(300);
const WAITING: &str = "waiting for changes in ";

/// The crate of a new plugin, whose dependencies are those of this workspace.
fn new_plugin(sandbox: &Sandbox) -> PathBuf {
    let made = sandbox.path("home/brew");
    let api = workspace().join("plugin-api");
    let args = ["plugin", "new", "brew", "--path", made.to_str().unwrap(), "--api-path", api.to_str().unwrap()];
    let output = run(&mut sandbox.host_demo(&args));
    assert!(output.status.success(), "{output:?}");
    fs::copy(workspace().join("Cargo.lock"), made.join("Cargo.lock")).unwrap();
    made
}

/// `plugin dev` at work, and what it and all that it runs say.
struct Dev {
    child: Child,
    lines: Receiver<String>,
}

impl Dev {
    fn start(mut command: Command) -> Self {
        // One pipe, so that what is said comes in its order.
        let (reader, writer) = io::pipe().unwrap();
        command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer);
        let child = command.spawn().unwrap();
        let (sender, lines) = channel();
        thread::spawn(move || {
            BufReader::new(reader).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        Self { child, lines }
    }

    /// What is said until it waits for changes.
    fn until_it_waits(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{error}: {said}"));
            said = format!("{said}{line}\n");
            if line.starts_with(WAITING) {
                return said;
            }
        }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_plugin_that_is_being_written_is_built_and_run_as_it_changes() {
    let sandbox = Sandbox::new();
    let made = new_plugin(&sandbox);
    let cargo = Path::new(env!("CARGO"));
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| env::home_dir().unwrap().join(".cargo"), PathBuf::from);
    let mut command = sandbox.host_demo(&["plugin", "dev", made.to_str().unwrap(), "--", "brew"]);
    command.env("CARGO", cargo).env("RUSTC", cargo.with_file_name("rustc")).env("CARGO_HOME", cargo_home);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-new");
    command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", target).env("CARGO_TERM_QUIET", "true");
    let dev = Dev::start(command);
    let said = dev.until_it_waits();
    assert!(said.contains("Hello from brew\n"), "{said}");
    assert!(said.contains("plugins under development are loaded from ") && said.contains("/plugin-dev-host-demo"));

    let source = made.join("src/lib.rs");
    let text = fs::read_to_string(&source).unwrap();
    fs::write(&source, text.replace("Hello from", "Hullo from")).unwrap();
    let said = dev.until_it_waits();
    assert!(said.contains("Hullo from brew\n"), "{said}");

    fs::write(&source, text.replace("call.print(", "call.prynt(")).unwrap();
    let said = dev.until_it_waits();
    assert!(said.contains("prynt") && said.contains("warning: the plugin does not build"), "{said}");
    assert!(!said.contains("Hullo"), "{said}");

    fs::write(&source, text).unwrap();
    assert!(dev.until_it_waits().contains("Hello from brew\n"));
    drop(dev);
    let output = run(&mut sandbox.host_demo(&["brew"]));
    assert_eq!(output.status.code(), Some(2), "nothing is installed: {output:?}");
}

#[test]
fn what_is_no_plugins_crate_is_said_in_a_line() {
    let sandbox = Sandbox::new();
    let output = run(&mut sandbox.host_demo(&["plugin", "dev", sandbox.path("home").to_str().unwrap()]));
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: there is no Cargo.toml in ") && said.lines().count() == 1, "{said}");
}
