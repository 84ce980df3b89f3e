//! Calls of a hook that many plugins have a hookimpl of, and registering those.

use std::process::Command;

use tests::{Artifacts, Sandbox};

use crate::{
    bench::{curve::Curve, paired::least_cpu},
    instructions::{Operation, count},
};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];
/// Less than at the other sizes would not tell.
const TIMES: usize = 10;

/// Instructions of a call, which do not have what else the machine does in them; registering in CPU
/// time, as under callgrind it would take minutes.
pub fn measure(artifacts: &Artifacts) -> Result<Vec<Curve>, String> {
    let calls = |hook: &str| {
        let hook = hook.to_owned();
        move |plugins: usize| Ok(count(artifacts, &Operation::plain(format!("{hook}-{plugins}"), TIMES), &[])?.total)
    };
    let sandbox = Sandbox::with(artifacts);
    let register = |plugins: usize| {
        let mut command: Command = sandbox.command(&artifacts.binary("instructions"));
        command.args([&format!("register-{plugins}"), "1"]);
        least_cpu(command, |_| {})
    };
    Ok(vec![
        Curve::measured("a call without answer", "instructions", &SIZES, calls("no-answer"))?,
        Curve::measured("a call with answers", "instructions", &SIZES, calls("answer"))?,
        Curve::measured("a fold", "instructions", &SIZES, calls("fold"))?,
        Curve::measured("registering", "ms", &SIZES, register)?,
    ])
}
