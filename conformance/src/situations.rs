//! Consent, identity and environment: the same command in different situations.

use std::{fs, path::Path};

use crate::{
    case::{Case, Host, Start, Subject, words},
    projects::Work,
};

const ID: &str = "28df3ee193734d9db5348fb9908981db";

/// What is made of a text.
type Change = fn(&str) -> String;

/// What makes a situation. What is `None` is as `kedro new` left it, but there is neither statement
/// nor identity.
#[derive(Default)]
struct Situation {
    name: String,
    variables: Vec<(String, String)>,
    statement: Option<Vec<u8>>,
    identity: Option<String>,
    /// From the text that `kedro new` left.
    pyproject: Option<Change>,
    /// Ours comes first.
    is_ours_first: bool,
}

/// All of them.
pub fn all(work: &Work) -> Result<Vec<Case>, String> {
    let situations = variables().into_iter().chain(statements()).chain(identities()).chain(pyprojects());
    situations.enumerate().map(|(number, situation)| case(work, number, situation)).collect()
}

fn case(work: &Work, number: usize, situation: Situation) -> Result<Case, String> {
    let home = work.folder(&format!("situations/{number}/home"))?;
    let folder = work.project("bare", &format!("situations/{number}/project"))?;
    let written = prepare(&home, &folder, &situation);
    written.map_err(|error| format!("{}: {error}", situation.name))?;
    Ok(Case {
        name: situation.name,
        subject: Subject::Situation,
        host: Host::Kedro,
        start: if situation.is_ours_first { Start::Before } else { Start::Same },
        argv: words("info"),
        demo_argv: Vec::new(),
        home,
        folder,
        is_project: true,
        variables: situation.variables,
        lane: 1,
        script: None,
        stand_ins: false,
    })
}

fn prepare(home: &Path, folder: &Path, situation: &Situation) -> std::io::Result<()> {
    let statement = folder.join(".telemetry");
    match &situation.statement {
        Some(text) => fs::write(&statement, text)?,
        None => fs::remove_file(&statement)?,
    }
    if let Some(text) = &situation.identity {
        fs::create_dir_all(home.join("config/kedro"))?;
        fs::write(home.join("config/kedro/telemetry.toml"), text)?;
    }
    if let Some(change) = situation.pyproject {
        let file = folder.join("pyproject.toml");
        fs::write(&file, change(&fs::read_to_string(&file)?))?;
    }
    Ok(())
}

fn variables() -> Vec<Situation> {
    let mut sets: Vec<Vec<(&str, &str)>> = vec![vec![]];
    for name in [
        "GITLAB_CI",
        "GITHUB_ACTION",
        "BITBUCKET_BUILD_NUMBER",
        "JENKINS_URL",
        "CODEBUILD_BUILD_ID",
        "CIRCLECI",
        "TRAVIS",
        "BUILDKITE",
    ] {
        sets.extend([vec![(name, "true")], vec![(name, "0")], vec![(name, "")]]);
    }
    for value in ["true", "True", "TRUE", "1", "yes", "false", "", " true", "true "] {
        sets.push(vec![("CI", value)]);
    }
    sets.push(vec![("CI", "false"), ("TRAVIS", "1")]);
    sets.push(vec![("GITHUB_ACTIONS", "true")]);
    for name in ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY"] {
        for value in ["1", "true", "0", "false", "no", " ", ""] {
            sets.push(vec![(name, value)]);
        }
    }
    for owner in ["kedro-org", "Kedro-Org", "kedro", "planted", ""] {
        sets.push(vec![("GITHUB_REPOSITORY_OWNER", owner)]);
    }
    sets.push(vec![("GITHUB_REPOSITORY_OWNER", "kedro-org"), ("CI", "true")]);
    sets.push(vec![("HEAP_APPID_DEV", "42")]);
    let mut situations: Vec<Situation> = sets
        .iter()
        .map(|set| {
            let shown: Vec<String> = set.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
            let name = format!("environment: {}", if set.is_empty() { "nothing".into() } else { shown.join(" ") });
            let variables = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Situation { name, variables, ..Situation::default() }
        })
        .collect();
    // Whatever the project states, a refusing variable wins, and whatever refuses, nothing
    // outweighs it.
    for (name, value) in
        [("DO_NOT_TRACK", "1"), ("KEDRO_DISABLE_TELEMETRY", "1"), ("GITHUB_REPOSITORY_OWNER", "kedro-org")]
    {
        for statement in ["consent: true\n", "consent: false\n"] {
            situations.push(Situation {
                name: format!("environment: {name}={value:?} with `{}`", statement.trim()),
                variables: vec![(name.into(), value.into())],
                statement: Some(statement.into()),
                ..Situation::default()
            });
        }
    }
    situations
}

fn statements() -> Vec<Situation> {
    let texts: [&[u8]; 50] = [
        b"consent: true\n",
        b"consent: false\n",
        b"consent: yes",
        b"consent: no",
        b"consent: On",
        b"consent: OFF",
        b"consent: nO",
        b"consent: n",
        b"consent: 'false'",
        b"consent: \"no\"",
        b"consent: 0",
        b"consent: null",
        b"consent:",
        b"consent:false",
        b"Consent: false",
        b"\"consent\": false",
        b"consent : false",
        b" consent: false",
        b"\tconsent: false",
        b"consent: !!bool 'no'",
        b"consent: !!str no",
        b"consent: [false]",
        b"consent: {no}",
        b"consent: false # because\n",
        b"consent: false\nconsent: true\n",
        b"consent: true\nconsent: false\n",
        b"other: false\n",
        b"{consent: false}",
        b"{\"consent\":false}",
        b"{consent: false}#because",
        b"[consent, false]",
        b"<<: {consent: false}",
        b"---\nconsent: false\n...\n",
        b"---\nconsent: false\n---\nconsent: true\n",
        b"%YAML 1.2\n---\nconsent: false\n",
        b"\xef\xbb\xbfconsent: false\n",
        b"consent: false\r\n",
        b"consent: false\rx: 1\r",
        b"",
        b"\n\n",
        b"# consent: false\n",
        b"This is not a valid YAML file",
        b"null",
        b"false",
        b"x: &a false\nconsent: *a\n",
        b"? consent\n: false\n",
        b"\"consent: false\" \r\n",
        b"'consent: true'",
        b"consent: true\nConsent: false\n",
        b"telemetry: off\n",
    ];
    let broken: [&[u8]; 14] = [
        b"consent: [",
        b"consent: [true",
        b"consent: {true",
        b"consent: false\n  x: 1\n",
        b"consent: false: true\n",
        b"consent: \"false",
        b"consent: *unknown",
        b"consent: @false",
        b"consent: !nosuch false",
        b"consent: \xff",
        b"\xff\xfec\0o\0",
        b"x: [\nconsent: false\n",
        b"consent: false\n\t- x\n",
        b"}",
    ];
    texts.iter().chain(&broken).map(|text| stated(text)).chain([long()]).collect()
}

fn stated(text: &[u8]) -> Situation {
    Situation {
        name: format!(".telemetry: {}", text.escape_ascii()),
        statement: Some(text.to_vec()),
        ..Situation::default()
    }
}

fn long() -> Situation {
    let text = format!("# {}\nconsent: false\n", "x".repeat(100_000));
    Situation { name: ".telemetry: 100 kB".into(), statement: Some(text.into()), ..Situation::default() }
}

fn identities() -> Vec<Situation> {
    let texts = [
        format!("[telemetry]\nuuid = \"{ID}\"\n"),
        "[telemetry]\nuuid = '28DF3EE1-9373-4D9D-B534-8FB9908981DB'\n".to_owned(),
        format!("[telemetry]\nuuid = \"{{{ID}}}\"\n"),
        format!("[telemetry]\nuuid = \"urn:uuid:{ID}\"\n"),
        format!("telemetry.uuid = \"{ID}\"\n"),
        format!("telemetry = {{uuid = \"{ID}\"}}\n"),
        format!("# mine\n[other]\nx = 1\n[telemetry]\ny = 2\nuuid = \"{ID}\"\n"),
        format!("[telemetry]\nuuid = \"{}\"\n", &ID[1..]),
        "[telemetry]\nuuid = \"\"\n".to_owned(),
        "[telemetry]\nuuid = \"planted\"\n".to_owned(),
        "[telemetry]\nuuid = 1\n".to_owned(),
        "[telemetry]\nuuid = [\"x\"]\n".to_owned(),
        "[telemetry".to_owned(),
        "telemetry = 1\n".to_owned(),
        "telemetry = \"uuid\"\n".to_owned(),
        String::new(),
        "[other]\nx = 1\n".to_owned(),
        "[telemetry]\nother = 1\n".to_owned(),
    ];
    let mut situations = vec![Situation {
        name: "telemetry.toml: none, ours first".into(),
        is_ours_first: true,
        ..Situation::default()
    }];
    situations.extend(texts.map(|text| Situation {
        name: format!("telemetry.toml: {}", text.escape_default()),
        identity: Some(text),
        ..Situation::default()
    }));
    situations
}

fn pyprojects() -> Vec<Situation> {
    let changes: [(&str, Change); 19] = [
        ("no end of line", |text| text.trim_end().to_owned()),
        ("Windows line ends", |text| text.replace('\n', "\r\n")),
        ("comment at the end", |text| format!("{text}# the end")),
        ("project id", |text| format!("{text}\n[tool.kedro_telemetry]\nproject_id = \"{ID}\"\n")),
        ("project id as number", |text| format!("{text}\n[tool.kedro_telemetry]\nproject_id = 7\n")),
        ("empty project id", |text| format!("{text}\n[tool.kedro_telemetry]\nproject_id = \"\"\n")),
        ("inline project id", |text| {
            text.replace("[tool.kedro]", "[tool]\nkedro_telemetry = {project_id = \"x\"}\n[tool.kedro]")
        }),
        ("project id without id", |text| format!("{text}\n[tool.kedro_telemetry]\nother = 1\n")),
        ("tools as array", |text| tools(text, "[\"Linting\", \"Testing\"]")),
        ("tools as array of all kinds", |text| tools(text, "['a', 1, true, 'b, c']")),
        ("tools as text", |text| tools(text, "\"Linting, Testing\"")),
        ("tools as text of a list", |text| tools(text, "\"['Linting', 'Data Structure']\"")),
        ("tools as text of a tuple", |text| tools(text, "\"('Linting',)\"")),
        ("tools empty", |text| tools(text, "\"\"")),
        ("tools as empty array", |text| tools(text, "[]")),
        ("tools as text of an empty list", |text| tools(text, "\"[]\"")),
        ("tools as broken text", |text| tools(text, "\"['Linting\"")),
        ("example pipeline as boolean", |text| text.replace("example_pipeline = \"False\"", "example_pipeline = true")),
        ("neither tools nor example", |text| {
            text.lines()
                .filter(|line| !line.starts_with("tools") && !line.starts_with("example"))
                .fold(String::new(), |text, line| text + line + "\n")
        }),
    ];
    changes
        .map(|(name, change)| Situation {
            name: format!("pyproject.toml: {name}"),
            pyproject: Some(change),
            ..Situation::default()
        })
        .into()
}

/// The same with other `tools`.
fn tools(text: &str, value: &str) -> String {
    let lines =
        text.lines().map(|line| if line.starts_with("tools =") { format!("tools = {value}") } else { line.to_owned() });
    lines.fold(String::new(), |text, line| text + &line + "\n")
}
