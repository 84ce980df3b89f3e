//! What recording one event costs the host's process.

use super::{criterion, table::Section};

/// Microseconds for each event, hooks and all.
pub fn measure() -> Result<Section, String> {
    criterion::run("record")?;
    let text = "Median microseconds in the host's process for one event, which ends as a file in the queue.";
    let mut section = Section::new("Recording an event", text, &["", "µs"]);
    for (name, bench) in [
        ("the file alone", "queue_only"),
        ("all hooks, outside of any project", "no_project"),
        ("all hooks, in a project", "project"),
    ] {
        section.row(&[name.to_owned(), format!("{:.1}", criterion::median(&format!("record/{bench}"))? / 1e3)]);
    }
    Ok(section)
}
