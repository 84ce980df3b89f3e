//! Another machine's Linux, as QEMU plays it: every program, those too that programs start.
//!
//! The kernel is told to start programs of that machine by QEMU, in a namespace of the command's
//! own. So nothing of this machine changes, and no privilege is needed.

use std::{fmt::Write, fs, path::Path, process::Command};

use super::{build::Build, place::Place, tools::script};
use crate::process::succeeds;

/// How much of an ELF file says for which machine it is.
const HEAD: usize = 20;

/// Which bytes of that count: not the system's, and not the kind of file.
const COUNTS: [bool; HEAD] = {
    let mut counts = [true; HEAD];
    let mut at = 6;
    while at < 18 {
        counts[at] = false;
        at += 1;
    }
    counts
};

/// Runs the words behind the first one where that is a rule for programs of another machine.
const WITHIN: &str = r#"mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
printf %s "$1" >/proc/sys/fs/binfmt_misc/register && shift && exec "$@""#;

/// Whether this kernel takes rules of a namespace's own, as Linux does from 6.7 on.
pub fn has_rules() -> bool {
    let mount = "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc";
    let mut try_it = Command::new("unshare");
    succeeds(try_it.args(["--map-root-user", "--mount", "sh", "-c", mount])).is_ok()
}

/// What runs programs of other machines, with the package it comes in.
pub fn program(machine: &str) -> String {
    format!("qemu-{machine}-static")
}

/// Debian's compiler for a platform, which links.
pub fn linker(triple: &str) -> String {
    format!("{triple}-gcc")
}

/// A new user of a machine for which `build` builds. Debian has its libraries at `triple`.
pub fn place(build: &Build, machine: &str, triple: &str, root: &Path) -> Result<Place, String> {
    let starter = root.join("starter");
    let qemu = program(machine);
    let start = format!(r#"exec {qemu} -L /usr/{triple} -0 "$name" "$program" "$@""#);
    script(&starter, &format!("program=$1 name=$2\nshift 2\n{start}"))?;
    let example = Path::new("/usr").join(triple).join("lib/libc.so.6");
    let head = fs::read(&example).map_err(|error| format!("{}: {error}", example.display()))?;
    let head = head.get(..HEAD).ok_or_else(|| format!("{}: it is no library", example.display()))?;
    let mut place = Place::linux(build, root);
    let runner = ["unshare", "--map-root-user", "--mount", "sh", "-c", WITHIN, "sh"];
    place.runner = runner.into_iter().map(Into::into).collect();
    place.runner.push(rule(head, &starter).into());
    Ok(place)
}

/// Has files that begin like `head` started by `starter`, which is told their first word (`P`).
fn rule(head: &[u8], starter: &Path) -> String {
    let (mut magic, mut mask) = (String::new(), String::new());
    for (byte, counts) in head.iter().zip(COUNTS) {
        let (byte, bits) = if counts { (*byte, 0xff) } else { (0, 0) };
        let _ = write!(magic, "\\x{byte:02x}");
        let _ = write!(mask, "\\x{bits:02x}");
    }
    format!(":emulated:M::{magic}:{mask}:{}:P", starter.display())
}
