//! The words of a `.telemetry` file, as a person may have meant them.

/// How far a word may be from `consent` and still be a slip of the pen.
const MAX_SLIP: usize = 2;
/// Words so near to `consent` that are others.
const OTHER_WORDS: [&str; 6] = ["constant", "content", "contents", "contest", "context", "convent"];
/// What else a person may call it that usage is recorded, within any name: `enableTelemetry`.
const TOPICS: [&str; 12] = [
    "accept",
    "agree",
    "allow",
    "analytics",
    "collect",
    "disable",
    "enable",
    "optin",
    "optout",
    "telemetry",
    "track",
    "usage",
];
/// What says no beside such a word.
const NO: [&str; 20] = [
    "decline", "declined", "denied", "deny", "disable", "disabled", "disallow", "dont", "false", "never", "no", "none",
    "nope", "not", "off", "optout", "refuse", "refused", "reject", "stop",
];
/// What does if nothing else stands there.
const NO_ALONE: [&str; 3] = ["0", "f", "n"];

/// What the words of a node, and of all below it, may mean.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Hints {
    /// The word `consent` is there, in any case, whatever stands around it.
    pub(super) consent: bool,
    /// There is a word that may stand for consent.
    topic: bool,
    /// There is a word for no.
    no: bool,
    /// One name, or a name and what it is given, has both.
    pub(super) refusal: bool,
}

impl Hints {
    pub(super) fn of(text: &str) -> Self {
        let letters = letters(text);
        let words = words(text);
        let topic = TOPICS.iter().any(|topic| letters.contains(topic)) || words.iter().any(|word| is_slip(word));
        let no = NO_ALONE.contains(&letters.as_str())
            || letters.contains("optout")
            || words.iter().any(|word| NO.contains(&word.as_str()));
        Self { consent: letters.contains("consent"), topic, no, refusal: topic && no }
    }

    pub(super) fn of_pair(key: Self, value: Self) -> Self {
        let both = key.and(value);
        Self { refusal: both.refusal || key.topic && both.no, ..both }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            consent: self.consent || other.consent,
            topic: self.topic || other.topic,
            no: self.no || other.no,
            refusal: self.refusal || other.refusal,
        }
    }
}

/// Whether a text that cannot be read as YAML may be a refusal: whether the word `consent` is in it,
/// a word for no, or an escape that could stand for either.
#[must_use]
pub fn may_refuse(text: &str) -> bool {
    // UTF-16, in which some shells write, has a zero beside each letter.
    let text = text.replace('\0', "");
    text.contains('\\') || letters(&text).contains("consent") || words(&text).iter().any(|word| is_no(word))
}

/// Whether this is a word for no, and nothing else is there.
pub(super) fn is_no(text: &str) -> bool {
    boolean_word(&text.trim().to_ascii_lowercase()) == Some(false)
}

/// The boolean that YAML 1.1 reads, of those words that `PyYAML` knows.
pub(super) fn boolean_word(word: &str) -> Option<bool> {
    match word {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Letters and digits alone, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> Vec<String> {
    let text = text.replace(['\'', '\u{2019}'], "").to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_slip(word: &str) -> bool {
    let length = word.chars().count();
    let is_near = (5..=9).contains(&length) && strsim::osa_distance(word, "consent") <= MAX_SLIP;
    is_near && !OTHER_WORDS.contains(&word)
}
