//! The system calls of a program, as `strace` sees them.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::sandbox::Sandbox;

/// System calls that only look.
const LOOKING: [&str; 18] = [
    "access",
    "faccessat",
    "faccessat2",
    "stat",
    "lstat",
    "newfstatat",
    "fstatat64",
    "stat64",
    "lstat64",
    "statx",
    "statfs",
    "statfs64",
    "readlink",
    "readlinkat",
    "getcwd",
    "chdir",
    "getxattr",
    "lgetxattr",
];
/// System calls by which a program leaves.
const LEAVING: [&str; 2] = ["exit", "exit_group"];
/// System calls that open a file, for whatever purpose.
const OPENING: [&str; 3] = ["open", "openat", "openat2"];
const FLAGS_OF_CHANGE: [&str; 5] = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];

/// What a program and all it started asked of the system about files, processes and the network.
#[derive(Debug)]
pub struct Trace {
    /// What the program printed and returned.
    pub output: Output,
    calls: Vec<Call>,
}

/// One line of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The process or thread.
    pub task: u32,
    /// The system call.
    pub name: String,
    /// The whole line, for a message.
    pub line: String,
}

impl Trace {
    /// Runs `command`, of `sandbox`, to the end of all that it starts. `None`, said aloud, where
    /// there is no `strace`.
    #[must_use]
    pub fn of(sandbox: &Sandbox, command: &Command) -> Option<Self> {
        let available = Command::new("strace").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !available.is_ok_and(|status| status.success()) {
            println!("passed over: this test needs `strace`");
            return None;
        }
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let mut strace = sandbox.command(Path::new("strace"));
        strace.args(["-f", "-qq", "-s", "200", "-e", "trace=%file,%network,%process", "-e", "signal=none", "-o"]);
        strace.arg(file.path()).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                strace.env(name, value);
            }
        }
        strace.current_dir(command.get_current_dir().expect("commands of a sandbox run in its project"));
        let output = strace.output().expect("strace starts");
        let text = fs::read_to_string(file.path()).expect("strace writes text");
        let calls: Vec<Call> = whole_calls(&text).iter().filter_map(|line| Call::parse(line)).collect();
        assert!(!calls.is_empty(), "strace saw nothing: {}", String::from_utf8_lossy(&output.stderr));
        Some(Self { output, calls })
    }

    /// What the program itself did, and not the threads and processes that it started.
    #[must_use]
    pub fn of_program(&self) -> Vec<Call> {
        let program = self.calls[0].task;
        self.calls.iter().filter(|call| call.task == program).cloned().collect()
    }

    /// Everything beyond looking, tried or done: what changes a file, starts a process or a thread,
    /// or touches the network. The start of the program itself is left out.
    #[must_use]
    pub fn effects(&self) -> Vec<String> {
        let effects = self.calls.iter().skip(1).filter(|call| !call.only_looks());
        effects.map(|call| call.line.clone()).collect()
    }
}

/// The lines of a trace, each with a whole call: one that another task's call has cut in two is put
/// together where it began, so that it does not depend on who was faster.
fn whole_calls(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut cut = HashMap::new();
    for line in text.lines() {
        let task = line.split(char::is_whitespace).next().unwrap_or_default();
        if let Some(begin) = line.strip_suffix("<unfinished ...>") {
            cut.insert(task, lines.len());
            lines.push(begin.trim_end().to_owned());
        } else if let Some((_, end)) = line.split_once(" resumed>") {
            match cut.remove(task).and_then(|at| lines.get_mut(at)) {
                Some(begin) => begin.push_str(end),
                None => lines.push(line.to_owned()),
            }
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.iter().map(|line| without_padding(line)).collect()
}

/// A call and what came of it, without the blanks that align results.
fn without_padding(line: &str) -> String {
    match line.rsplit_once(" = ") {
        Some((call, result)) => format!("{} = {result}", call.trim_end()),
        None => line.to_owned(),
    }
}

impl Call {
    /// `1234  openat(…) = 3`; lines about signals, ends and resumed calls are no calls.
    fn parse(line: &str) -> Option<Self> {
        let (task, rest) = line.split_once(char::is_whitespace)?;
        let (name, _) = rest.trim_start().split_once('(')?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let call = Self { task: task.parse().ok()?, name: name.to_owned(), line: line.to_owned() };
        is_name.then_some(call)
    }

    fn only_looks(&self) -> bool {
        let name = self.name.as_str();
        if OPENING.contains(&name) {
            let is_device = self.line.contains("\"/dev/null\"") || self.line.contains("\"/dev/tty\"");
            return is_device || !FLAGS_OF_CHANGE.iter().any(|flag| self.line.contains(flag));
        }
        LOOKING.contains(&name) || LEAVING.contains(&name) || name == "arch_prctl"
    }

    /// Whether it starts a thread of the same process.
    #[must_use]
    pub fn starts_thread(&self) -> bool {
        matches!(self.name.as_str(), "clone" | "clone3") && self.line.contains("CLONE_THREAD")
    }

    /// Whether it starts a process.
    #[must_use]
    pub fn starts_process(&self) -> bool {
        matches!(self.name.as_str(), "fork" | "vfork" | "clone" | "clone3") && !self.starts_thread()
    }

    /// Whether it has to do with the network.
    #[must_use]
    pub fn is_network(&self) -> bool {
        matches!(
            self.name.as_str(),
            "socket"
                | "socketpair"
                | "connect"
                | "bind"
                | "listen"
                | "accept"
                | "accept4"
                | "sendto"
                | "sendmsg"
                | "sendmmsg"
                | "recvfrom"
                | "recvmsg"
                | "recvmmsg"
                | "getsockopt"
                | "setsockopt"
                | "getsockname"
                | "getpeername"
                | "shutdown"
        )
    }
}
