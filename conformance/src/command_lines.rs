//! Command lines over all commands and options of Kedro.

use serde_json::Value;

use crate::case::words;

/// Each kind of word in each place. `planted` stands for what nobody may learn.
const WRITTEN: &str = "
run
info
catalog
registry
pipeline
jupyter
server
starter
catalog describe-datasets
catalog list-patterns
catalog resolve-patterns
registry list
registry describe
registry describe __default__
registry describe planted
registry describe planted planted
registry describe -v planted
starter list
package
new
pipeline create
pipeline create planted
pipeline create planted-one --skip-config
pipeline delete planted -y
pipeline delete planted --yes --env planted
server start
ipython
jupyter setup
jupyter lab
jupyter notebook
run --pipeline=planted --env=planted --params=a=1,b=planted
run --pipeline planted --env planted --params a=1,b=planted
run -p planted -e planted -t planted -n planted
run -pplanted
run -pplanted -eplanted
run -eplanted=planted
run -p=planted
run -lv planted:2026-01-01T00.00.00.000Z
run -ns planted
run --namespaces planted,planted
run --async --only-missing-outputs
run --async=planted
run --async planted
run --tags planted --tags planted --tags=planted
run --env planted --env=planted -e planted
run --params a:planted,b.c:planted
run --params=
run --params= planted
run --env=
run --env
run --pipeline
run --pipe planted
run --pipe=planted
run --PIPELINE planted
run --pipeline==planted
run --pipeline=--env
run --pipeline --env planted
run --pipeline --env=planted
run --nosuch
run --nosuch planted
run --nosuch=planted
run --nosuch --pipeline planted
run -x
run -x planted
run -xyz
run -
run - planted
run --
run -- planted
run -- --env planted
run -- --env=planted
run --env planted -- --planted
run ---env planted
run planted
run planted --env planted
run run
run --env run
run --env catalog
run --env=info
run run --env run
run info
run list
run --params catalog list
catalog run
catalog planted
catalog planted describe-datasets
catalog describe-datasets planted
catalog describe-datasets describe-datasets
catalog describe-datasets --pipeline describe-datasets
catalog describe-datasets --pipeline=planted -e planted
catalog --env planted describe-datasets
catalog --help describe-datasets
catalog describe-datasets --help
catalog list
catalog create --pipeline planted
registry list list
registry list planted
registry planted list
registry list registry
registry registry list
registry --verbose list
registry -v list
starter planted
starter list planted
new planted
new new
new --name=planted
new --name planted
new --name planted --name planted
new -n planted -t planted -e planted
new -nplanted
new --tools=none --example=n --name=planted --telemetry=no --nosuch
new --telemetry no --nosuch
new --telemetry=yes --nosuch
new -tc no --nosuch
new --starter=spaceflights-pandas
new --starter=spaceflights-pyspark
new --starter=databricks-iris
new --starter=astro-airflow-iris
new --starter spaceflights-pandas
new --starter spaceflights-pyspark --name planted
new -s databricks-iris
new -s=astro-airflow-iris
new -s databricks-iris -n planted
new -sdatabricks-iris
new --starter=spaceflights-pandas-viz
new --starter=SPACEFLIGHTS-PANDAS
new --starter=spaceflights-pandas=planted
new --starter planted
new --starter=planted
new --starter=git+https://planted.example/planted.git
new --starter git@planted.example:planted.git
new --starter=/home/planted/starter
new --starter --name spaceflights-pandas
new --starter= spaceflights-pandas
new --starter=planted spaceflights-pandas
new --starter spaceflights-pandas spaceflights-pandas
new --starter spaceflights-pandas --starter planted
new --starter
new --name spaceflights-pandas
new --name=spaceflights-pandas
new spaceflights-pandas
new --checkout planted --directory planted --starter spaceflights-pandas
new --config planted.yml
new -c planted.yml
new -c=planted.yml
new -v -v -v --nosuch
run --starter=spaceflights-pandas
run --starter spaceflights-pandas
run -s spaceflights-pandas
run -s=spaceflights-pandas
pipeline create planted --starter=spaceflights-pandas
--starter=spaceflights-pandas
--starter spaceflights-pandas
--nosuch
--nosuch=planted
--env planted run
--env=planted run
-e planted run
-x
-V
-V planted
-VV
--
-- run
-- planted
-
planted
planted planted
planted --env planted
planted --help
planted run
Run
RUN --env planted
runs
ru
kedro
kedro run
kedro kedro
--version
--help
-h
-v
--version planted
--version run --env planted
--help planted
--help run
-h planted
-h run --params a=planted
-v planted
-v run --env planted
--versions
--help=planted
--version=planted
-hv
run --help
run -h
run -h planted
run --help planted
run --version
run -V
run -v
info --help
info planted
info --planted
info -v
registry describe name
registry describe name planted
registry describe name --help
pipeline create name
pipeline create name --env planted
pipeline delete name
pipeline delete name -y
run --conf-source planted
run --conf-source=/home/planted
run --runner planted.Runner
run --runner-params a=planted
run --from-nodes planted,planted --to-nodes planted
run --from-inputs=planted --to-outputs=planted
run --nodes planted=planted
run --params 'planted planted'
run --env=ünïcödé
run --ünïcödé planted
run --params=日本=planted
server start --host 0.0.0.0 --port 4141
server start -H planted -p planted
server start --reload --planted
jupyter lab --ip planted
jupyter notebook --env planted -- --planted
jupyter setup --verbose
jupyter lab -e planted --allow-root
ipython --env planted -i planted.py
ipython -- -c planted
catalog resolve-patterns -e planted -p planted,planted
catalog list-patterns --env=planted
catalog list-patterns list-patterns
";

/// Each with the name it is shown by, and whether it is typed in a project.
pub fn all(vocabulary: &Value) -> Vec<(String, Vec<Vec<u8>>, bool)> {
    let written = WRITTEN.lines().filter(|line| !line.is_empty());
    let mut lines: Vec<Vec<Vec<u8>>> = written.map(words).collect();
    for (path, options) in commands(vocabulary, &[]) {
        for option in options {
            lines.push(words(&format!("{path} {option}=planted-value")));
            lines.push(words(&format!("{path} {option} planted-value {option}")));
        }
    }
    lines.extend(odd());
    let mut cases: Vec<_> = lines.into_iter().map(|argv| (shown(&argv), argv, true)).collect();
    for line in [
        "",
        "info",
        "run --env planted",
        "new --starter planted",
        "planted",
        "--version",
        "catalog list",
        "registry describe name x",
    ] {
        cases.push((format!("{} (outside a project)", shown(&words(line))), words(line), false));
    }
    cases
}

/// What a line of text cannot say: empty words, words with spaces, words that are not text.
fn odd() -> Vec<Vec<Vec<u8>>> {
    let lines: [&[&[u8]]; 14] = [
        &[],
        &[b""],
        &[b"", b"planted"],
        &[b" "],
        &[b"run", b""],
        &[b"run", b"--env", b""],
        &[b"run", b"", b"--env"],
        &[b"run", b"--params", b"a: planted planted"],
        &[b"run", b"--env\n=planted"],
        &[b"run ", b"--env"],
        &[b"run", b"\xff\xfe planted"],
        &[b"run", b"--env=\xffplanted"],
        &[b"\xffrun", b"--env"],
        &[b"run", b"--\xff", b"--env\xff=planted"],
    ];
    lines.iter().map(|line| line.iter().map(|word| word.to_vec()).collect()).collect()
}

/// Each command that has no subcommands, as typed, with its options.
fn commands(node: &Value, path: &[&str]) -> Vec<(String, Vec<String>)> {
    let below = node["commands"].as_array().map(Vec::as_slice).unwrap_or_default();
    if below.is_empty() {
        let options = node["options"].as_array().into_iter().flatten();
        return vec![(path.join(" "), options.filter_map(Value::as_str).map(str::to_owned).collect())];
    }
    let step = |command: &Value| {
        let name = Value::as_str(&command["name"]).unwrap_or_default();
        commands(command, &[path, &[name]].concat())
    };
    below.iter().flat_map(step).collect()
}

fn shown(argv: &[Vec<u8>]) -> String {
    let words = argv.iter().map(|word| match std::str::from_utf8(word) {
        Ok(text) if !text.is_empty() && !text.contains(char::is_whitespace) => text.to_owned(),
        Ok(text) => format!("{text:?}"),
        Err(_) => word.escape_ascii().to_string(),
    });
    ["kedro".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}
