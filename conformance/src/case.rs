//! One input, given to both.

use std::path::{Path, PathBuf};

/// A host of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Kedro itself, with our package.
    Wheel,
    /// The one that says it is Kedro, and is told what Kedro told the original.
    Kedro,
    /// `host-demo`, which reads the project itself.
    Demo,
}

/// What ours finds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// What the original left: then the ids have to be the same.
    After,
    /// What the original found: then ids made anew differ, but the files must not.
    Same,
    /// Ours comes first, and the original finds what it left.
    Before,
}

/// What the cases are about, and counted by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A command line.
    CommandLine,
    /// A catalog and pipelines.
    Catalog,
    /// Consent, identity, environment.
    Situation,
    /// A run of pipelines.
    Run,
}

/// One command, of one user, in one project.
pub struct Case {
    pub name: String,
    pub subject: Subject,
    /// Which of our hosts runs the case beside Kedro itself, if one can.
    pub host: Host,
    pub start: Start,
    /// Behind `kedro`; need not be text.
    pub argv: Vec<Vec<u8>>,
    /// Behind `host-demo`, where that is the host.
    pub demo_argv: Vec<String>,
    /// Home of the original's user.
    pub home: PathBuf,
    /// Where the original's command runs.
    pub folder: PathBuf,
    /// Whether that is a project.
    pub is_project: bool,
    /// Beyond what every case has.
    pub variables: Vec<(String, String)>,
    /// The original runs the cases of one lane one after the other: they may share a user.
    pub lane: usize,
    /// What is run in Kedro's Python in place of `kedro`.
    pub script: Option<&'static str>,
    /// Whether classes of libraries that are not installed are needed.
    pub stand_ins: bool,
}

impl Case {
    /// A command line in the project `folder` of the user `home`.
    pub fn command_line(name: String, argv: Vec<Vec<u8>>, home: &Path, folder: &Path, is_project: bool) -> Self {
        Self {
            name,
            subject: Subject::CommandLine,
            host: Host::Kedro,
            start: Start::After,
            argv,
            demo_argv: Vec::new(),
            home: home.into(),
            folder: folder.into(),
            is_project,
            variables: Vec::new(),
            lane: 0,
            script: None,
            stand_ins: false,
        }
    }

    /// Its arguments as a host of ours gives them to plugins.
    pub fn text_argv(&self) -> Vec<String> {
        self.argv.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }
}

/// Words, separated by spaces.
pub fn words(line: &str) -> Vec<Vec<u8>> {
    line.split_whitespace().map(|word| word.as_bytes().to_vec()).collect()
}
