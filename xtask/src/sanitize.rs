//! `cargo xtask sanitize`: the tests of the hook engine under `LeakSanitizer` and
//! `ThreadSanitizer`.
//!
//! Both come with the stable compiler, which lets itself be told to use them. Threads are watched
//! only in what is compiled for that, so the standard library is built from its sources.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use tests::workspace;

use crate::{standard_library, target::target};

const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// A panic's payload of a plugin's own type is never dropped, as that would run the plugin's code.
/// A pointer to a shared value without a size points behind its counters, where it does not count
/// as one to them: that object is kept by a static.
const LEAKS_ON_PURPOSE: &str = "leak:std::panicking::begin_panic\n\
     leak:OnceLock<hookspec::abi::Object>\n";

/// A sanitizer, and what it needs.
struct Sanitizer {
    /// As the compiler names it.
    name: &'static str,
    /// Whether it watches threads: then the standard library has to be built for it, too, and
    /// addresses are not to be chosen at random.
    watches_threads: bool,
    /// The variable by which it takes options, and those.
    options: fn(&Path) -> (&'static str, String),
}

const SANITIZERS: [Sanitizer; 2] = [
    Sanitizer {
        name: "leak",
        watches_threads: false,
        options: |dir| ("LSAN_OPTIONS", format!("suppressions={}", dir.join("leaks-on-purpose").display())),
    },
    Sanitizer { name: "thread", watches_threads: true, options: |_| ("TSAN_OPTIONS", "halt_on_error=1".to_owned()) },
];

/// Runs those that are named, or all; fails when one of them finds something.
pub fn run(names: &[&str]) -> ExitCode {
    if !names.iter().all(|name| SANITIZERS.iter().any(|known| known.name == *name)) {
        eprintln!("Usage: cargo xtask sanitize [leak|thread]…");
        return ExitCode::from(2);
    }
    let is_wanted = |sanitizer: &&Sanitizer| names.is_empty() || names.contains(&sanitizer.name);
    for sanitizer in SANITIZERS.iter().filter(is_wanted) {
        println!("\n== The engine's tests under the sanitizer `{}`", sanitizer.name);
        if sanitizer.watches_threads && !addresses_can_be_fixed() {
            println!(
                "passed over: no program may fix its addresses here (`setarch --addr-no-randomize`), as it has to"
            );
            continue;
        }
        if let Err(error) = sanitizer.run(&target().join("sanitize")) {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Whether a program may have its addresses where it wants them: a container can forbid that.
fn addresses_can_be_fixed() -> bool {
    let status = Command::new("setarch").args(["--addr-no-randomize", "true"]).status();
    status.is_ok_and(|status| status.success())
}

impl Sanitizer {
    fn run(&self, dir: &Path) -> Result<(), String> {
        fs::create_dir_all(dir)
            .and_then(|()| fs::write(dir.join("leaks-on-purpose"), LEAKS_ON_PURPOSE))
            .map_err(|error| format!("cannot write to {}: {error}", dir.display()))?;
        let mut cargo = tests::cargo();
        cargo.args(["test", "--quiet", "-p", "hookspec-host", "--test", "engine", "--target", PLATFORM]);
        cargo.arg("--target-dir").arg(dir.join(self.name)).current_dir(workspace());
        cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", format!("-Zsanitizer={}", self.name));
        let (variable, options) = (self.options)(dir);
        cargo.env(variable, options);
        // What is watched takes several times the stack, and a test has wrappers within one
        // another.
        cargo.env("RUST_MIN_STACK", "16777216");
        if self.watches_threads {
            cargo.arg("-Zbuild-std=std,panic_unwind,proc_macro,test");
            standard_library::allow(&mut cargo, &standard_library::sources(&target().join("platforms"))?);
        }
        let status = cargo.status().map_err(|error| format!("cannot run cargo: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("the sanitizer `{}` or a test failed", self.name)) }
    }
}
