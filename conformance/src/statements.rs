//! What `.telemetry` files state, read by both: many texts, most of them damaged.

use std::{fs, path::Path, process::Command, time::Duration};

use fastrand::Rng;
use kedro_telemetry_internals::internals::read_statement;
use serde_json::Value;
use tests::workspace;
use usage_telemetry::ProjectStatement;

use crate::child;

const DEADLINE: Duration = Duration::from_secs(180);
const TEXTS: usize = 20_000;
const SEED: u64 = 4;
/// What is damaged.
const WHOLE: [&str; 20] = [
    "consent: false\n",
    "consent: true\n",
    "consent: no # because\n",
    "{consent: false}\n",
    "{\"consent\": off, x: [1, 2]}\n",
    "---\nconsent: false\n...\n",
    "%YAML 1.1\n---\nconsent: no\n",
    "# a comment\nconsent: !!bool 'no'\nother: {a: b}\n",
    "a: &a {consent: false}\n<<: *a\nlist:\n  - x\n  - y\n",
    "? consent\n: false\n",
    "\"consent\": Off\ntext: |\n  consent: true\n  more\n",
    "text: >-\n  folded\n  words\nconsent: FALSE\n",
    "consent:\n  false\n",
    "x: 'it''s'\ny: \"a\\tb\"\nconsent: NO\n",
    "consent: false\nconsent: no\n",
    "? [complex, key]\n: value\nconsent: off\n",
    "consent: yes # because\nother: {a: b}\n",
    "a: &a {consent: true}\n<<: *a\n",
    "{\"consent\": on, x: [1, 2]}\n",
    "other: 1\nlist: [x, y]\n",
];
const PIECES: [&str; 34] = [
    "#", " #x", ":", ": ", "- ", "{", "}", "[", "]", ",", "'", "\"", "\n", "\r\n", "\t", " ", "  ", "&a ", "*a", "!",
    "!!str ", "|", ">", "%", "@", "`", "?", "~", "---\n", "...\n", "\u{85}", "\u{feff}", "é", "no",
];

/// What the comparison found.
pub struct StatementsRead {
    pub texts: usize,
    pub summary: String,
    pub failures: Vec<String>,
}

/// Has both read the same texts. Where the original reads on, what differs is a refusal that only
/// ours hears, by the rule of [`says_something`], or a failure: a refusal that ours misses, a yes
/// that the original does not read.
pub fn compare(python: &Path, dir: &Path) -> Result<StatementsRead, String> {
    let texts = texts();
    let (input, output) = (dir.join("statements.json"), dir.join("statements-read.json"));
    let json = serde_json::to_string(&texts).map_err(|error| error.to_string())?;
    fs::write(&input, json).map_err(|error| format!("{}: {error}", input.display()))?;
    let mut command = Command::new(python);
    command.arg("-B").arg(workspace().join("conformance/src/statements.py")).args([&input, &output]);
    command.env_clear().env("HOME", dir);
    child::run(&mut command, "statements.py", DEADLINE)?;
    let read = fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    let theirs: Vec<Value> = serde_json::from_slice(&read).map_err(|error| format!("statements.py: {error}"))?;
    if theirs.len() != texts.len() {
        return Err("statements.py has not read every text".to_owned());
    }
    let mut tally = Tally::default();
    for (text, theirs) in texts.iter().zip(&theirs) {
        tally.add(text, theirs);
    }
    Ok(StatementsRead { texts: texts.len(), summary: tally.to_string(), failures: tally.failures })
}

#[derive(Default)]
struct Tally {
    equal: usize,
    refusals: usize,
    unread: usize,
    heard: usize,
    failures: Vec<String>,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { equal, refusals, unread, heard, .. } = self;
        write!(
            f,
            "{equal} read alike, {refusals} of them refusals; {unread} that the original fails on; {heard} refused only here"
        )
    }
}

impl Tally {
    /// `theirs` is a boolean, `null` for no statement, or the name of the error that stops the
    /// command.
    fn add(&mut self, text: &str, theirs: &Value) {
        let read = read_statement(text);
        let ours = match read {
            ProjectStatement::Consent(granted) => Value::Bool(granted),
            ProjectStatement::MayRefuse(_) => Value::Bool(false),
            ProjectStatement::Nothing(_) => Value::Null,
        };
        let is_stopped = theirs.is_string();
        self.unread += usize::from(is_stopped);
        if ours == *theirs {
            self.equal += 1;
            self.refusals += usize::from(ours == false);
        } else if ours == false && says_something(text) {
            // Nothing is sent that the original would not send.
            self.heard += usize::from(!is_stopped);
        } else if !is_stopped {
            let line = format!(".telemetry {text:?} | consent | {theirs} | {read:?}  UNEXPLAINED");
            println!("{line}");
            self.failures.push(line);
        }
    }
}

/// Whether ours may refuse where the original does not: the text has the word consent, a word for
/// no, or an escape that may stand for either.
fn says_something(text: &str) -> bool {
    let text = text.to_lowercase().replace('\'', "");
    let letters: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    letters.contains("consent")
        || text.contains('\\')
        || words.any(|word| ["no", "off", "false", "n", "f", "0"].contains(&word))
}

fn texts() -> Vec<String> {
    let mut rng = Rng::with_seed(SEED);
    let whole = WHOLE.iter().map(|text| (*text).to_owned());
    whole.chain((0..TEXTS).map(|_| damaged(&mut rng))).collect()
}

fn damaged(rng: &mut Rng) -> String {
    let mut chars: Vec<char> = WHOLE[rng.usize(..WHOLE.len())].chars().collect();
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..=chars.len());
        match rng.usize(..4) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 if at + 1 < chars.len() => chars.swap(at, at + 1),
            _ => {
                let piece = PIECES[rng.usize(..PIECES.len())];
                chars.splice(at..at, piece.chars());
            }
        }
    }
    chars.into_iter().collect()
}
