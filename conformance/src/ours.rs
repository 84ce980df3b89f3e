//! Ours, run on cases: a real host, the real library, its queue and its sender.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::{Value, json};
use tests::{Artifacts, Collector};

use crate::{
    case::{Case, Host},
    child,
    projects::PACKAGE,
    user::{environment, settle_in},
};

const DEADLINE: Duration = Duration::from_secs(60);

/// What Kedro told the original, and a host of ours tells its plugins.
pub struct Told<'a> {
    pub vocabulary: &'a Value,
    pub catalog: &'a Value,
    pub python_version: &'a str,
}

/// Runs a case for the user `home` in `folder`, and gives what was sent.
pub fn run(
    artifacts: &Artifacts,
    collector: &Collector,
    id: usize,
    case: &Case,
    (home, folder): (&Path, &Path),
    told: &Told<'_>,
) -> Result<Vec<Value>, String> {
    settle_in(home).map_err(|error| format!("{}: {error}", home.display()))?;
    let path = format!("/ours/{id}");
    let endpoint = collector.url(&path);
    let mut words: Vec<PathBuf> = Vec::new();
    if case.host == Host::Kedro {
        let scenario = home.join("scenario.json");
        let text = scenario_of(artifacts, case, folder, &endpoint, told).to_string();
        fs::write(&scenario, text).map_err(|error| format!("{}: {error}", scenario.display()))?;
        words.extend([artifacts.binary("kedro-like"), scenario]);
    } else {
        let plugins = home.join("plugins");
        let library = artifacts.telemetry();
        let copied = fs::create_dir_all(&plugins)
            .and_then(|()| fs::copy(&library, plugins.join(library.file_name().unwrap_or_default())));
        copied.map_err(|error| format!("{}: {error}", library.display()))?;
        words.extend([artifacts.binary("host-demo"), "--plugin-dir".into(), plugins]);
        words.extend(case.demo_argv.iter().map(PathBuf::from));
    }
    let mut command = Command::new("sh");
    // How it ends does not matter here.
    command.args(["-c", r#""$@"; exit 0"#, "sh"]).arg(artifacts.binary("await-all")).args(&words).current_dir(folder);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(environment(home));
    command.env("KEDRO_TELEMETRY_ENDPOINT", &endpoint).env("HOST_DEMO_PLUGIN_TRUST", "everyone");
    command.envs(case.variables.iter().map(|(name, value)| (name, value)));
    let output = child::run(&mut command, &format!("our `{}`", case.name), DEADLINE)?;
    if output.contains("panicked") {
        return Err(format!("our `{}`: {}", case.name, output.trim()));
    }
    Ok(collector.bodies_at(&path))
}

fn scenario_of(artifacts: &Artifacts, case: &Case, folder: &Path, endpoint: &str, told: &Told<'_>) -> Value {
    let project = json!({"path": folder, "package_name": PACKAGE});
    json!({
        "library": artifacts.telemetry(),
        "endpoint": endpoint,
        "python_version": told.python_version,
        "argv": case.text_argv(),
        "project": if case.is_project { project } else { Value::Null },
        "catalog": told.catalog,
        "vocabulary": told.vocabulary,
    })
}
