//! Finding and loading many plugins.

use std::process::Command;

use tests::{Artifacts, Sandbox};

use crate::{
    bench::{curve::Curve, paired::least_cpu, startup::put_copies_into},
    process::succeeds,
};

const SIZES: [usize; 4] = [1, 10, 100, 1_000];

/// CPU time of a program that finds them in a folder and loads each.
pub fn measure(artifacts: &Artifacts) -> Result<Vec<Curve>, String> {
    let discover = |plugins: usize| {
        let sandbox = Sandbox::with(artifacts);
        // A thousand copies with all that a debugger needs would fill the disk.
        let library = sandbox.path("home/library");
        succeeds(Command::new("strip").arg("-o").arg(&library).arg(artifacts.fixture("noop")))?;
        let folder = sandbox.path("plugins");
        put_copies_into(&folder, &library, "noop", plugins)
            .map_err(|error| format!("no plugin can be copied: {error}"))?;
        let mut command = sandbox.command(&artifacts.binary("instructions"));
        command.args(["discover", &plugins.to_string()]).arg(folder);
        least_cpu(command, |_| {})
    };
    Ok(vec![Curve::measured("finding and loading", "ms", &SIZES, discover)?])
}
