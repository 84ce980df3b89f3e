//! What a command printed, comparable with what another printed at another time.

use std::process::Output;

/// Exit code, standard output and standard error.
pub type Printed = (Option<i32>, String, String);

/// What a command printed without what is different each time: times, numbers of processes, and how
/// the spaces around them are laid out.
pub fn of(output: &Output) -> Printed {
    (output.status.code(), timeless(&output.stdout), timeless(&output.stderr))
}

/// The lines of a text with each number as `0` and each space as one.
fn timeless(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.lines().map(line).collect()
}

/// Rich leaves the time out of a line when the line above has the same.
fn line(line: &str) -> String {
    let is_time = |text: &str| text.starts_with('[') && text.bytes().all(|byte| b"[]/: 0123456789".contains(&byte));
    let rest = line.split_once(']').filter(|(time, _)| is_time(time)).map_or(line, |(_, rest)| rest);
    let words: Vec<String> = rest.split_whitespace().map(numberless).collect();
    format!("{}\n", words.join(" "))
}

fn numberless(word: &str) -> String {
    let mut seen = String::new();
    for character in word.chars() {
        match character {
            '0'..='9' if seen.ends_with('0') => {}
            '0'..='9' => seen.push('0'),
            _ => seen.push(character),
        }
    }
    seen
}
