//! What a hook call costs, by the number of hookimpls: ours, trait objects of `abi_stable` and stabby
//! without a manager, wasmtime's typed functions, and pluggy's.

use std::process::Command;

use tests::workspace;

use super::{chart::Chart, criterion, peers, python, table::Section};
use crate::process::succeeds;

/// The peer.
pub const PLUGGY: &str = "pluggy==1.7.0";
const SIZES: [usize; 4] = [0, 1, 10, 100];

/// Measures; the chart is of the same figures.
pub fn measure() -> Result<(Section, Chart), String> {
    let pluggy = pluggy()?;
    let peers = peers::measure(SIZES.len())?;
    criterion::run("hook_call")?;
    let bare = criterion::median("hook_call/bare_pointer")?;
    let [fold, ready, later] = ["fold", "ready", "later"].map(|kind| criterion::median(&format!("hook_call/{kind}")));
    let (fold, ready, later) = (fold?, ready?, later?);
    let mut section = Section::new(
        "A hook call",
        &format!(
            "Median nanoseconds for one call, by how many plugins have a hookimpl of it. A bare `extern \"C\"` call through a pointer takes {bare:.1} ns. \
             *abi_stable* and *stabby* are as many calls of one of their trait objects in a loop, *wasmtime* of a typed function of a module each: \
             boundaries without a manager. pluggy's hookimpls answer. \
             A call that reaches nobody is one load of a flag. No instruction of a call is locked; by a profile (`perf`) half of what each \
             further hookimpl takes is the jump through its pointer. A fold of a number through ten plugins takes {fold:.0} ns; \
             an async hookimpl that answers at once {ready:.0} ns, and one whose future is polled twice more {later:.0} ns, `block_on` included."
        ),
        &[
            "hookimpls",
            "no answer",
            "answers",
            "abi_stable",
            "stabby",
            "wasmtime",
            "pluggy",
            "wasmtime / answers",
            "pluggy / answers",
            "answers / bare",
        ],
    );
    let mut chart = Chart::new(
        "One hook call, in nanoseconds",
        ["no answer", "answers", "abi_stable", "stabby", "wasmtime", "pluggy"],
    );
    for (index, size) in SIZES.into_iter().enumerate() {
        let (stabby, wasmtime, pluggy) = (peers.stabby[index], peers.wasmtime[index], pluggy[index]);
        let figure = |kind: &str| criterion::median(&format!("hook_call/{kind}/{size}"));
        let (none, some, object) = (figure("no_answer")?, figure("answers")?, figure("trait_object")?);
        section.row(&[
            size.to_string(),
            format!("{none:.1}"),
            format!("{some:.1}"),
            format!("{object:.1}"),
            format!("{stabby:.1}"),
            format!("{wasmtime:.1}"),
            format!("{pluggy:.0}"),
            format!("{:.1}", wasmtime / some),
            format!("{:.0}", pluggy / some),
            format!("{:.1}", some / bare),
        ]);
        chart.group(&format!("{size} hookimpls"), [none, some, object, stabby, wasmtime, pluggy]);
    }
    Ok((section, chart))
}

/// pluggy's cost of the same calls, in nanoseconds: the median of 25 series.
fn pluggy() -> Result<Vec<f64>, String> {
    let python = python::environment("pluggy", &[PLUGGY], None)?;
    let output = succeeds(Command::new(python).arg(workspace().join("xtask/src/bench/hook_calls.py")))?;
    let figures: Vec<f64> = serde_json::from_str(&output).map_err(|error| format!("pluggy's figures: {error}"))?;
    if figures.len() == SIZES.len() { Ok(figures) } else { Err("pluggy's figures are incomplete".to_owned()) }
}
