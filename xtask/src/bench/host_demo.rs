//! What telemetry adds to a command: ours in `host-demo`, and kedro-telemetry in the real Kedro, by
//! how the endpoint answers.

use std::{path::Path, process::Command, time::Duration};

use tests::{Answer, Artifacts, Collector, Sandbox};

use super::{
    chart::Chart,
    kedro::{KEDRO, TELEMETRY},
    paired::{Case, Times, measure},
    python,
    startup::with_telemetry,
    table::Section,
};

const ANSWERS: [(&str, Answer); 3] = [
    ("answers at once", Answer::After(Duration::ZERO)),
    ("answers after 300 ms", Answer::After(Duration::from_millis(300))),
    ("never answers", Answer::Silence),
];
/// Of Kedro, and of a host that is a hundred times as fast.
const ROUNDS: (usize, usize) = (7, 30);

const PLAIN: &str = "from kedro.framework.cli.cli import main; main()";
const TO_SINK: &str = "import os, kedro_telemetry.plugin as plugin; plugin.HEAP_ENDPOINT = os.environ['SINK']; \
                       from kedro.framework.cli.cli import main; main()";

/// Measures; the chart is of the same figures.
pub fn added(artifacts: &Artifacts) -> Result<(Section, Chart), String> {
    // Kedro depends on its telemetry, which would send where nobody listens.
    let kedro = python::environment("kedro", &[KEDRO], Some("kedro-telemetry"))?;
    let both = python::environment("kedro-telemetry", &[KEDRO, TELEMETRY], None)?;
    let text = format!(
        "`info`, outside of a project, as a whole process, in milliseconds: {TELEMETRY} in {KEDRO} (import, hooks and request), and this plugin in `host-demo` \
         (load, hooks, record, start of the sender). *Added* is what the command takes longer than the same program without the plugin."
    );
    let columns =
        ["the endpoint …", "kedro alone", "kedro-telemetry adds", "host-demo alone", "ours adds", "theirs / ours"];
    let mut section = Section::new("What telemetry adds to a command", &text, &columns);
    let mut chart = Chart::new("What telemetry adds to a command, in milliseconds", ["ours", "kedro-telemetry"]);
    for (name, answer) in ANSWERS {
        let collector = Collector::answering(answer);
        let theirs = theirs(&kedro, &both, &collector, artifacts)?;
        let ours = ours(&collector, artifacts)?;
        let (their_cost, our_cost) = (theirs.added(1, 0), ours.added(1, 0));
        section.row(&[
            name.to_owned(),
            theirs.of(0).to_string(),
            their_cost.to_string(),
            ours.of(0).to_string(),
            our_cost.to_string(),
            format!("{:.0}", their_cost.median / our_cost.median),
        ]);
        // A logarithm needs something above nothing.
        chart.group(name, [our_cost.median.max(0.01), their_cost.median.max(0.01)]);
    }
    Ok((section, chart))
}

fn theirs(kedro: &Path, both: &Path, collector: &Collector, artifacts: &Artifacts) -> Result<Times, String> {
    let sandbox = Sandbox::with(artifacts);
    let command = |python: &Path, program: &str| {
        let mut command: Command = sandbox.command(python);
        command.args(["-c", program, "info"]).env("SINK", collector.endpoint()).current_dir(sandbox.path("home"));
        Case::new(command)
    };
    measure(&mut [command(kedro, PLAIN), command(both, TO_SINK)], ROUNDS.0)
}

fn ours(collector: &Collector, artifacts: &Artifacts) -> Result<Times, String> {
    let [bare, telemetry] = [Sandbox::with(artifacts), with_telemetry(artifacts)];
    telemetry.set_endpoint(&collector.endpoint());
    let command = |sandbox: &Sandbox| {
        let mut command = sandbox.host_demo(&["info"]);
        command.current_dir(sandbox.path("home"));
        command
    };
    measure(&mut [Case::new(command(&bare)), Case::new(command(&telemetry))], ROUNDS.1)
}
