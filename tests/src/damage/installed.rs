//! A plugin that was really installed, damaged where it lies, and the host started over it.

use std::{
    fs::{self, File, FileTimes},
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::SystemTime,
};

use fastrand::Rng;
use object::{Object, ObjectSection};

use crate::{Artifacts, Sandbox, artifacts, run};

/// Longest line that a person reads.
const LINE: usize = 600;

/// A plugin that leaves a trace when it is loaded, in a sandbox of its own.
pub struct InstalledPlugin {
    sandbox: Sandbox,
    path: PathBuf,
    whole: Vec<u8>,
    modified: SystemTime,
    /// What is in the file, by name; the first is all of it.
    sections: Vec<(String, Range<usize>)>,
    /// What a command prints without the plugin.
    without: Output,
}

impl InstalledPlugin {
    /// Has the host install the plugin of these fixtures, and makes sure that it is loaded.
    #[must_use]
    pub fn new(fixtures: &Artifacts) -> Self {
        let sandbox = Sandbox::with(artifacts());
        let library = fixtures.fixture("eager_start");
        let whole = fs::read(&library).unwrap();
        let file = object::File::parse(&*whole).unwrap();
        let sections = file.sections().filter_map(|section| {
            let (start, size) = section.file_range().filter(|(_, size)| *size > 0)?;
            let place = usize::try_from(start).ok()?..usize::try_from(start + size).ok()?;
            Some((section.name().unwrap_or_default().to_owned(), place))
        });
        let sections = [("anywhere".to_owned(), 0..whole.len())].into_iter().chain(sections).collect();
        let without = run(&mut sandbox.host_demo(&["--no-plugins", "info"]));
        let mut install = sandbox.host_demo(&["plugin", "install", library.to_str().unwrap()]);
        let output = run(install.env("FIXTURE_TRACE", sandbox.path("trace")));
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let files = sandbox.files();
        let is_installed =
            |path: &Path| path.starts_with(sandbox.path("data")) && path.extension() == library.extension();
        let (path, _) = files.into_iter().find(|(path, _)| is_installed(path)).expect("the installed library");
        let modified = path.metadata().unwrap().modified().unwrap();
        let installed = Self { sandbox, path, whole, modified, sections, without };
        assert!(installed.is_loaded(), "what was installed is loaded");
        installed
    }

    /// How many places the damage goes to in turn: the library's sections, and anywhere.
    #[must_use]
    pub fn places(&self) -> usize {
        self.sections.len()
    }

    /// Changes one byte, each `number` in the next section and in another way, and starts the host.
    /// Gives what is wrong with what it did, if anything.
    #[must_use]
    pub fn fault_of_damaged(&self, number: usize, rng: &mut Rng) -> Option<String> {
        let (name, place) = &self.sections[number % self.sections.len()];
        let at = rng.usize(place.clone());
        let mut damaged = self.whole.clone();
        damaged[at] ^= if rng.bool() { 1 << rng.u8(..8) } else { rng.u8(1..) };
        let way = self.put(&damaged, rng);
        let fault = self.fault_of_start()?;
        Some(format!("byte {at} ({name}), {way}: {fault}"))
    }

    /// Puts a library into the place of the installed one, and gives its times back to the file:
    /// all but the last change of its state, which nobody can set.
    fn put(&self, library: &[u8], rng: &mut Rng) -> &'static str {
        let beside = self.path.with_extension("new");
        let (written, way) = match rng.u8(..3) {
            0 => (&self.path, "written in place"),
            1 => (&beside, "renamed over"),
            _ => {
                fs::remove_file(&self.path).unwrap();
                (&self.path, "written anew")
            }
        };
        fs::write(written, library).unwrap();
        let file = File::options().write(true).open(written).unwrap();
        file.set_times(FileTimes::new().set_modified(self.modified)).unwrap();
        drop(file);
        if written == &beside {
            fs::rename(&beside, &self.path).unwrap();
        }
        way
    }

    /// What is wrong with a start over a library that is not what was installed.
    fn fault_of_start(&self) -> Option<String> {
        let output = run(&mut self.command(&["info"]));
        let said = String::from_utf8_lossy(&output.stderr);
        if self.has_left_trace() {
            return Some("it was loaded".to_owned());
        }
        if (output.status.code(), &output.stdout) != (self.without.status.code(), &self.without.stdout) {
            return Some(format!("the command does something else: {output:?}"));
        }
        let names_it = said.contains(&*self.path.to_string_lossy());
        let is_one_line = said.lines().count() == 1 && said.starts_with("warning: ") && said.len() < LINE;
        (!names_it || !is_one_line).then(|| format!("it is not told in one line: {said}"))
    }

    /// Puts the very library back, and starts the host: it is loaded and nothing said.
    #[must_use]
    pub fn is_whole_again(&self) -> bool {
        fs::write(&self.path, &self.whole).unwrap();
        self.is_loaded()
    }

    fn is_loaded(&self) -> bool {
        let _ = fs::remove_file(self.trace());
        let output = run(&mut self.command(&["info"]));
        self.has_left_trace() && output.stderr.is_empty() && output.stdout == self.without.stdout
    }

    fn has_left_trace(&self) -> bool {
        let trace = self.trace();
        let is_there = trace.exists();
        let _ = fs::remove_file(trace);
        is_there
    }

    fn trace(&self) -> PathBuf {
        self.sandbox.path("trace")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.sandbox.host_demo(words);
        command.env("FIXTURE_TRACE", self.trace());
        command
    }
}
