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

use tests::{Artifacts, Collector, Sandbox};

use super::{
    paired::{Case, Times, measure},
    table::Section,
};

const ROUNDS: usize = 60;
const MANY: [usize; 3] = [1, 10, 100];
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

/// A command by how many plugins it loads.
pub fn loading(artifacts: &Artifacts) -> Result<Section, String> {
    let sandboxes = MANY.map(|count| (Sandbox::with(artifacts), count));
    for (sandbox, count) in &sandboxes {
        install_noops(sandbox, artifacts, *count).map_err(|error| error.to_string())?;
    }
    let bare = Sandbox::with(artifacts);
    let mut cases = vec![Case::new(bare.host_demo(&["info"]))];
    cases.extend(sandboxes.iter().map(|(sandbox, _)| Case::new(sandbox.host_demo(&["info"]))));
    let times = measure(&mut cases, ROUNDS / 2)?;
    let text = "`host-demo info` as a whole process, in milliseconds. Every plugin is a library of its own, with one hookimpl.";
    let mut section = Section::new("Loading plugins", text, &["plugins", "whole process", "added", "added by each"]);
    section.row(&["0", &times.of(0).to_string(), "", ""]);
    for (index, count) in MANY.into_iter().enumerate() {
        let added = times.added(index + 1, 0);
        #[allow(clippy::cast_precision_loss, reason = "a hundred at most")]
        let each = added.median / count as f64;
        section.row(&[count.to_string(), times.of(index + 1).to_string(), added.to_string(), format!("{each:.2}")]);
    }
    Ok(section)
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
    install_copies(&artifacts.fixture("noop"), &sandbox.path("plugins"), count)
}

/// Puts copies of the library of `noop` into a folder, each with a name of its own in its manifest.
pub fn install_copies(noop: &Path, folder: &Path, count: usize) -> io::Result<Vec<PathBuf>> {
    const NAMED: &[u8] = b"\nname=noop\n";
    let library = fs::read(noop)?;
    let place = library.windows(NAMED.len()).position(|bytes| bytes == NAMED);
    let at = place.ok_or_else(|| io::Error::other("the fixture `noop` has another name"))? + b"\nname=".len();
    let mut files = Vec::new();
    for index in 0..count {
        let name = format!("p{index:03}");
        let mut copy = library.clone();
        copy[at..at + 4].copy_from_slice(name.as_bytes());
        let file = folder.join(&name).with_extension(consts::DLL_EXTENSION);
        fs::write(&file, copy)?;
        files.push(file);
    }
    Ok(files)
}
