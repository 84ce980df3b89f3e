//! Whether ended senders are waited for by anybody: where the first process of a container does not
//! see to that, each of them would stay as a zombie until no process can be started any more.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use small_files::FileAccess;

/// A number has no more digits.
#[cfg(target_os = "linux")]
const MAX_NUMBER: u64 = 64;

/// The number of the last sender, below a state folder.
fn path(state: &Path) -> PathBuf {
    state.join("sender.pid")
}

/// Leaves the number of this process, which is a sender, for [`is_left_unreaped`].
pub fn note_process(state: &Path) {
    // Whoever cannot know it takes the sender for one that was waited for.
    let Ok(opened) = small_files::open_or_create(&path(state), FileAccess::ReadWrite, "write") else { return };
    let (mut file, number) = (&opened.file, std::process::id().to_string());
    let may_write = small_files::check_length(number.len() as u64);
    let _ = may_write.and_then(|()| file.set_len(0)).and_then(|()| file.write_all(number.as_bytes()));
}

/// Removes what [`note_process`] has left.
pub fn forget_process(state: &Path) -> Result<(), small_files::FileError> {
    small_files::remove(&path(state)).map(drop)
}

/// Whether the last sender has ended and nobody has waited for it.
#[cfg(target_os = "linux")]
pub fn is_left_unreaped(state: &Path) -> bool {
    let number = small_files::read_text(&path(state), MAX_NUMBER).ok().flatten();
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
