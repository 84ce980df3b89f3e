//! What recording one event costs the host's process.

use super::{criterion, table::Section};

/// Microseconds for each event, hooks and all.
pub fn measure() -> Result<Section, String> {
    criterion::run("record")?;
    let text = "Median microseconds in the host's process for one event, which ends as a file in the queue: made, written, closed and renamed. \
                That alone is most of it, and up to the file system of the temporary folder. Outside of a project three files are read (the user's choice \
                and identity, and the choice again at the end), in a project `.telemetry` and `pyproject.toml`, too, and a SHA-512 is made. \
                By a profile (`perf`) four fifths of it are spent in the system. ext4 looks for an inode that was not freed within the last seconds: \
                where thousands of files have just been deleted in the same folder a new one, and so an event, takes up to three times as long.";
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
