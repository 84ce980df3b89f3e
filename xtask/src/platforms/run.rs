//! The platforms whose programs run here, each in its way.

use std::{env, fs, path::Path};

use super::{build::Build, place::Place, scenario, table::Row, tools::Tools, wine};

/// A platform, and what is run there.
pub struct Run {
    pub target: &'static str,
    pub linker: &'static str,
    /// The Debian package of the linker.
    package: &'static str,
    /// What runs its programs.
    runner: Runner,
    /// What is tested, as cargo is told.
    tests: &'static [&'static str],
    left_out: &'static str,
}

#[derive(Clone, Copy)]
enum Runner {
    Wine,
    Qemu {
        /// What QEMU calls the machine.
        machine: &'static str,
        /// Where Debian has its libraries.
        triple: &'static str,
    },
}

/// The engine and the look at libraries.
const ENGINE: &[&str] = &["-p", "hookspec-host", "--lib", "--test", "engine", "--test", "inspection"];

/// The look at libraries alone.
const LOOK: &[&str] = &["-p", "hookspec-host", "--lib", "--test", "inspection"];

const EMULATED: &str = "the scenario: what an emulated program starts is not emulated";

pub const RUNS: [Run; 6] = [
    Run {
        target: "x86_64-pc-windows-gnu",
        linker: "x86_64-w64-mingw32-gcc",
        package: "gcc-mingw-w64-x86-64",
        runner: Runner::Wine,
        tests: ENGINE,
        left_out: "access control lists, which are not judged; Windows itself, for which Wine stands in",
    },
    emulated(
        "aarch64-unknown-linux-gnu",
        "aarch64-linux-gnu-gcc",
        "gcc-aarch64-linux-gnu",
        Runner::Qemu { machine: "aarch64", triple: "aarch64-linux-gnu" },
        ENGINE,
    ),
    emulated(
        "riscv64gc-unknown-linux-gnu",
        "riscv64-linux-gnu-gcc",
        "gcc-riscv64-linux-gnu",
        Runner::Qemu { machine: "riscv64", triple: "riscv64-linux-gnu" },
        LOOK,
    ),
    emulated(
        "armv7-unknown-linux-gnueabihf",
        "arm-linux-gnueabihf-gcc",
        "gcc-arm-linux-gnueabihf",
        Runner::Qemu { machine: "arm", triple: "arm-linux-gnueabihf" },
        LOOK,
    ),
    emulated(
        "i686-unknown-linux-gnu",
        "i686-linux-gnu-gcc",
        "gcc-i686-linux-gnu",
        Runner::Qemu { machine: "i386", triple: "i686-linux-gnu" },
        LOOK,
    ),
    emulated(
        "s390x-unknown-linux-gnu",
        "s390x-linux-gnu-gcc",
        "gcc-s390x-linux-gnu",
        Runner::Qemu { machine: "s390x", triple: "s390x-linux-gnu" },
        LOOK,
    ),
];

const fn emulated(
    target: &'static str,
    linker: &'static str,
    package: &'static str,
    runner: Runner,
    tests: &'static [&'static str],
) -> Run {
    Run { target, linker, package, runner, tests, left_out: EMULATED }
}

impl Run {
    /// Builds and runs all there is to run, and removes what was built unless told to `keep` it.
    pub fn play(&self, tools: &Tools, keep: bool) -> Row {
        let mut row = Row { target: self.target, not_run: self.left_out, ..Row::default() };
        if let Some(missing) = self.missing() {
            println!("skipped {}: there is no {missing}", self.target);
            row.not_run = "all of it: what runs it is not installed";
            return row;
        }
        let build = Build::new(self.target, self.linker, tools);
        if let Err(why) = self.try_all(&build, &mut row) {
            println!("FAILED {}: {why}", self.target);
            row.failed.push(why);
        }
        if !keep {
            build.clean();
        }
        row
    }

    fn missing(&self) -> Option<String> {
        let runner = match self.runner {
            Runner::Wine => "wine".to_owned(),
            Runner::Qemu { machine, .. } => format!("qemu-{machine}-static"),
        };
        let is_there = |program: &str| {
            let path = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&path).any(|folder| folder.join(program).is_file())
        };
        if !is_there(&runner) {
            return Some(format!("{runner} (Debian: wine, qemu-user-static)"));
        }
        (!is_there(self.linker)).then(|| format!("{} (Debian: {})", self.linker, self.package))
    }

    fn try_all(&self, build: &Build, row: &mut Row) -> Result<(), String> {
        let root = build.dir.join("user");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
        let place = match self.runner {
            Runner::Wine => wine::place(build, self.linker, &root)?,
            Runner::Qemu { machine, triple } => Place::emulated(machine, triple, &root),
        };
        if matches!(self.runner, Runner::Wine) {
            build.cargo("build", &["-p", "host-demo", "-p", "kedro-telemetry"])?;
            let outcome = scenario::play(&place, &env::current_exe().unwrap_or_default())?;
            row.steps = Some((outcome.passed, outcome.steps));
            row.failed.extend(outcome.failed);
        }
        // The look at libraries is tried on one of an example's.
        build.cargo("build", &["-p", "hookspec-host", "--example", "smallest_plugin"])?;
        for (name, program) in build.cargo("test", &[&["--no-run"], self.tests].concat())? {
            self.test(&name, &program, &place, row);
        }
        Ok(())
    }

    fn test(&self, name: &str, program: &Path, place: &Place, row: &mut Row) {
        let output = place.run(program).args(["--nocapture", "--test-threads=2"]).output();
        let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let number = |mark: &str| said.lines().filter_map(|line| number_behind(line, mark)).sum::<usize>();
        row.tests += number("test result: ok. ");
        row.damages += number("damages refused: ");
        if said.lines().any(|line| line.starts_with("test result: ok.")) {
            println!("  ok     {}: {name}", self.target);
        } else {
            let failed: Vec<&str> =
                said.lines().filter(|line| line.contains("FAILED") || line.contains("panicked")).collect();
            println!("  FAILED {}: {name}\n{said}", self.target);
            row.failed.push(format!("{name}: {}", failed.join("; ")));
        }
    }
}

fn number_behind(line: &str, mark: &str) -> Option<usize> {
    let (_, rest) = line.split_once(mark)?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}
