//! What a user does with a host and its plugin, on whatever platform they are built for.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    thread,
    time::{Duration, Instant},
};

use tests::{Collector, copy_dir, workspace};

use super::place::Place;

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(90);

/// How many commands run at once.
const CROWD: usize = 16;

type Step = fn(&Stage) -> Result<(), String>;

const STEPS: [(&str, Step); 16] = [
    ("says its version and what is no command", version),
    ("installs, lists and verifies a plugin", installs),
    ("sends an event, and waits for no sender", sends),
    ("gives a project its id", identifies),
    ("works in a path with spaces and umlauts", travels),
    ("works at a path of more than 260 characters", lengthens),
    ("finds a plugin once, however its folder is written", spells),
    ("tells nothing under a refusal", refuses),
    ("tells nothing once it is off", switches),
    ("runs 16 commands at once", crowds),
    ("replaces a library in use", swaps),
    ("refuses libraries cut short", truncates),
    ("survives damaged libraries", damages),
    ("says what a library needs that is not there", misses),
    ("names the platform of another's library", names),
    ("removes a plugin", removes),
];

/// What a run of the scenario came to.
pub struct Outcome {
    /// How many steps there are, and how many were passed.
    pub steps: usize,
    pub passed: usize,
    /// The steps that were not, with why.
    pub failed: Vec<String>,
}

/// Plays all steps in `place`, whose folders nobody else uses.
pub fn play(place: &Place, foreign: &Path) -> Result<Outcome, String> {
    let stage = Stage::new(place, foreign)?;
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        match step(&stage) {
            Ok(()) => println!("  ok     {name}"),
            Err(why) => {
                println!("  FAILED {name}: {why}");
                failed.push(format!("{name}: {why}"));
            }
        }
    }
    Ok(Outcome { steps: STEPS.len(), passed: STEPS.len() - failed.len(), failed })
}

struct Stage<'a> {
    place: &'a Place,
    /// A library for another platform.
    foreign: &'a Path,
    collector: Collector,
    project: PathBuf,
    /// Where this run's libraries are made.
    libraries: PathBuf,
}

impl<'a> Stage<'a> {
    fn new(place: &'a Place, foreign: &'a Path) -> Result<Self, String> {
        let collector = Collector::start();
        let project = place.root.join("bakery");
        copy_dir(&workspace().join("tests/projects/bakery"), &project);
        let libraries = place.root.join("libraries");
        make(&libraries)?;
        make(&place.config)?;
        let config = format!("[plugins.kedro-telemetry]\nendpoint = \"{}\"\n", collector.endpoint());
        write(&place.config.join("config.toml"), config.as_bytes())?;
        Ok(Self { place, foreign, collector, project, libraries })
    }

    fn run(&self, words: &[&str]) -> Result<Output, String> {
        self.run_in(&self.project, words, &[])
    }

    fn run_in(&self, folder: &Path, words: &[&str], env: &[(&str, &str)]) -> Result<Output, String> {
        let mut command = self.place.command(words);
        command.current_dir(folder).envs(env.iter().copied());
        let shown = words.join(" ");
        let output = in_time(move || command.output(), &shown)?.map_err(|error| format!("{shown}: {error}"))?;
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        if out.contains(r"\\?\") || err.contains(r"\\?\") {
            return Err(format!("`{shown}` shows a path as no one writes it: {out}{err}"));
        }
        Ok(output)
    }

    /// What a command prints that must succeed.
    fn succeeds(&self, words: &[&str]) -> Result<String, String> {
        succeeded(words, self.run(words)?)
    }

    /// What a command prints that must fail.
    fn fails(&self, words: &[&str]) -> Result<String, String> {
        let output = self.run(words)?;
        match output.status.code() {
            Some(1 | 2) => Ok(text(&output.stdout) + &text(&output.stderr)),
            code => Err(format!("`{}` ended with {code:?}: {}", words.join(" "), text(&output.stderr))),
        }
    }

    fn install(&self, library: &Path) -> Result<String, String> {
        self.succeeds(&["plugin", "install", &self.place.path(library)])
    }

    /// Waits until `count` requests have come, all told.
    fn wait_for(&self, count: usize) -> Result<(), String> {
        wait_until(&format!("{count} requests"), || self.collector.account().requests >= count)
    }

    fn requests(&self) -> usize {
        self.collector.account().requests
    }

    /// The events so far.
    fn events(&self) -> usize {
        self.collector.account().received.len()
    }

    fn wait_for_events(&self, count: usize) -> Result<(), String> {
        let ask = ["telemetry", "flush"];
        wait_until(&format!("{count} events, of which {} came", self.events()), || {
            let _ = self.run(&ask);
            self.events() >= count
        })
    }

    /// A library made of `bytes`, in a folder of its own in which a host looks.
    fn library(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        let path = self.libraries.join(name).join(format!("tea{}", self.place.suffix));
        make(path.parent().unwrap_or(&path))?;
        write(&path, bytes)?;
        Ok(path)
    }
}

fn version(stage: &Stage) -> Result<(), String> {
    let said = stage.succeeds(&["--version"])?;
    expect(said.starts_with("host-demo ") && said.ends_with('\n') && !said.contains('\r'), &said)?;
    let output = stage.run(&["bake"])?;
    expect(output.status.code() == Some(2), &text(&output.stderr))?;
    expect(!text(&output.stderr).contains('\u{1b}'), "colours where no terminal is")
}

fn installs(stage: &Stage) -> Result<(), String> {
    let said = stage.install(&stage.place.plugin)?;
    expect(said.starts_with("Installed kedro-telemetry "), &said)?;
    let said = stage.succeeds(&["plugin", "list"])?;
    expect(said.lines().any(|line| line.starts_with("kedro-telemetry ") && line.contains("enabled")), &said)?;
    let said = stage.succeeds(&["plugin", "verify", "kedro-telemetry"])?;
    expect(said.contains("kedro-telemetry"), &said)
}

/// The first command gives the notice, and its event leaves with the next one. Answers are held
/// meanwhile: the sender stays, and nobody waits for it.
fn sends(stage: &Stage) -> Result<(), String> {
    stage.collector.hold();
    let notice = text(&stage.run(&["info"])?.stderr);
    stage.succeeds(&["telemetry", "on"])?;
    let ran = stage.succeeds(&["registry", "list"]);
    let arrived = stage.wait_for(1);
    stage.collector.release();
    ran?;
    arrived?;
    expect(notice.contains("telemetry off") || notice.is_empty(), &notice)?;
    stage.wait_for_events(1)
}

fn identifies(stage: &Stage) -> Result<(), String> {
    let text = fs::read_to_string(stage.project.join("pyproject.toml")).map_err(|error| error.to_string())?;
    expect(text.matches("project_id = ").count() == 1, &text)
}

fn travels(stage: &Stage) -> Result<(), String> {
    let folder = stage.place.root.join("Kühle Küche 1");
    let project = folder.join("Bäckerei № 2");
    copy_dir(&workspace().join("tests/projects/bakery"), &project);
    let library = folder.join(format!("tee und kuchen{}", stage.place.suffix));
    fs::copy(&stage.place.plugin, &library).map_err(|error| error.to_string())?;
    stage.install(&library)?;
    let before = stage.events();
    let words = ["info"];
    let said = succeeded(&words, stage.run_in(&project, &words, &[])?)?;
    expect(said.contains("Bäckerei № 2"), &said)?;
    stage.wait_for_events(before + 1)?;
    let text = fs::read_to_string(project.join("pyproject.toml")).map_err(|error| error.to_string())?;
    expect(text.contains("project_id = "), &text)
}

/// Windows has known longer ones since it has `\\?\`, but not every call of it does.
fn lengthens(stage: &Stage) -> Result<(), String> {
    let mut project = stage.place.root.join("deep");
    while project.as_os_str().len() < 300 {
        project.push("a folder among folders among folders");
    }
    copy_dir(&workspace().join("tests/projects/bakery"), &project);
    let library = project.join(format!("tea{}", stage.place.suffix));
    fs::copy(&stage.place.plugin, &library).map_err(|error| error.to_string())?;
    let said = stage.succeeds(&["plugin", "verify", &stage.place.path(&library)])?;
    expect(said.contains("kedro-telemetry"), &said)?;
    stage.install(&library)?;
    let before = stage.events();
    let path = stage.place.path(&project);
    stage.succeeds(&["--project", &path, "info"])?;
    stage.wait_for_events(before + 1)
}

fn spells(stage: &Stage) -> Result<(), String> {
    let bytes = fs::read(&stage.place.plugin).map_err(|error| error.to_string())?;
    let name = format!("tea{}", stage.place.suffix);
    let path = stage.library("Spelt", &bytes)?;
    let folder = stage.place.path(path.parent().unwrap_or(&path));
    let spellings = if stage.place.suffix == ".dll" {
        fs::rename(&path, path.with_extension("DLL")).map_err(|error| error.to_string())?;
        vec![folder.to_uppercase(), folder.replace('\\', "/"), format!(r"\\?\{folder}")]
    } else {
        vec![format!("{folder}/"), format!("{folder}/../Spelt")]
    };
    let mut words = vec!["--plugin-dir", &folder];
    words.extend(spellings.iter().flat_map(|spelling| ["--plugin-dir", spelling]));
    let said = stage.succeeds(&[&words[..], &["plugin", "list"]].concat())?;
    let is_there = |line: &&str| line.split_whitespace().any(|word| word.eq_ignore_ascii_case(&name));
    let found = said.lines().filter(is_there).count();
    expect(found == 1, &said)
}

fn refuses(stage: &Stage) -> Result<(), String> {
    let before = stage.requests();
    let words = ["telemetry", "status"];
    let said = succeeded(&words, stage.run_in(&stage.project, &words, &[("DO_NOT_TRACK", "1")])?)?;
    expect(said.contains("DO_NOT_TRACK"), &said)?;
    let words = ["info"];
    succeeded(&words, stage.run_in(&stage.project, &words, &[("DO_NOT_TRACK", "1")])?)?;
    expect(stage.requests() == before, "a request was sent")
}

fn switches(stage: &Stage) -> Result<(), String> {
    stage.succeeds(&["telemetry", "off"])?;
    let before = stage.requests();
    stage.succeeds(&["info"])?;
    let said = stage.succeeds(&["telemetry", "status"])?;
    expect(said.contains("off"), &said)?;
    expect(stage.requests() == before, "a request was sent")?;
    stage.succeeds(&["telemetry", "on"]).map(drop)
}

fn crowds(stage: &Stage) -> Result<(), String> {
    let before = stage.events();
    let failed: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = (0..CROWD).map(|_| scope.spawn(|| stage.succeeds(&["info"]))).collect();
        runs.into_iter().filter_map(|run| run.join().map_or(Some("it panicked".to_owned()), Result::err)).collect()
    });
    expect(failed.is_empty(), &failed.join("; "))?;
    stage.wait_for_events(before + CROWD)?;
    expect(stage.events() == before + CROWD, &format!("{} events instead of {CROWD}", stage.events() - before))
}

/// The sender, whose request is not answered, has the library loaded.
fn swaps(stage: &Stage) -> Result<(), String> {
    let before = stage.requests();
    stage.collector.hold();
    let swapped = stage
        .succeeds(&["info"])
        .and_then(|_| stage.wait_for(before + 1))
        .and_then(|()| stage.install(&stage.place.plugin))
        .and_then(|_| stage.succeeds(&["plugin", "verify", "kedro-telemetry"]));
    stage.collector.release();
    swapped.map(drop)
}

fn truncates(stage: &Stage) -> Result<(), String> {
    let bytes = fs::read(&stage.place.plugin).map_err(|error| error.to_string())?;
    for (number, len) in [0, 1, 63, 200, bytes.len() / 3, bytes.len() - 1].into_iter().enumerate() {
        let path = stage.library(&format!("cut{number}"), &bytes[..len])?;
        let said = stage.fails(&["plugin", "verify", &stage.place.path(&path)])?;
        expect(said.contains("incomplete") || said.contains("not a shared library"), &said)?;
        let folder = stage.place.path(path.parent().unwrap_or(&path));
        let output = stage.run(&["--plugin-dir", &folder, "info"])?;
        expect(output.status.success(), &format!("cut to {len}: {}", text(&output.stderr)))?;
    }
    let said = stage.fails(&[
        "plugin",
        "install",
        &stage.place.path(&stage.libraries.join("cut4").join(format!("tea{}", stage.place.suffix))),
    ])?;
    expect(said.contains("incomplete"), &said)
}

/// Whatever is wrong with a library, trying it takes nobody along.
fn damages(stage: &Stage) -> Result<(), String> {
    let sound = fs::read(&stage.place.plugin).map_err(|error| error.to_string())?;
    let mut rng = fastrand::Rng::with_seed(16);
    for number in 0..20 {
        let mut bytes = sound.clone();
        // Headers first, then tables and code.
        let range = if number < 14 { 0..2048 } else { 2048..bytes.len() };
        for _ in 0..4 {
            let at = rng.usize(range.clone());
            bytes[at] ^= rng.u8(1..);
        }
        let path = stage.library("damaged", &bytes)?;
        let output = stage.run(&["plugin", "verify", &stage.place.path(&path)])?;
        expect(matches!(output.status.code(), Some(0..=2)), &format!("damage {number}: {:?}", output.status))?;
    }
    Ok(())
}

fn misses(stage: &Stage) -> Result<(), String> {
    let (needed, missing): (&[u8], &[u8]) = match stage.place.suffix {
        ".dll" => (b"KERNEL32.dll\0", b"KERNEL3X.dll\0"),
        _ => (b"libc.so", b"libq.so"),
    };
    let mut bytes = fs::read(&stage.place.plugin).map_err(|error| error.to_string())?;
    let at = bytes.windows(needed.len()).position(|window| window == needed).ok_or("it needs no library")?;
    bytes[at..at + missing.len()].copy_from_slice(missing);
    let path = stage.library("missing", &bytes)?;
    let said = stage.fails(&["plugin", "verify", &stage.place.path(&path)])?;
    expect(said.matches("the system cannot load it").count() == 1, &said)?;
    let folder = stage.place.path(path.parent().unwrap_or(&path));
    let output = stage.run(&["--plugin-dir", &folder, "info"])?;
    expect(output.status.success(), &text(&output.stderr))
}

fn names(stage: &Stage) -> Result<(), String> {
    let bytes = fs::read(stage.foreign).map_err(|error| error.to_string())?;
    let path = stage.library("foreign", &bytes)?;
    let said = stage.fails(&["plugin", "verify", &stage.place.path(&path)])?;
    expect(said.contains("it is built for ") && said.contains(" on "), &said)
}

fn removes(stage: &Stage) -> Result<(), String> {
    let said = stage.succeeds(&["plugin", "remove", "kedro-telemetry"])?;
    expect(said.contains("kedro-telemetry"), &said)?;
    let said = stage.succeeds(&["plugin", "list"])?;
    expect(!said.contains("kedro-telemetry "), &said)
}

fn succeeded(words: &[&str], output: Output) -> Result<String, String> {
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(format!("`{}` ended with {}: {}{}", words.join(" "), output.status, text(&output.stdout), text(&output.stderr)))
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.trim_end().to_owned()) }
}

fn wait_until(what: &str, holds: impl Fn() -> bool) -> Result<(), String> {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() >= until {
            return Err(format!("{what} did not come in time"));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Runs `work` in a thread, which is left behind when it does not come to an end.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static, what: &str) -> Result<T, String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).map_err(|_| format!("`{what}` does not come to an end"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
