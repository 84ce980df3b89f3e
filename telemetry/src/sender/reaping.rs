//! Whether ended senders are waited for by anybody: where the first process of a container does not
//! see to that, each of them would stay as a zombie until no process can be started any more.

use std::{
    io::{Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use small_files::{FileAccess, RegularFile};

use crate::os;

/// A number has no more digits.
const MAX_NUMBER: u64 = 64;

/// Whoever waits for ended processes at all has done so by then.
const PATIENCE: Duration = Duration::from_secs(5);

/// The number of a sender, below a state folder.
fn path(state: &Path) -> PathBuf {
    state.join("sender.pid")
}

/// Leaves the number of this process, which is a sender, for [`is_left_unreaped`]; not in place of
/// one that has ended and that nobody has waited for yet.
pub fn note_start(state: &Path) {
    let Ok(opened) = small_files::open_or_create(&path(state), FileAccess::ReadWrite, "write") else { return };
    if number_in(&opened).is_some_and(os::is_zombie) {
        return;
    }
    let number = std::process::id().to_string();
    let may_write = small_files::check_length(number.len() as u64);
    let mut file = &opened.file;
    let emptied = may_write.and_then(|()| file.set_len(0)).and_then(|()| file.rewind());
    // Whoever cannot know it takes the sender for one that was waited for.
    let _ = emptied.and_then(|()| file.write_all(number.as_bytes()));
}

/// Leaves the time at which this process, a sender, ends.
pub fn note_end(state: &Path) {
    let Ok(Some(opened)) = small_files::open(&path(state), FileAccess::ReadWrite, "write") else { return };
    if number_in(&opened) == Some(std::process::id()) {
        let _ = opened.file.set_modified(SystemTime::now());
    }
}

/// Removes what [`note_start`] has left.
pub fn forget_process(state: &Path) -> Result<(), small_files::FileError> {
    small_files::remove(&path(state)).map(drop)
}

/// Whether a sender has ended some time ago and nobody has waited for it.
pub fn is_left_unreaped(state: &Path) -> bool {
    let Ok(Some(opened)) = small_files::open(&path(state), FileAccess::Read, "read") else { return false };
    let ended = opened.metadata.modified().ok();
    let is_long_ago = ended.and_then(|ended| ended.elapsed().ok()).is_some_and(|since| since > PATIENCE);
    is_long_ago && number_in(&opened).is_some_and(os::is_zombie)
}

fn number_in(opened: &RegularFile) -> Option<u32> {
    opened.read_text(Path::new(""), MAX_NUMBER).ok()?.parse().ok()
}
