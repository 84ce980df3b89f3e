//! Which crate may depend on which, and what its files may not name.

/// A crate that others build on, or that people install.
pub struct CrateRule {
    /// The package.
    pub name: &'static str,
    /// Crates of this workspace that it may depend on.
    pub may_need: &'static [&'static str],
    /// Further ones that its tests and examples may depend on.
    pub tests_may_need: &'static [&'static str],
    /// What its files may not name.
    pub forbidden: &'static [Forbidden],
}

/// What most files of a crate may not name.
pub struct Forbidden {
    /// The name.
    pub name: Name,
    /// Files, or folders with a `/` at the end, that may name it.
    pub except: &'static [&'static str],
    /// Why not, as the end of a sentence.
    pub because: &'static str,
}

/// What a file may not name.
#[derive(Clone, Copy)]
pub enum Name {
    /// These segments in a row in any path of the code.
    Path(&'static [&'static str]),
    /// This word anywhere, comments included, in capitals or not.
    Word(&'static str),
}

/// A file outside of `os/` that may ask which system it is compiled for.
pub struct SystemException {
    /// The package.
    pub package: &'static str,
    /// Its path within the package.
    pub file: &'static str,
    /// Why it has to.
    pub because: &'static str,
}

const fn may_need(name: &'static str, may_need: &'static [&'static str]) -> CrateRule {
    CrateRule { name, may_need, tests_may_need: &[], forbidden: &[] }
}

impl CrateRule {
    const fn and_for_tests(self, tests_may_need: &'static [&'static str]) -> Self {
        Self { tests_may_need, ..self }
    }

    const fn never_naming(self, forbidden: &'static [Forbidden]) -> Self {
        Self { forbidden, ..self }
    }
}

/// The crates and their arrows.
pub const CRATES: &[CrateRule] = &[
    may_need("small-files", &[]),
    may_need("terminal-text", &[]),
    may_need("detached", &[]),
    may_need("usage-telemetry-derive", &[]).never_naming(TELEMETRY),
    may_need("hookspec", &[]).never_naming(CORE),
    may_need("usage-telemetry", &["detached", "small-files", "terminal-text", "usage-telemetry-derive"])
        .never_naming(TELEMETRY),
    may_need("hookspec-host", &["detached", "hookspec", "small-files", "terminal-text"])
        .and_for_tests(&["usage-telemetry", "notes-hooks", "notes-hooks-before"])
        .never_naming(HOST),
    may_need("kedro-dataset-classes", &[]),
    may_need("kedro-project", &["kedro-dataset-classes", "small-files"]),
    may_need("kedro-telemetry", &["hookspec", "usage-telemetry", "kedro-dataset-classes", "small-files"]),
    may_need("kedro-trace", &["hookspec", "small-files"]),
    may_need("host-demo", &["hookspec", "hookspec-host", "kedro-project", "small-files"]),
];

const fn may_ask(package: &'static str, file: &'static str, because: &'static str) -> SystemException {
    SystemException { package, file, because }
}

/// The files that may ask which system they are compiled for.
pub const ASK_THE_SYSTEM: &[SystemException] = &[
    may_ask("xtask", "src/main.rs", ONE_SYSTEM),
    may_ask("xtask", "src/bench.rs", ONE_SYSTEM),
    may_ask("tests", "src/lib.rs", ONE_SYSTEM),
];

const ONE_SYSTEM: &str = "what only one system can do is there or not: nothing of it differs";

const SPECS: &[&str] = &["src/specs.rs", "src/specs/"];

const CORE: &[Forbidden] = &[
    Forbidden {
        name: Name::Path(&["specs"]),
        except: SPECS,
        because: "the hooks in specs are a guest in this crate, and its core works without them",
    },
    Forbidden { name: Name::Word("kedro"), except: SPECS, because: "only specs are about Kedro" },
];

const HOST: &[Forbidden] = &[
    Forbidden {
        name: Name::Path(&["hookspec", "specs"]),
        except: &[],
        because: "a host of any program has hooks of its own",
    },
    Forbidden { name: Name::Word("kedro"), except: &[], because: "this crate is for any program" },
];

const TELEMETRY: &[Forbidden] = &[
    Forbidden {
        name: Name::Path(&["hookspec"]),
        except: &[],
        because: "a program without plugins can have telemetry, too",
    },
    Forbidden { name: Name::Word("kedro"), except: &[], because: "this crate is for any program" },
];
