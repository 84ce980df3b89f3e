//! The platforms whose programs run here, each in its way.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use super::{build::Build, look, musl, place::Place, qemu, scenario, table::Row, tools::Tools, wine};

/// A platform, and what is run there.
pub struct Run {
    pub target: &'static str,
    /// What runs its programs.
    runner: Runner,
    /// What is tested beside the scenario, as cargo is told; `None` where nothing is run but the
    /// tests of the look at libraries.
    tests: Option<&'static [&'static str]>,
    /// Test programs of `tests` that start hosts, beside those.
    hosts: &'static [&'static str],
    left_out: &'static str,
}

/// How much is run.
#[derive(Clone, Copy)]
pub enum Extent {
    /// The scenario, the engine and the look at libraries.
    Sample,
    Whole,
}

#[derive(Clone, Copy)]
enum Runner {
    Wine,
    Qemu {
        /// What QEMU calls the machine.
        machine: &'static str,
        /// What Debian calls the platform.
        triple: &'static str,
    },
    Musl,
}

impl Runner {
    /// Programs that must be there, with Debian's packages of them.
    fn needs(self) -> Vec<(String, String)> {
        let needs = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        match self {
            Self::Wine => needs(&[("wine", "wine"), (WINDOWS, "gcc-mingw-w64-x86-64")]),
            Self::Qemu { machine, triple } => needs(&[
                (&qemu::program(machine), "qemu-user-static"),
                (&qemu::linker(triple), &format!("gcc-{triple}")),
            ]),
            Self::Musl => needs(&[(musl::LOADER, "musl")]),
        }
    }

    fn build<'a>(self, target: &'static str, tools: &'a Tools) -> Result<Build<'a>, String> {
        Ok(match self {
            Self::Wine => Build::new(target, WINDOWS.into(), "", tools),
            Self::Qemu { triple, .. } => Build::new(target, qemu::linker(triple).into(), "", tools),
            Self::Musl => Build::new(target, musl::linker(tools)?, musl::FLAGS, tools),
        })
    }

    fn place(self, build: &Build, root: &Path) -> Result<Place, String> {
        match self {
            Self::Wine => wine::place(build, WINDOWS, root),
            Self::Qemu { machine, triple } => qemu::place(build, machine, triple, root),
            Self::Musl => Ok(Place::linux(build, root)),
        }
    }

    /// A library for another platform.
    fn foreign(self, root: &Path) -> Result<PathBuf, String> {
        match self {
            Self::Musl => musl::foreign(root),
            _ => env::current_exe().map_err(|error| error.to_string()),
        }
    }
}

/// What links for Windows.
const WINDOWS: &str = "x86_64-w64-mingw32-gcc";

/// The engine and the look at libraries.
const ENGINE: &[&str] = &["-p", "hookspec-host", "--lib", "--test", "engine", "--test", "inspection"];

/// The engine, the look at libraries, the plugin, and the telemetry that it has.
const PLUGIN: &[&str] = &[
    "-p",
    "hookspec-host",
    "-p",
    "kedro-telemetry",
    "-p",
    "usage-telemetry",
    "--lib",
    "--test",
    "engine",
    "--test",
    "inspection",
];

/// What starts hosts with plugins, and asks of the system no more than every one has.
const HOSTS: &[&str] = &[
    "abi",
    "counting",
    "document",
    "first_run",
    "host_demo",
    "kedro_trace",
    "loader",
    "offers",
    "plugins",
    "privacy",
    "reference",
    "said",
    "second_host",
    "sessions",
    "telemetry",
    "two_programs",
    "usage_event",
    "values",
    "waiting_plugins",
];

/// What those tests install and start.
const INSTALLED: &[&str] = &[
    "-p",
    "hookspec",
    "-p",
    "hookspec-host",
    "-p",
    "host-demo",
    "-p",
    "kedro-telemetry",
    "-p",
    "kedro-trace",
    "-p",
    "fixture-plugins",
    "-p",
    "fixture-interfaces",
    "-p",
    "usage-telemetry",
    "-p",
    "tests",
    "--lib",
    "--bins",
    "--examples",
];

/// What needs features that no other plugin has.
const TALKING: &[&str] = &["-p", "fixture-plugins", "--example", "talking", "--features", "talking"];

pub const RUNS: [Run; 7] = [
    Run {
        target: "x86_64-pc-windows-gnu",
        runner: Runner::Wine,
        tests: Some(PLUGIN),
        hosts: HOSTS,
        left_out: "access control lists, which are not judged; Windows itself, for which Wine stands in",
    },
    Run {
        target: "aarch64-unknown-linux-gnu",
        runner: Runner::Qemu { machine: "aarch64", triple: "aarch64-linux-gnu" },
        tests: Some(PLUGIN),
        hosts: &[],
        left_out: "the machine itself, for which QEMU stands in",
    },
    looked_at("riscv64gc-unknown-linux-gnu", "riscv64", "riscv64-linux-gnu"),
    looked_at("armv7-unknown-linux-gnueabihf", "arm", "arm-linux-gnueabihf"),
    looked_at("i686-unknown-linux-gnu", "i386", "i686-linux-gnu"),
    looked_at("s390x-unknown-linux-gnu", "s390x", "s390x-linux-gnu"),
    Run {
        target: "x86_64-unknown-linux-musl",
        runner: Runner::Musl,
        tests: Some(PLUGIN),
        hosts: &[],
        left_out: "nothing",
    },
];

/// A Linux of another machine, for which only the look at libraries is tested.
const fn looked_at(target: &'static str, machine: &'static str, triple: &'static str) -> Run {
    Run {
        target,
        runner: Runner::Qemu { machine, triple },
        tests: None,
        hosts: &[],
        left_out: "all but the look at libraries: time",
    }
}

impl Run {
    /// Builds and runs all there is to run, and removes what was built unless told to `keep` it.
    pub fn play(&self, tools: &Tools, extent: Extent, keep: bool) -> Row {
        let mut row = Row { target: self.target, not_run: self.left_out, ..Row::default() };
        if let Some((program, package)) = self.runner.needs().iter().find(|(program, _)| !is_there(program)) {
            println!("skipped {}: there is no {program} (Debian: {package})", self.target);
            row.not_run = "all of it: what runs it is not installed";
            return row;
        }
        if matches!(self.runner, Runner::Qemu { .. }) && !qemu::has_rules() {
            println!("skipped {}: namespaces of this kernel have no binfmt_misc of their own (Linux 6.7)", self.target);
            row.not_run = "all of it: the kernel starts no program by QEMU";
            return row;
        }
        if let Err(why) = self.try_all(tools, extent, keep, &mut row) {
            println!("FAILED {}: {why}", self.target);
            row.failed.push(why);
        }
        row
    }

    fn try_all(&self, tools: &Tools, extent: Extent, keep: bool, row: &mut Row) -> Result<(), String> {
        let mut build = self.runner.build(self.target, tools)?;
        let start = Instant::now();
        let played = self.build(&mut build, extent).and_then(|tests| {
            println!("{}: built in {} s", self.target, start.elapsed().as_secs());
            self.run(&build, tests, row)
        });
        if !keep {
            build.clean();
        }
        played
    }

    /// Builds all that is run, and gives the programs of tests by their names.
    fn build(&self, build: &mut Build, extent: Extent) -> Result<Vec<(String, PathBuf)>, String> {
        // The look at libraries is tried on one of an example's.
        let Some(tests) = self.tests else {
            build.workspace = look::package(&build.dir)?;
            build.cargo("build", &["--example", "smallest_plugin"])?;
            return build.cargo("test", &["--no-run", "--test", "inspection"]);
        };
        build.cargo("build", &["-p", "host-demo", "-p", "kedro-telemetry"])?;
        build.cargo("build", &["-p", "hookspec-host", "--example", "smallest_plugin"])?;
        if matches!(extent, Extent::Sample) {
            return build.cargo("test", &[&["--no-run"], ENGINE].concat());
        }
        let mut programs = build.cargo("test", &[&["--no-run"], tests].concat())?;
        if !self.hosts.is_empty() {
            build.cargo("build", INSTALLED)?;
            build.cargo("build", TALKING)?;
            let hosts = self.hosts.iter().flat_map(|host| ["--test", host]);
            let words: Vec<&str> = ["--no-run", "-p", "tests"].into_iter().chain(hosts).collect();
            programs.extend(build.cargo("test", &words)?);
        }
        Ok(programs)
    }

    fn run(&self, build: &Build, tests: Vec<(String, PathBuf)>, row: &mut Row) -> Result<(), String> {
        let start = Instant::now();
        let root = build.dir.join("user");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
        let place = self.runner.place(build, &root)?;
        if self.tests.is_some() {
            let outcome = scenario::play(&place, &self.runner.foreign(&root)?)?;
            row.steps = Some((outcome.passed, outcome.steps));
            row.failed.extend(outcome.failed);
        }
        for (name, program) in tests {
            self.test(&name, &program, &place, row);
        }
        if matches!(self.runner, Runner::Musl) {
            musl::try_static(build, &place)?;
        }
        println!("{}: ran in {} s", self.target, start.elapsed().as_secs());
        Ok(())
    }

    fn test(&self, name: &str, program: &Path, place: &Place, row: &mut Row) {
        // What they start was built for this platform, where there is no cargo.
        let mut tests = place.run(program);
        // Users of Windows are told apart by nothing that a test of a host could set.
        let is_alone = matches!(self.runner, Runner::Wine) && name.starts_with("tests ");
        let threads = if is_alone { "--test-threads=1" } else { "--test-threads=2" };
        let output = tests.env("ARTIFACTS_ARE_BUILT", "1").args(["--nocapture", threads]).output();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (said, panics) = output.map(|ran| (text(&ran.stdout), text(&ran.stderr))).unwrap_or_default();
        let number = |mark: &str| said.lines().filter_map(|line| number_behind(line, mark)).sum::<usize>();
        row.tests += number("test result: ok. ");
        row.damages += number("damages refused: ");
        if said.lines().any(|line| line.starts_with("test result: ok.")) {
            println!("  ok     {}: {name}", self.target);
        } else {
            let failed: Vec<&str> =
                said.lines().filter(|line| line.contains("FAILED") || line.contains("panicked")).collect();
            println!("  FAILED {}: {name}\n{said}\n{panics}", self.target);
            row.failed.push(format!("{name}: {}", failed.join("; ")));
        }
    }
}

fn number_behind(line: &str, mark: &str) -> Option<usize> {
    let (_, rest) = line.split_once(mark)?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

fn is_there(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
