//! Waiting for whoever is in a job.

use std::{process::Command, ptr::null, thread, time::Duration};

use windows_sys::Win32::{
    Foundation::HANDLE,
    System::{
        JobObjects::{
            AssignProcessToJobObject, CreateJobObjectW, JOBOBJECT_BASIC_ACCOUNTING_INFORMATION,
            JobObjectBasicAccountingInformation, QueryInformationJobObject,
        },
        Threading::GetCurrentProcess,
    },
};

/// Between two looks at the job.
const PAUSE: Duration = Duration::from_millis(10);

/// Runs a program until it and every process it has left behind have ended; gives the exit code of
/// the program. `when_ended` is called when that one has ended.
///
/// This process is put in a job, in which all that it starts begins, and whatever that starts.
pub fn await_all(command: &mut Command, when_ended: impl Fn()) -> i32 {
    let job = enter_job();
    let status = command.status().expect("the program starts");
    when_ended();
    while processes(job) > 1 {
        thread::sleep(PAUSE);
    }
    status.code().unwrap_or_default()
}

/// The job, which stays as long as this process.
fn enter_job() -> HANDLE {
    // SAFETY: neither attributes nor a name are given.
    let job = unsafe { CreateJobObjectW(null(), null()) };
    // SAFETY: both handles are valid, or the system says that they are not.
    let is_in = unsafe { AssignProcessToJobObject(job, GetCurrentProcess()) };
    assert_ne!(is_in, 0, "no job: {}", std::io::Error::last_os_error());
    job
}

/// How many processes are in the job. Wine tells nothing of the job of whoever asks without a handle.
fn processes(job: HANDLE) -> u32 {
    let mut told = JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::default();
    let size = u32::try_from(size_of_val(&told)).expect("it is small");
    let place = (&raw mut told).cast();
    // SAFETY: the handle is never closed; `place` has `size` bytes, for a value of the kind that is
    // asked for.
    let is_told = unsafe {
        QueryInformationJobObject(job, JobObjectBasicAccountingInformation, place, size, std::ptr::null_mut())
    };
    assert_ne!(is_told, 0, "the job is not told: {}", std::io::Error::last_os_error());
    told.ActiveProcesses
}
