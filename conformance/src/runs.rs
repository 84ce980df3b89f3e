//! Runs of pipelines: what only Kedro itself can do, in all the ways in which a run is started.

use tests::{copy_dir, workspace};

use crate::{
    case::{Case, Host, Start, Subject, words},
    projects::Work,
};

/// What is typed behind `kedro`; a run fails if it needs what no run before has made.
const COMMANDS: [&str; 16] = [
    "run",
    "run --runner=ParallelRunner",
    "run --runner=ParallelRunner --async",
    "run --runner=ThreadRunner",
    "run --runner=SequentialRunner --async",
    "run --runner=kedro.runner.ThreadRunner --only-missing-outputs",
    "run --runner=planted.Runner",
    "run --pipelines=mixing",
    "run --pipeline=planted",
    "run --tags=quick",
    "run --nodes=weigh,knead",
    "run --to-outputs=dough --params=grams=planted",
    "run --params=grams=250 --env=base",
    "run --load-versions=flour:planted",
    "run --from-inputs=flour",
    "catalog resolve-patterns",
];

/// Each with its name and the words behind the program.
const SCRIPTS: [(&str, &str, &str); 9] = [
    ("python -m", "--pipelines=mixing", PACKAGED),
    ("python -m, another runner", "--runner=ParallelRunner", PACKAGED),
    ("several sessions", "", SESSIONS),
    ("several sessions within a command", "twice", SESSIONS_OF_A_COMMAND),
    ("a session after a command", "", SESSION_AFTER_A_COMMAND),
    ("several commands", "", COMMANDS_IN_A_ROW),
    ("a session that fails", "", FAILING_SESSION),
    ("a catalog without a run", "", CATALOG),
    ("IPython", "", IPYTHON),
];

const PACKAGED: &str = r#"
import runpy, sys

sys.path.insert(0, "src")
runpy.run_module("conformance_bakery", run_name="__main__", alter_sys=True)
"#;

const SESSIONS: &str = r#"
from pathlib import Path

from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

bootstrap_project(Path.cwd())
for pipeline in ("mixing", "baking", "__default__"):
    with KedroSession.create() as session:
        session.run(pipeline_names=[pipeline])
"#;

/// As a command of a project may make more than one.
const SESSIONS_OF_A_COMMAND: &str = r#"
import kedro.framework.cli.cli as cli
from kedro.framework.session import KedroSession


@cli.global_commands.command()
def twice():
    for pipeline in ("mixing", "baking"):
        with KedroSession.create() as session:
            session.run(pipeline_names=[pipeline])


cli.main()
"#;

const SESSION_AFTER_A_COMMAND: &str = r#"
from pathlib import Path

from kedro.framework.cli.cli import KedroCLI
from kedro.framework.session import KedroSession

try:
    KedroCLI(Path.cwd()).main(["run", "--pipelines", "mixing"])
except SystemExit:
    pass
with KedroSession.create() as session:
    session.load_context().catalog
"#;

const COMMANDS_IN_A_ROW: &str = r#"
from pathlib import Path

from kedro.framework.cli.cli import KedroCLI

for words in (["info"], ["registry", "list"]):
    try:
        KedroCLI(Path.cwd()).main(words)
    except SystemExit:
        pass
"#;

const FAILING_SESSION: &str = r#"
from pathlib import Path

from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

bootstrap_project(Path.cwd())
with KedroSession.create(runtime_params={"grams": "planted"}) as session:
    session.run()
"#;

const CATALOG: &str = "
from pathlib import Path

from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

bootstrap_project(Path.cwd())
with KedroSession.create() as session:
    context = session.load_context()
    for _ in range(2):
        context.catalog
";

/// As `kedro ipython` and notebooks begin.
const IPYTHON: &str = r#"
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in ("%load_ext kedro.ipython", "session.run()", "%reload_kedro --params=grams=250", "session.run()"):
    shell.run_cell(cell).raise_error()
"#;

/// As jobs of Databricks run a package: it is installed, and its configuration is elsewhere.
const JOB: &str = r#"
import sys

sys.path.insert(0, "project/src")
from conformance_bakery.__main__ import main

sys.ps1 = ">>> "
main(["--conf-source", "project/conf", "--pipelines", "mixing"])
"#;

/// All of them.
pub fn all(work: &Work) -> Result<Vec<Case>, String> {
    let commands = COMMANDS.iter().map(|line| (format!("kedro {line}"), *line, None));
    let scripts = SCRIPTS.iter().map(|(name, line, script)| ((*name).to_owned(), *line, Some(*script)));
    let mut cases: Vec<Case> = commands
        .chain(scripts)
        .enumerate()
        .map(|(number, (name, line, script))| case(work, number, &name, line, script))
        .collect::<Result<_, _>>()?;
    let job = case(work, cases.len(), "a job elsewhere", "", Some(JOB))?;
    // Beside home and project.
    let elsewhere = work.folder(&format!("runs/{}", cases.len()))?;
    cases.push(Case { folder: elsewhere, is_project: false, ..job });
    Ok(cases)
}

fn case(work: &Work, number: usize, name: &str, line: &str, script: Option<&'static str>) -> Result<Case, String> {
    let home = work.folder(&format!("runs/{number}/home"))?;
    let folder = work.project("bare", &format!("runs/{number}/project"))?;
    copy_dir(&workspace().join("conformance/src/runs"), &folder);
    Ok(Case {
        name: format!("run: {name}"),
        subject: Subject::Run,
        host: Host::Wheel,
        start: Start::Same,
        argv: words(line),
        demo_argv: Vec::new(),
        home,
        folder,
        is_project: true,
        variables: Vec::new(),
        lane: number % 2,
        script,
        stand_ins: false,
    })
}
