//! The host binary and the plugin libraries, built as a user would build them.

use std::{
    env::{self, consts},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::{cargo::cargo, os};

const PACKAGES: [&str; 11] = [
    "hookspec",
    "hookspec-host",
    "host-demo",
    "kedro-telemetry",
    "kedro-bridge",
    "kedro-plugin-host",
    "kedro-trace",
    "fixture-plugins",
    "fixture-interfaces",
    "usage-telemetry",
    "tests",
];

/// Those whose programs and libraries users have.
const SHIPPED: [&str; 5] = ["host-demo", "kedro-telemetry", "kedro-trace", "kedro-bridge", "kedro-plugin-host"];

/// Where cargo has put what the tests run.
#[derive(Clone, Debug)]
pub struct Artifacts {
    dir: PathBuf,
}

/// Builds the host, the telemetry plugin and the fixtures, once, in the profile of the running
/// test.
#[must_use]
pub fn artifacts() -> &'static Artifacts {
    static BUILT: OnceLock<Artifacts> = OnceLock::new();
    BUILT.get_or_init(|| {
        let dir = profile_dir();
        Artifacts::build(dir.clone(), dir.ends_with("release"), &PACKAGES, &["--examples"])
    })
}

/// The library of the fixture `talking`, built by itself: no other plugin is to have the features
/// of `hookspec` that it needs.
#[must_use]
pub fn talking() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let build = || {
        // Otherwise cargo would build both at once.
        let _ = artifacts();
        let dir = profile_dir();
        let example = ["--example", "talking", "--features", "talking"];
        Artifacts::build(dir.clone(), dir.ends_with("release"), &["fixture-plugins"], &example).fixture("talking")
    };
    BUILT.get_or_init(build).clone()
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace")
}

/// `target/debug` or `target/release`, from where the test itself runs.
fn profile_dir() -> PathBuf {
    let exe = env::current_exe().expect("a test knows its own path");
    let dir = exe.parent().expect("it is in a folder");
    if dir.ends_with("deps") { dir.parent().expect("deps is in a folder").to_owned() } else { dir.to_owned() }
}

impl Artifacts {
    /// Builds them in release mode, in the target directory of the running program: what users have,
    /// without what only tests switch on in others' crates.
    #[must_use]
    pub fn release() -> Self {
        let dir = profile_dir().with_file_name("release");
        Self::build(dir.clone(), true, &PACKAGES, &["--examples"]);
        Self::build(dir, true, &SHIPPED, &[])
    }

    /// Builds the host, the telemetry plugin and the fixture `noop` alone, in release mode: each
    /// library less is seconds that somebody new does not wait.
    #[must_use]
    pub fn release_demo() -> Self {
        let packages = ["host-demo", "kedro-telemetry", "fixture-plugins"];
        Self::build(profile_dir().with_file_name("release"), true, &packages, &["--example", "noop"])
    }

    /// Builds the fixtures with interfaces of their own alone, in release mode.
    #[must_use]
    pub fn release_interfaces() -> Self {
        Self::build(profile_dir().with_file_name("release"), true, &["fixture-interfaces"], &["--examples"])
    }

    /// Builds the tracing plugin alone, in release mode.
    #[must_use]
    pub fn release_trace() -> Self {
        Self::build(profile_dir().with_file_name("release"), true, &["kedro-trace"], &[])
    }

    /// Builds what the Python package has in it alone, in release mode.
    #[must_use]
    pub fn release_package() -> Self {
        let packages = ["kedro-telemetry", "kedro-bridge", "kedro-plugin-host"];
        Self::build(profile_dir().with_file_name("release"), true, &packages, &[])
    }

    /// Builds the fixture plugins that are damaged in many ways alone, in release mode.
    #[must_use]
    pub fn release_specimens() -> Self {
        let examples = ["noop", "panicking_hook", "eager_start"].map(|name| ["--example", name]).concat();
        Self::build(profile_dir().with_file_name("release"), true, &["fixture-plugins"], &examples)
    }

    /// What somebody else has built into the folder `dir`.
    #[must_use]
    pub fn at(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Builds the program whose instructions are counted, and the libraries that it loads, in the
    /// profile for that.
    #[must_use]
    pub fn counted() -> Self {
        let packages = ["instructions", "kedro-telemetry", "fixture-plugins"];
        let examples = ["--example", "noop", "--example", "no_plugin"];
        Self::build_as(profile_dir().with_file_name("counted"), Some("counted"), &packages, &examples)
    }

    /// The same with the host.
    #[must_use]
    pub fn counted_host() -> Self {
        let packages = ["instructions", "kedro-telemetry", "fixture-plugins", "host-demo"];
        let examples = ["--example", "noop", "--example", "no_plugin"];
        Self::build_as(profile_dir().with_file_name("counted"), Some("counted"), &packages, &examples)
    }

    /// Builds that program, and of libraries what it is made of alone, in the profile of the running
    /// test.
    #[must_use]
    pub fn instructions() -> Self {
        let dir = profile_dir();
        Self::build(dir.clone(), dir.ends_with("release"), &["hookspec", "instructions"], &[])
    }

    fn build(dir: PathBuf, release: bool, packages: &[&str], examples: &[&str]) -> Self {
        Self::build_as(dir, release.then_some("release"), packages, examples)
    }

    fn build_as(dir: PathBuf, profile: Option<&str>, packages: &[&str], examples: &[&str]) -> Self {
        // Where tests run that were built elsewhere, as those of Windows under Wine, there is no
        // cargo: whoever runs them has built the rest, too.
        if env::var_os("ARTIFACTS_ARE_BUILT").is_some() {
            return Self { dir };
        }
        let mut build = cargo();
        build.args(["build", "--quiet", "--lib", "--bins"]).args(examples);
        build.args(packages.iter().flat_map(|package| ["-p", package]));
        build.args(profile.iter().flat_map(|profile| ["--profile", profile]));
        build.current_dir(workspace());
        assert!(build.status().expect("cargo runs").success(), "the artifacts do not build");
        // Copies of them would be open to others, too, and be refused for that.
        for folder in [dir.clone(), dir.join("examples")] {
            os::keep_from_group(&folder);
        }
        Self { dir }
    }

    /// The binary `name`.
    #[must_use]
    pub fn binary(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}{}", consts::EXE_SUFFIX))
    }

    /// The telemetry plugin's library.
    #[must_use]
    pub fn telemetry(&self) -> PathBuf {
        self.library("kedro_telemetry")
    }

    /// The library `name`.
    #[must_use]
    pub fn library(&self, name: &str) -> PathBuf {
        self.dir.join(library_name(name))
    }

    /// The tracing plugin's library.
    #[must_use]
    pub fn trace(&self) -> PathBuf {
        self.dir.join(library_name("kedro_trace"))
    }

    /// The program that the example `name` is.
    #[must_use]
    pub fn example(&self, name: &str) -> PathBuf {
        self.dir.join("examples").join(format!("{name}{}", consts::EXE_SUFFIX))
    }

    /// The library of the fixture plugin `name`.
    #[must_use]
    pub fn fixture(&self, name: &str) -> PathBuf {
        self.dir.join("examples").join(library_name(name))
    }
}

fn library_name(name: &str) -> String {
    format!("{}{name}{}", consts::DLL_PREFIX, consts::DLL_SUFFIX)
}
