//! What it costs to take values over from a plugin, by their type and size.

use std::process::Command;

use tests::Artifacts;

use super::table::Section;
use crate::process::succeeds;

const MEGABYTE: usize = 1_000_000;

/// A value, its size in bytes, and how often it is taken over.
const CASES: [(&str, usize, usize); 12] = [
    ("lent bytes", 10 * MEGABYTE, 101),
    ("bytes", 10 * MEGABYTE, 101),
    ("list of bytes", 10 * MEGABYTE, 101),
    ("lent bytes", 200 * MEGABYTE, 15),
    ("bytes", 200 * MEGABYTE, 15),
    ("list of bytes", 200 * MEGABYTE, 15),
    ("list of numbers", 8 * MEGABYTE, 101),
    ("list of numbers", 80 * MEGABYTE, 31),
    ("lent text", 10 * MEGABYTE, 101),
    ("text", 10 * MEGABYTE, 101),
    ("lent texts", 10 * MEGABYTE, 31),
    ("texts", 10 * MEGABYTE, 31),
];

/// Measures, each case in a process of its own.
pub fn measure() -> Result<Section, String> {
    let artifacts = Artifacts::release_interfaces();
    let mut section = Section::new(
        "Values",
        "Median milliseconds for one value that a plugin makes a copy of what it keeps and hands over, beside a copy of as much within the host (`clone`), \
         each with the time to free it; in turn, in one process. *Crossing* is what is left of the former without the copy that the plugin makes, as a ratio \
         to the latter: what is lent and `Bytes` cross without a copy, a `Vec` and a `String` with one, into the host's own memory. *Grown* is by how many \
         times the value's size the process's memory grows at most, the value itself included. Numbers are `Vec<i64>`; texts are `Vec<String>`, one for \
         every 100 bytes.",
        &["value", "MB", "taken over (ms)", "copied within the host (ms)", "ratio", "crossing", "grown"],
    );
    for (case, size, rounds) in CASES {
        let mut host = Command::new(artifacts.binary("values-host"));
        host.arg(artifacts.fixture("values")).args([&size.to_string(), case, &rounds.to_string()]);
        let output = succeeds(&mut host)?;
        let figures: Vec<f64> = output.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [taken, copied, grown] = figures[..] else {
            return Err(format!("the figures of `{case}` are incomplete: {output}"));
        };
        #[expect(clippy::cast_precision_loss, reason = "far below what a float holds")]
        let size_of_value = size as f64;
        section.row(&[
            case.to_owned(),
            (size / MEGABYTE).to_string(),
            format!("{:.3}", taken / 1e6),
            format!("{:.3}", copied / 1e6),
            format!("{:.2}", taken / copied),
            format!("{:.2}", if case.starts_with("lent") { taken } else { (taken - copied).max(0.0) } / copied),
            format!("{:.2}", grown / size_of_value),
        ]);
    }
    Ok(section)
}
