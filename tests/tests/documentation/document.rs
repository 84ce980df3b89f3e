//! A document, tried out: every block of it is run, compiled or read, by what its language is.
//!
//! | language | what is done with it |
//! |---|---|
//! | `console` | a shell runs lines that start with `$ `; what is shown below is compared |
//! | `rust` | compiled and run as a documentation test, see `doctests` |
//! | `rust,ignore` | nothing: a file that a later command builds |
//! | `toml`, `yaml`, `json` | parsed; TOML with a table `plugins` is given to `host-demo --config` |
//! | `text` | nothing: a drawing |
//!
//! Any other language fails. A comment `<!-- file: PATH -->` before a block writes it there first,
//! as its reader would.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use snapbox::{Assert, Data, IntoData};
use tests::{DOCTESTED, Session, workspace};

use crate::{
    blocks::{Block, blocks, links},
    console::{Step, steps},
};

/// Commands that are not run here, since `.ci/run` runs them, for minutes.
pub const ELSEWHERE: [&str; 4] = [
    "cargo fmt --all --check",
    "cargo clippy --workspace --all-targets --all-features -- -D warnings",
    "cargo test --workspace",
    "cargo xtask demo",
];

/// The script that runs them, which documents may name too.
pub const CI: &str = ".ci/run";

/// A Markdown file of this repository.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path in the repository.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

impl Document {
    /// `README.md`, `CONTRIBUTING.md`, and all in `docs/`.
    pub fn all() -> Vec<Self> {
        let in_docs = fs::read_dir(workspace().join("docs")).expect("there is a folder docs");
        let in_docs = in_docs.map(|entry| Path::new("docs").join(entry.expect("docs can be listed").file_name()));
        let mut paths: Vec<PathBuf> = in_docs.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
        paths.sort();
        let front = ["README.md", "CONTRIBUTING.md"].map(PathBuf::from);
        front.into_iter().chain(paths).map(Self::read).collect()
    }

    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(workspace().join(&path)).expect("a document is text");
        Self { path, text }
    }

    /// Whether its reader has done what the README says to install the program.
    fn assumes_installation(&self) -> bool {
        self.path.starts_with("docs")
    }

    /// The paths of files that it links to or shows, as written.
    pub fn links(&self) -> Vec<String> {
        links(&self.text)
    }

    /// Does in a session of its own what the document says, each command within `deadline`, and
    /// gives the first that did not work.
    pub fn try_out(&self, root: &Path, deadline: Duration) -> Option<String> {
        let blocks = match blocks(&self.text) {
            Ok(blocks) => blocks,
            Err(problem) => return Some(format!("{}:{problem}", self.path.display())),
        };
        let session = Session::start(root, deadline);
        if self.assumes_installation() {
            session.install();
        }
        // No further than the first: what comes after may fail for that alone.
        blocks.iter().find_map(|block| self.try_block(block, &session).err())
    }

    fn try_block(&self, block: &Block, session: &Session) -> Result<(), String> {
        let at = |line: usize, problem: &str| format!("{}:{line}: {problem}", self.path.display());
        let here = |problem: String| at(block.line, &problem);
        if let Some(file) = &block.file {
            session.write(file, &block.text).map_err(here)?;
        }
        match block.language.as_str() {
            "console" => {
                for step in steps(block).map_err(|(line, problem)| at(line, &problem))? {
                    run(&step, session).map_err(|problem| at(step.line, &problem))?;
                }
                Ok(())
            }
            "rust" if block.is_ignored && block.file.is_none() => {
                Err(here("only a block that is written to a file may say `ignore`".to_owned()))
            }
            "rust" if !block.is_ignored && !DOCTESTED.iter().any(|path| self.path == Path::new(path)) => {
                Err(here("name this document in tests/src/doctests.rs, which compiles its blocks".to_owned()))
            }
            // `cargo xtask warehouse` runs what is SQL.
            "rust" | "text" | "sql" => Ok(()),
            "toml" => toml_block(block, session).map_err(here),
            "yaml" => serde_yaml::from_str::<serde_yaml::Value>(&block.text)
                .map(drop)
                .map_err(|error| here(error.to_string())),
            "json" => serde_json::from_str::<serde_json::Value>(&block.text)
                .map(drop)
                .map_err(|error| here(error.to_string())),
            "" => Err(here("a block without a language; `text` is for drawings, `console` for commands".to_owned())),
            other => Err(here(format!("`{other}` is no language that is known how to try out"))),
        }
    }
}

fn toml_block(block: &Block, session: &Session) -> Result<(), String> {
    let table: toml::Table = block.text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    if !table.contains_key("plugins") {
        return Ok(());
    }
    let file = session.keep("configuration.toml", &block.text);
    // In a home without plugins: one of them may act on what it says, and telemetry would send to
    // its endpoint.
    let home = file.with_file_name("nobody");
    let command = format!("HOME='{}' host-demo --config '{}' info >/dev/null", home.display(), file.display());
    run(&Step { line: block.line, command, shown: String::new() }, session)
}

/// Runs a command, unless it is among those that are run [elsewhere](ELSEWHERE), and compares what
/// it prints with what is shown.
fn run(step: &Step, session: &Session) -> Result<(), String> {
    if step.without_remark() == CI || ELSEWHERE.contains(&step.without_remark()) {
        return Ok(());
    }
    let (succeeded, printed) = session.output(&step.command)?;
    if succeeded == step.fails() {
        let ended = if succeeded { "succeeds" } else { "fails" };
        return Err(format!("`{}` {ended}:\n{printed}", step.command));
    }
    compare(step, &printed)
}

/// Whether what is printed is what is shown, where anything is.
fn compare(step: &Step, printed: &str) -> Result<(), String> {
    if step.shown.is_empty() {
        return Ok(());
    }
    // Whole lines, for `...` stands for such.
    let [printed, shown] = [printed, &step.shown].map(|text| format!("{}\n", text.trim_end()));
    let compared = Assert::new().try_eq(None, printed.into_data(), Data::from(shown));
    compared.map_err(|difference| format!("`{}` prints something else:\n{difference}", step.command))
}
