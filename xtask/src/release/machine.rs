//! A user's machine of some platform, as this one plays it.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tests::{Artifacts, Sandbox};

use super::platform::{Platform, Runner};
use crate::{platforms::wine, process::succeeds};

/// Processors of the first kind that a 64-bit x86 system runs on: without all that came later.
const OLDEST_X86_64: &str = "qemu64,-sse3,-cx16,-lahf-lm,-svm,-sse4a,-abm,-popcnt";

/// Has QEMU run whatever is started of another machine, for the programs within alone.
const REGISTER: &str = r#"mount -t binfmt_misc none /proc/sys/fs/binfmt_misc || exit 125
printf '%s' "$1" > /proc/sys/fs/binfmt_misc/register || exit 125
shift; exec "$@""#;

/// A user of it.
pub struct Machine {
    pub sandbox: Sandbox,
    runner: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    shown: fn(&Path) -> String,
}

impl Machine {
    /// The error says what there is not.
    pub fn of(platform: &Platform, artifacts: &Artifacts) -> Result<Self, String> {
        let plain = Self {
            sandbox: Sandbox::with(artifacts),
            runner: Vec::new(),
            env: Vec::new(),
            shown: |path| path.display().to_string(),
        };
        match platform.runner {
            Runner::Loader(loader) if Path::new(loader).exists() => Ok(plain),
            Runner::Loader(loader) => Err(format!("there is no {loader}")),
            Runner::Qemu { machine, libraries } => plain.with_qemu(machine, libraries),
            Runner::Wine => plain.with_wine(),
            Runner::Nowhere => Err("nothing that can be had runs its programs".to_owned()),
        }
    }

    /// The same system on the first of its processors; the error says what there is not.
    pub fn of_old(artifacts: &Artifacts) -> Result<Self, String> {
        let qemu = found("qemu-x86_64-static")?;
        let runner = vec![qemu.into(), "-cpu".into(), OLDEST_X86_64.into()];
        Ok(Self {
            sandbox: Sandbox::with(artifacts),
            runner,
            env: Vec::new(),
            shown: |path| path.display().to_string(),
        })
    }

    fn with_qemu(mut self, machine: &str, libraries: &str) -> Result<Self, String> {
        let qemu = found(&format!("qemu-{machine}-static"))?;
        if !Path::new(libraries).is_dir() {
            return Err(format!("there is no {libraries} (Debian: libc6-arm64-cross)"));
        }
        let known = magic(machine)?;
        let entry = format!(":{machine}:M::{known}:{}:F", qemu.display());
        let words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", REGISTER, "sh", &entry];
        self.runner = words.iter().map(Into::into).collect();
        self.env.push(("QEMU_LD_PREFIX".into(), libraries.into()));
        let mut probe = Command::new("unshare");
        succeeds(probe.args(&words[1..]).arg("true"))
            .map_err(|why| format!("what emulated programs start cannot be emulated ({why})"))?;
        Ok(self)
    }

    fn with_wine(mut self) -> Result<Self, String> {
        self.runner = vec![found("wine")?.into()];
        let compiler = found("x86_64-w64-mingw32-gcc")?;
        let root = self.sandbox.path("windows");
        fs::create_dir(&root).map_err(|error| format!("{}: {error}", root.display()))?;
        self.env = wine::system(&compiler.to_string_lossy(), &root)?;
        self.shown = wine::shown;
        Ok(self)
    }

    /// Runs the host as a user who has nothing else.
    pub fn run(&self, host: &Path, args: &[&str]) -> Result<String, String> {
        let mut all = self.runner.iter().cloned().chain([host.into()]);
        let mut command = self.sandbox.command(Path::new(&all.next().unwrap_or_default()));
        command.args(all).args(args).envs(self.env.iter().cloned());
        command.env("DO_NOT_TRACK", "1").current_dir(self.sandbox.path("home")).stdin(Stdio::null());
        succeeds(&mut command)
    }

    /// How its programs are told a path of this machine.
    pub fn path(&self, path: &Path) -> String {
        (self.shown)(path)
    }
}

fn found(program: &str) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.ok_or_else(|| format!("there is no {program}"))
}

/// How programs of the machine begin, for the kernel.
fn magic(machine: &str) -> Result<String, String> {
    let number = match machine {
        "aarch64" => r"\xb7\x00",
        "x86_64" => r"\x3e\x00",
        _ => return Err(format!("nobody has written how programs of {machine} begin")),
    };
    let magic = format!(r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00{number}");
    Ok(format!(r"{magic}:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"))
}
