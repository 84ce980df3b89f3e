//! Many commands at once, each of which records an event.

use std::{
    io,
    process::{Child, Stdio},
};

use tests::{Artifacts, Sandbox};
use wait4::Wait4;

use crate::bench::curve::Curve;
use crate::bench::startup::with_telemetry;

const SIZES: [usize; 5] = [1, 4, 16, 64, 256];
const ROUNDS: usize = 3;

/// CPU time of all of them together: of the round with the least.
pub fn measure(artifacts: &Artifacts) -> Result<Vec<Curve>, String> {
    let at_once = |processes: usize| {
        let sandbox = with_telemetry(artifacts);
        let rounds = (0..ROUNDS).map(|_| round(&sandbox, processes));
        let times = rounds.collect::<io::Result<Vec<f64>>>().map_err(|error| format!("host-demo: {error}"))?;
        Ok(times.into_iter().fold(f64::MAX, f64::min))
    };
    Ok(vec![Curve::measured("info, an event each", "ms", &SIZES, at_once)?])
}

fn round(sandbox: &Sandbox, processes: usize) -> io::Result<f64> {
    let start = |_| {
        let mut command = sandbox.host_demo(&["info"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    let children = (0..processes).map(start).collect::<io::Result<Vec<Child>>>()?;
    let mut taken = 0.0;
    for mut child in children {
        let used = child.wait4()?.rusage;
        taken += (used.utime + used.stime).as_secs_f64() * 1e3;
    }
    Ok(taken)
}
