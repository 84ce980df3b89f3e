//! What plugins add to a command from its start to its end: `host-demo info` as a whole process, by
//! what is in the plugin directory.

use std::{
    cell::Cell,
    env::consts,
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use tests::{Artifacts, Collector, Sandbox, run};

use super::{
    paired::{Case, Times, measure},
    table::Section,
};

const ROUNDS: usize = 60;
const START: &str = "`host-demo info` as a whole process, in milliseconds: median and quartiles. \
    What a host without plugins takes beyond the floor, by callgrind (1.20 million instructions beside 0.30) and by page faults (199 beside 70): \
    0.42 million are clap's (a look for the options by which plugins are found, the tree of the command that is typed, and the parse), \
    0.25 the system's loader's (8,500 addresses to be filled in: a program of 9 MB can fetch plugins over TLS), 0.15 the declaration of hooks and the host's own answers to plugins, \
    0.03 what gives that back at the end. The faults are pages of the program that are read or filled in for the first time. \
    The telemetry plugin is one file, which is installed, signed, locked and removed as one: what speaks HTTP and TLS, which the sender alone needs, is a third of its 5 MB and is never read by a command, \
    but its share of the 7,200 addresses is filled in at each load. A library without it would be loaded faster by some tens of microseconds.";
/// The case of a host without plugins.
const NO_PLUGIN: usize = 1;
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
            Case::new(bare.command(&artifacts.binary("print-line"))),
            Case::new(bare.host_demo(&["info"])),
            Case::new(noop.host_demo(&["info"])),
            Case::new(no),
            Case::new(local.host_demo(&["info"])),
            Case::settling(sending.host_demo(&["info"]), settle),
        ],
        ROUNDS,
    )?;
    let rows = [
        ("the floor: a Rust program that prints a line", 0),
        ("no plugin", 0),
        ("a plugin without hooks", NO_PLUGIN),
        ("telemetry, refused", NO_PLUGIN),
        ("telemetry, events stay here", NO_PLUGIN),
        ("telemetry, sender started", NO_PLUGIN),
    ];
    Ok(section("Starting a command", &format!("{START} Of {ROUNDS} interleaved rounds."), &rows, &times))
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
    let rows = [("no plugin", 0), ("telemetry, events stay here", 0)];
    Ok(section("Recording from many processes", &text, &rows, &times))
}

/// A table of cases, each with the one that it is compared with; with itself where with none.
fn section(title: &str, text: &str, rows: &[(&str, usize)], times: &Times) -> Section {
    let mut section = Section::new(title, text, &["", "whole process", "added", "ratio"]);
    for (index, (name, base)) in rows.iter().enumerate() {
        let compared = (index != *base).then(|| (times.added(index, *base), times.ratio(index, *base)));
        let (added, ratio) = compared.map(|(added, ratio)| (added.to_string(), ratio.to_string())).unwrap_or_default();
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
    put_copies_into(&sandbox.path("plugins"), &artifacts.fixture(fixture), fixture, count)
}

/// The same into any folder, of that fixture's library.
pub fn put_copies_into(folder: &Path, library: &Path, fixture: &str, count: usize) -> io::Result<Vec<PathBuf>> {
    let library = fs::read(library)?;
    let named = format!("\nname={fixture}\n");
    let place = library.windows(named.len()).position(|bytes| bytes == named.as_bytes());
    let at = place.ok_or_else(|| io::Error::other(format!("the fixture `{fixture}` has another name")))?;
    let at = at + b"\nname=".len();
    let mut files = Vec::new();
    for index in 0..count {
        let name = format!("p{index:0width$}", width = fixture.len() - 1);
        let mut copy = library.clone();
        copy[at..at + name.len()].copy_from_slice(name.as_bytes());
        let file = folder.join(&name).with_extension(consts::DLL_EXTENSION);
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
