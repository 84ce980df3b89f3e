//! `cargo xtask compat`: plugins and hosts built by different compilers, and with types laid out
//! differently, run with each other.
//!
//! The fixtures of `tests/interfaces` are built three times: by this machine's compiler, by the
//! same with the layout of every Rust type shuffled, and by rustc 1.85, the oldest that `hookspec`
//! declares to build with. Then each build's host runs each build's plugins, and the host-demo of
//! this machine's compiler runs the example plugin of each.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use tests::{Artifacts, Sandbox, run as output_of, workspace};

use crate::{debian::Debian, process::succeeds, target::target};

/// The compiler's version, and Debian 12's packages that bring it with what it links to.
const OLD_RUSTC: &str = "1.85.0";
const OLD_PACKAGES: [&str; 5] = [
    "rustc-web=1.85.0+dfsg3-1~deb12u3",
    "libstd-rust-web-dev=1.85.0+dfsg3-1~deb12u3",
    "libstd-rust-web-1.85=1.85.0+dfsg3-1~deb12u3",
    "libllvm19",
    "libz3-4",
];

const AGES: [&str; 3] = ["older", "today", "newer"];

/// Runs all combinations; fails when one of them does not do what it does with this machine's
/// compiler alone.
pub fn run() -> ExitCode {
    let dir = target().join("compat");
    let mut builds = Vec::new();
    let mut failures = 0;
    let mut make = |name, environment: Vec<(&str, String)>| match Build::make(&dir, name, &environment) {
        Ok(build) => builds.push(build),
        Err(error) => {
            println!("  FAILED {error}");
            failures += 1;
        }
    };

    heading("Building with this machine's compiler");
    make("machine", Vec::new());
    heading("Building with shuffled layouts (-Zrandomize-layout)");
    let shuffled = "-Zrandomize-layout -Zlayout-seed=20".to_owned();
    make("shuffled", vec![("RUSTC_BOOTSTRAP", "1".to_owned()), ("RUSTFLAGS", shuffled)]);
    heading(&format!("Building with rustc {OLD_RUSTC}"));
    match old_compiler(&dir) {
        Ok(environment) => make("rustc-1.85", environment),
        Err(why) => println!("  skipped: {why}"),
    }

    heading("Each host with each plugin");
    failures += run_hosts(&builds);
    heading("host-demo with the example plugin of each build");
    failures += run_host_demo(&builds);
    if failures == 0 {
        println!("\nAll checks passed");
        return ExitCode::SUCCESS;
    }
    println!("\n{failures} checks failed");
    ExitCode::FAILURE
}

/// Fixtures and example as one compiler built them.
struct Build {
    name: &'static str,
    dir: PathBuf,
}

impl Build {
    fn make(dir: &Path, name: &'static str, environment: &[(&str, String)]) -> Result<Self, String> {
        let dir = dir.join(name);
        let mut cargo = tests::cargo();
        cargo.args(["build", "--quiet", "--lib", "--bins", "--examples", "--ignore-rust-version"]);
        cargo.args(["-p", "fixture-interfaces", "-p", "hookspec", "--target-dir"]).arg(&dir);
        cargo.current_dir(workspace()).env_remove("RUSTC").env_remove("RUSTFLAGS");
        cargo.envs(environment.iter().map(|(name, value)| (name, value)));
        match cargo.status() {
            Ok(status) if status.success() => Ok(Self { name, dir: dir.join("debug") }),
            Ok(status) => Err(format!("the build `{name}` ended with {status}")),
            Err(error) => Err(format!("cannot run cargo for the build `{name}`: {error}")),
        }
    }

    fn plugin(&self, name: &str) -> PathBuf {
        self.dir.join("examples").join(format!("{}{name}{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX))
    }

    fn host(&self, age: &str) -> PathBuf {
        self.dir.join(format!("{age}-host{}", env::consts::EXE_SUFFIX))
    }

    /// What this build's host of one age prints with another build's plugin of one age.
    fn meet(&self, host: &str, plugins: &Self, plugin: &str) -> Result<String, String> {
        let mut command = Command::new(self.host(host));
        let output = output_of(command.arg(plugins.plugin(&format!("{plugin}_baker"))));
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
    }
}

/// Every build's host with every build's plugin, at each age. What they print is what they print
/// when both are the first build's, which `tests/tests/abi` compares with what it should be. Gives
/// the number of failures.
fn run_hosts(builds: &[Build]) -> usize {
    let Some(reference) = builds.first() else { return 0 };
    let mut failures = 0;
    for host in builds {
        for plugin in builds {
            let wrong = AGES.iter().flat_map(|of_host| AGES.map(|of_plugin| (*of_host, of_plugin))).find_map(
                |(of_host, of_plugin)| {
                    let expected = reference.meet(of_host, reference, of_plugin);
                    let found = host.meet(of_host, plugin, of_plugin);
                    (found.is_err() || found != expected)
                        .then(|| format!("{of_plugin} plugin in {of_host} host: {found:?}, expected {expected:?}"))
                },
            );
            failures += check(&format!("a plugin of `{}` in a host of `{}`", plugin.name, host.name), wrong);
        }
    }
    failures
}

/// The example plugin, which adds a command to host-demo. Gives the number of failures.
fn run_host_demo(builds: &[Build]) -> usize {
    let artifacts = Artifacts::release_demo();
    builds
        .iter()
        .map(|build| {
            let sandbox = Sandbox::with(&artifacts);
            sandbox.install(&build.plugin("hello"));
            let output = output_of(&mut sandbox.host_demo(&["wave"]));
            let wrong = (output.stdout != b"o/\n" || !output.status.success()).then(|| format!("{output:?}"));
            check(&format!("`host-demo wave` by the plugin of `{}`", build.name), wrong)
        })
        .sum()
}

fn check(what: &str, wrong: Option<String>) -> usize {
    match wrong {
        None => {
            println!("  ok     {what}");
            0
        }
        Some(why) => {
            println!("  FAILED {what}: {why}");
            1
        }
    }
}

/// How cargo is told to use the old compiler, once that is unpacked below `dir`.
fn old_compiler(dir: &Path) -> Result<Vec<(&'static str, String)>, String> {
    let debian = Debian::of_this_machine(dir.join("debian"));
    let root = debian.root();
    let lib = root.join("usr/lib");
    let libraries = format!("{}/{}-linux-gnu:{}", lib.display(), env::consts::ARCH, lib.display());
    let rustc = root.join("usr/bin/rustc");
    let environment = vec![("RUSTC", rustc.display().to_string()), ("LD_LIBRARY_PATH", libraries)];
    if version(&environment).is_ok() {
        return Ok(environment);
    }
    debian.unpack(&OLD_PACKAGES)?;
    version(&environment)?;
    Ok(environment)
}

/// Whether the compiler runs and is of the version it should be.
fn version(environment: &[(&str, String)]) -> Result<(), String> {
    let rustc = &environment[0].1;
    let found = succeeds(Command::new(rustc).arg("-V").envs(environment.iter().map(|(name, value)| (name, value))))?;
    if found.starts_with(&format!("rustc {OLD_RUSTC}")) {
        return Ok(());
    }
    Err(format!("{rustc} is not rustc {OLD_RUSTC}: {found}"))
}

fn heading(text: &str) {
    println!("\n== {text}");
}
