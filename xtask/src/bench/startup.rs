//! What plugins add to a command from its start to its end: `host-demo info` as a whole process, by
//! what is in the plugin directory.

use std::{
    cell::Cell,
    fs, io,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use tests::{Artifacts, Collector, Sandbox, run};

use super::{
    paired::{Case, Times, measure},
    table::Section,
};

const ROUNDS: usize = 60;
/// Commands at once.
const PROCESSES: usize = 64;

/// A command by what of telemetry it has.
pub fn telemetry(artifacts: &Artifacts) -> Result<Section, String> {
    let collector = Collector::start();
    let sent = Cell::new(0);
    let bare = Sandbox::with(artifacts);
    let noop = Sandbox::with(artifacts);
    install_noops(&noop, artifacts, 1).map_err(|error| error.to_string())?;
    let [refused, local, sending] = [(); 3].map(|()| with_telemetry(artifacts));
    sending.set_endpoint(&collector.endpoint());
    let mut no = refused.host_demo(&["info"]);
    no.env("DO_NOT_TRACK", "1");
    let settle = |_: &mut Command| {
        sent.set(sent.get() + 1);
        let _ = collector.wait_for(sent.get());
        sending.settle();
    };
    let times = measure(
        &mut [
            Case::new(bare.host_demo(&["info"])),
            Case::new(noop.host_demo(&["info"])),
            Case::new(no),
            Case::new(local.host_demo(&["info"])),
            Case::settling(sending.host_demo(&["info"]), settle),
        ],
        ROUNDS,
    )?;
    let names = [
        "no plugin",
        "a plugin without hooks",
        "telemetry, refused",
        "telemetry, events stay here",
        "telemetry, sender started",
    ];
    let text = format!(
        "`host-demo info` as a whole process, in milliseconds: median and quartiles of {ROUNDS} interleaved rounds."
    );
    Ok(section("Starting a command", &text, &names, &times))
}

/// Many commands at once, each of which records an event.
pub fn at_once(artifacts: &Artifacts) -> Result<Section, String> {
    let [bare, local] = [Sandbox::with(artifacts), with_telemetry(artifacts)];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS / 4 {
        for (sandbox, times) in [&bare, &local].into_iter().zip(&mut times) {
            let start = Instant::now();
            let children = (0..PROCESSES).map(|_| {
                sandbox.host_demo(&["info"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
            });
            let children = children.collect::<io::Result<Vec<Child>>>().map_err(|error| error.to_string())?;
            for mut child in children {
                child.wait().map_err(|error| error.to_string())?;
            }
            times.push(start.elapsed());
        }
    }
    let times = Times::new(times.to_vec());
    let text = format!(
        "{PROCESSES} times `host-demo info`, all started at once, in milliseconds until the last has ended. With telemetry, each records an event."
    );
    Ok(section("Recording from many processes", &text, &["no plugin", "telemetry, events stay here"], &times))
}

fn section(title: &str, text: &str, names: &[&str], times: &Times) -> Section {
    let mut section = Section::new(title, text, &["", "whole process", "added", "ratio"]);
    for (index, name) in names.iter().enumerate() {
        let (added, ratio) = match index {
            0 => (String::new(), String::new()),
            _ => (times.added(index, 0).to_string(), times.ratio(index, 0).to_string()),
        };
        section.row(&[(*name).to_owned(), times.of(index).to_string(), added, ratio]);
    }
    section
}

/// A sandbox with telemetry and a user who has been told of it: the notice is shown once.
pub fn with_telemetry(artifacts: &Artifacts) -> Sandbox {
    let sandbox = Sandbox::with(artifacts);
    sandbox.install(&artifacts.telemetry());
    sandbox
}

/// Puts `count` plugins into the directory that do nothing. Gives the files.
pub fn install_noops(sandbox: &Sandbox, artifacts: &Artifacts, count: usize) -> io::Result<Vec<PathBuf>> {
    put_copies(sandbox, artifacts, "noop", count)
}

/// Puts `count` copies of the fixture into the directory, each with a name of its own in its manifest.
/// Gives the files.
pub fn put_copies(sandbox: &Sandbox, artifacts: &Artifacts, fixture: &str, count: usize) -> io::Result<Vec<PathBuf>> {
    let original = artifacts.fixture(fixture);
    let library = fs::read(&original)?;
    let named = format!("\nname={fixture}\n");
    let place = library.windows(named.len()).position(|bytes| bytes == named.as_bytes());
    let at = place.ok_or_else(|| io::Error::other(format!("the fixture `{fixture}` has another name")))?;
    let at = at + b"\nname=".len();
    let mut files = Vec::new();
    for index in 0..count {
        let name = format!("p{index:0width$}", width = fixture.len() - 1);
        let mut copy = library.clone();
        copy[at..at + name.len()].copy_from_slice(name.as_bytes());
        let file = original.with_file_name(&name).with_extension(original.extension().unwrap_or_default());
        let file = sandbox.path("plugins").join(file.file_name().unwrap_or_default());
        fs::write(&file, copy)?;
        files.push(file);
    }
    Ok(files)
}

/// Has the host install copies of the fixture.
pub fn install_copies(sandbox: &Sandbox, artifacts: &Artifacts, fixture: &str, count: usize) -> io::Result<()> {
    for library in put_copies(sandbox, artifacts, fixture, count)? {
        let output = run(&mut sandbox.host_demo(&["--no-plugins", "plugin", "install", &library.to_string_lossy()]));
        if !output.status.success() {
            return Err(io::Error::other(format!("a plugin cannot be installed: {output:?}")));
        }
        fs::remove_file(library)?;
    }
    Ok(())
}
