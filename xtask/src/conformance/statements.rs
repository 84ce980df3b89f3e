//! What `.telemetry` files state, read by both: many texts, most of them damaged.

use std::{fs, path::Path, process::Command, time::Duration};

use fastrand::Rng;
use kedro_telemetry::statement::{self, NoStatement};
use serde_json::Value;
use tests::workspace;

use super::child;

const DEADLINE: Duration = Duration::from_secs(180);
const TEXTS: usize = 20_000;
const SEED: u64 = 4;
/// What is damaged.
const WHOLE: [&str; 16] = [
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
];
const PIECES: [&str; 34] = [
    "#", " #x", ":", ": ", "- ", "{", "}", "[", "]", ",", "'", "\"", "\n", "\r\n", "\t", " ", "  ", "&a ", "*a", "!", "!!str ",
    "|", ">", "%", "@", "`", "?", "~", "---\n", "...\n", "\u{85}", "\u{feff}", "é", "no",
];

/// What the comparison found.
pub struct Found {
    pub texts: usize,
    pub summary: String,
    pub failures: Vec<String>,
}

/// Has both read the same texts. A refusal that the original understands and ours misses is a failure, and so is a consent that only ours sees.
pub fn compare(python: &Path, dir: &Path) -> Result<Found, String> {
    let texts = texts();
    let (input, output) = (dir.join("statements.json"), dir.join("statements-read.json"));
    let json = serde_json::to_string(&texts).map_err(|error| error.to_string())?;
    fs::write(&input, json).map_err(|error| format!("{}: {error}", input.display()))?;
    let mut command = Command::new(python);
    command.arg("-B").arg(workspace().join("xtask/src/conformance/statements.py")).args([&input, &output]);
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
    Ok(Found { texts: texts.len(), summary: tally.to_string(), failures: tally.failures })
}

#[derive(Default)]
struct Tally {
    refusals: usize,
    equal: usize,
    unread: usize,
    suspected: usize,
    failures: Vec<String>,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { refusals, equal, unread, suspected, .. } = self;
        write!(f, "{equal} read alike, {refusals} of them refusals; {unread} that the original fails on; {suspected} taken for a refusal only here")
    }
}

impl Tally {
    /// `theirs` is a boolean, `null` for no statement, or the name of the error that stops the command.
    fn add(&mut self, text: &str, theirs: &Value) {
        let ours = statement::consent(text);
        let reading = match &ours {
            Ok(granted) => Value::Bool(*granted),
            Err(_) => Value::Null,
        };
        self.unread += usize::from(theirs.is_string());
        let is_refused = matches!(ours, Ok(false));
        if reading == *theirs || theirs.is_string() && ours.is_err() {
            self.equal += usize::from(!theirs.is_string());
            self.refusals += usize::from(is_refused);
        } else if is_refused {
            // Nothing is sent that the original would not send.
            self.suspected += 1;
        } else {
            let line = format!(".telemetry {text:?} | consent | {theirs} | {ours:?}  UNEXPLAINED");
            println!("{line}");
            self.failures.push(line);
        }
        let _: Option<NoStatement> = ours.err();
    }
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
