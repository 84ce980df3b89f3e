//! Whether ended senders are waited for by anybody: where the first process of a container does not
//! see to that, each of them would stay as a zombie until no process can be started any more.

use std::{fs::File, io::Write, path::Path};

use small_files::FileAccess;

/// A number has no more digits.
#[cfg(target_os = "linux")]
const MAX_NUMBER: u64 = 64;

/// Leaves the number of this process in the open file, for [`is_left_unreaped`].
pub fn note_process(mut file: &File) {
    // Whoever cannot know it takes the sender for one that was waited for.
    let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
}

/// Whether the sender that left its number in this file has ended and nobody has waited for it.
#[cfg(target_os = "linux")]
pub fn is_left_unreaped(lock: &Path) -> bool {
    let number = small_files::open(lock, FileAccess::Read, "read").ok().flatten();
    let number = number.and_then(|opened| opened.read_text(lock, MAX_NUMBER).ok());
    let Some(number) = number.and_then(|text| text.parse::<u32>().ok()) else { return false };
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{number}/stat")) else { return false };
    // `42 (name) Z 1 …`: the state, and the process that is to wait for it (proc_pid_stat(5)).
    let Some((_, behind_name)) = stat.rsplit_once(") ") else { return false };
    let mut fields = behind_name.split(' ');
    (fields.next(), fields.next()) == (Some("Z"), Some("1"))
}

/// Elsewhere this cannot be known.
#[cfg(not(target_os = "linux"))]
pub fn is_left_unreaped(_: &Path) -> bool {
    false
}
