//! What is planted, and how it is found again.

use std::{collections::HashSet, fmt, sync::LazyLock};

use fastrand::Rng;
use kedro_telemetry_internals::internals::{ROWS, STARTERS, words as public_words};
use usage_telemetry::{internals::MISSING_USER_IDENTITY, platform};

use super::vocabulary;

/// So many characters of a secret in a row are a leak.
pub const PART: usize = 6;

macro_rules! kinds {
    ($($Kind:ident = $text:literal,)*) => {
        /// Where a secret is planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each says in words what it is, just below")]
        pub enum Kind { $($Kind,)* }

        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$Kind => $text,)* })
            }
        }
    };
}

kinds! {
    LongEquals = "--option=SECRET",
    ShortEquals = "-o=SECRET",
    LongSpace = "--option SECRET",
    ShortSpace = "-o SECRET",
    ShortGlued = "-oSECRET",
    UnknownLong = "--SECRET",
    UnknownShort = "-SECRET",
    UnknownEquals = "--unknown=SECRET, --SECRET=x",
    UnknownSpace = "--unknown SECRET, --abbrev SECRET",
    AfterDashes = "-- SECRET",
    Positional = "argument",
    Command = "unknown command",
    AfterGlobal = "after -h, --version or nothing",
    Starter = "like a starter",
    Url = "URL with a token",
    Environment = "value in the environment",
    Person = "user and host name",
    Folder = "path of home and project",
    Dataset = "dataset name",
    Parameter = "parameter name",
    ClassOwn = "class of one's own",
    ClassFork = "class in a fork of a public library",
    Validator = "validator class",
    Tools = "tool in pyproject.toml",
    Example = "example_pipeline in pyproject.toml",
    Package = "package and project name",
    ProjectId = "project id",
    HostVersion = "host version",
    RuntimeVersion = "runtime version",
    EndpointUser = "user in the endpoint",
    EndpointPassword = "password in the endpoint",
    EndpointPath = "key in the endpoint's path",
    EndpointQuery = "query of the endpoint",
    EndpointFragment = "fragment of the endpoint",
    EndpointFile = "path of a file endpoint",
    EndpointUnusable = "endpoint that cannot be used",
    Proxy = "password of a proxy",
    Setting = "setting that cannot be used",
}

impl Kind {
    /// Whether the user is shown it: which file events go to is nothing that others could use.
    #[must_use]
    pub fn may_be_told(self) -> bool {
        self == Self::EndpointFile
    }
}

/// A secret, and where it is.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Where.
    pub kind: Kind,
    /// The secret itself, without what stands around it.
    pub text: String,
}

const CONSONANTS: &[&str] =
    &["b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "st", "kr", "qu"];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "y", "ou", "ä", "é"];
const FOREIGN: &[&str] = &["秘", "密", "工", "房", "ключ", "дом", "λόγ", "ぱん", "ß", "ñ", "🥐", "ø"];
const JOINTS: &[&str] = &["-", "_", ".", "@", "+", "~", ":", "", "", "", "%20", "#", "!", "="];

impl Secret {
    /// A new one, of 9 to some 25 characters: made-up words, words of other scripts, tokens.
    pub fn new(kind: Kind, rng: &mut Rng) -> Self {
        loop {
            let text = match rng.u8(..8) {
                0 => token(rng),
                1 => foreign(rng),
                _ => words(rng),
            };
            if text.chars().count() > PART + 2 && is_recognisable(&text) {
                return Self { kind, text };
            }
        }
    }

    /// A new one that services issue, which stands in an address as it is.
    pub fn token(kind: Kind, rng: &mut Rng) -> Self {
        loop {
            let text = token(rng);
            if is_recognisable(&text) {
                return Self { kind, text };
            }
        }
    }
}

fn pick<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    words[rng.usize(..words.len())]
}

fn words(rng: &mut Rng) -> String {
    let mut text = String::new();
    for word in 0..rng.usize(2..=3) {
        if word > 0 {
            text.push_str(pick(rng, JOINTS));
        }
        for _ in 0..rng.usize(2..=3) {
            text.push_str(pick(rng, CONSONANTS));
            text.push_str(pick(rng, VOWELS));
        }
        match rng.u8(..6) {
            0 => text = text.to_uppercase(),
            1 => text.push_str(&rng.u8(..).to_string()),
            _ => {}
        }
    }
    text
}

fn foreign(rng: &mut Rng) -> String {
    (0..rng.usize(8..12)).map(|_| pick(rng, FOREIGN)).collect()
}

/// As issued by a service: `ghp_…`, `AKIA…`.
fn token(rng: &mut Rng) -> String {
    let start = pick(rng, &["ghp_", "AKIA", "sk-", "xox-", "hf_"]);
    let rest = (0..rng.usize(16..22)).map(|_| if rng.u8(..4) == 0 { rng.digit(10) } else { rng.alphabetic() });
    start.chars().chain(rest).collect()
}

/// Whether each part of the secret can come from nowhere else: it has a letter that no hexadecimal
/// number has, and nothing in it is of a public word.
fn is_recognisable(text: &str) -> bool {
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let has_letter =
        |part: &[char]| part.iter().any(|c| c.is_alphabetic() && !c.is_ascii_hexdigit() && !matches!(c, 't' | 'z'));
    chars.windows(PART).all(has_letter) && !chars.windows(PUBLIC_RUN).any(|run| PUBLIC.contains(run))
}

/// So many characters in a row may be of a public word: fewer than there are in a part, where a
/// mark or a number stands beside the word.
const PUBLIC_RUN: usize = 4;

/// What the log and people are told, as far as addresses come into it.
const TOLD: [&str; 10] = [
    "the proxy in HTTPS_PROXY cannot be understood",
    "cannot connect: Connection refused (os error 111)",
    "the file endpoint cannot be written to: No such file or directory",
    "damaged: not of a record's form, at line column",
    "damaged: not JSON",
    "the telemetry endpoint delivery timeout in the environment variable KEDRO_TELEMETRY_ENDPOINT",
    "the host's setting is not usable; until it is corrected, what is recorded stays on this machine",
    "it begins with neither http:, https: nor file: needs the absolute path of a file",
    "relative URL without a base, invalid port number, invalid IPv6 address, empty host, invalid domain character",
    "not a duration, such as `2` or `500ms`, there are background and blocking, for 2s at most, kept",
];

/// Every such run of every word that an event may have.
static PUBLIC: LazyLock<HashSet<Vec<char>>> = LazyLock::new(|| {
    let mut runs = HashSet::new();
    let mut add = |text: &str| {
        let chars: Vec<char> = text.to_lowercase().chars().collect();
        runs.extend(chars.windows(PUBLIC_RUN).map(<[char]>::to_vec));
    };
    let fixed = ["CLI command", "Kedro Project Statistics", MISSING_USER_IDENTITY, "kedro ", "null", "outcome"];
    let own = ["python_version", "reason", "dropped", "stated for this user in the project's .telemetry", platform()];
    fixed.into_iter().chain(own).chain(TOLD).chain(STARTERS).for_each(&mut add);
    // Names of fields with what stands behind a dot; words side by side have a space between them,
    // which secrets have not.
    public_words().for_each(|word| add(&format!("count.{word}")));
    ROWS.iter().map(|row| row.name).for_each(&mut add);
    vocabulary::words().for_each(&mut add);
    runs
});

/// Looks for secrets in texts. Keeps its memory from one to the next.
#[derive(Default)]
pub struct Watch {
    /// A bit for each run of [`PART`] bytes that the text has, by its hash.
    runs: Vec<u64>,
}

impl Watch {
    /// The secrets of which a part is in `text`, with that part.
    pub fn parts_in(&mut self, secrets: &[Secret], text: &str) -> Vec<(Kind, String)> {
        let text = text.to_lowercase();
        self.runs.clear();
        self.runs.resize(1 << 10, 0);
        for run in text.as_bytes().windows(PART) {
            let (word, bit) = place(run);
            self.runs[word] |= bit;
        }
        let mut found = Vec::new();
        for secret in secrets {
            let secret_text = secret.text.to_lowercase();
            let mut parts = parts(&secret_text).filter(|part| {
                let (word, bit) = place(&part.as_bytes()[..PART]);
                self.runs[word] & bit != 0 && text.contains(*part)
            });
            found.extend(parts.next().map(|part| (secret.kind, part.to_owned())));
        }
        found
    }
}

/// Each run of [`PART`] characters.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().map(|(start, _)| start).skip(PART).chain([text.len()]);
    text.char_indices().zip(ends).map(|((start, _), end)| &text[start..end])
}

fn place(run: &[u8]) -> (usize, u64) {
    let number = run.iter().take(PART).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let hash = (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize;
    (hash >> 6, 1 << (hash & 63))
}
