//! What recording one event costs the host's process.

use super::{criterion, table::Section};

/// Microseconds for each event, hooks and all.
pub fn measure() -> Result<Section, String> {
    criterion::run("record")?;
    let text = "Median microseconds in the host's process for one event, which ends as a file in the queue: made, written, closed and renamed. \
                It is up to the file system of the temporary folder: with `TMPDIR=/dev/shm`, as here, that is one in memory. Consent is asked for three times (before the command, when \
                the event is recorded, and right after), each time of the user, of all programs, of the machine and of the project: twelve of the fifteen files that are opened. \
                The others are the identity, `pyproject.toml` and the event. By a profile (`strace`, `callgrind`) that is 47 calls of the system and 260,000 instructions, \
                of which 60,000 parse those files, 70,000 get and free memory, 13,000 look for CI services and 5,000 make a SHA-512. \
                ext4 looks for an inode that was not freed within the last minutes: \
                where thousands of files have just been deleted a new one, and so an event, takes several times as long.";
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
