//! The limit on the size of files, which the system enforces by ending the process.

use std::{fs::File, io};

use crate::os;

/// Whether a file may be `length` bytes long under this process' limits (`ulimit -f`).
///
/// Writing beyond the limit raises `SIGXFSZ`, which ends the process, and how signals are treated
/// is not a library's to change. So it is asked before.
///
/// # Errors
/// What writing would fail with, were the signal ignored.
pub fn check_length(length: u64) -> io::Result<()> {
    if length > os::file_size_limit() { Err(os::file_too_large()) } else { Ok(()) }
}

/// Whether an open file may grow by so many bytes, see [`check_length`].
///
/// # Errors
/// As for [`check_length`].
pub fn check_growth(file: &File, by: usize) -> io::Result<()> {
    let limit = os::file_size_limit();
    // Most processes have none, and are spared the question.
    if limit == u64::MAX || by == 0 {
        return Ok(());
    }
    check_length(file.metadata()?.len().saturating_add(by as u64))
}
