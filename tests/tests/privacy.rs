//! Nothing private is sent or logged: a slice of `cargo xtask privacy`, proof that it would find
//! what is, and both through a real host.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, process::Output, thread};

use fastrand::Rng;
use serde_json::{Value, json};
use tests::{
    Answer, Collector, Sandbox, artifacts,
    privacy::{Case, Hole, Kind, Secret, Watch, run as run_cases},
    run, workspace,
};

/// Any will do; a fixed one, so that the test does not fail for others than who broke it.
const SEED: u64 = 20_261_124;
/// Enough for each kind of secret to be planted some hundred times.
const SLICE: u64 = 20_000;
/// Enough for each hole to be met.
const PER_HOLE: u64 = 500;

#[test]
fn no_part_of_a_secret_is_sent_or_logged() {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let report = run_cases(SLICE, SEED, threads, None);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.cases, SLICE);
    assert!(report.planted.len() == 38 && report.planted.values().all(|count| *count > 100), "{report}");
}

/// Without this, finding nothing might mean that nothing was looked for.
#[test]
fn leaving_out_the_masking_of_any_one_kind_is_found() {
    for hole in Hole::all() {
        let report = run_cases(PER_HOLE, SEED, 1, Some(hole));
        for kind in hole.kinds() {
            assert!(report.leaked.contains_key(&kind), "{hole:?}: no secret of the kind `{kind}` was found\n{report}");
        }
    }
}

#[test]
fn a_part_of_a_secret_is_found_wherever_it_is() {
    let secrets = [Secret { kind: Kind::Person, text: "Zoë-Quimby".to_owned() }];
    let mut watch = Watch::default();
    let mut found = |text: &str| watch.parts_in(&secrets, text).len();
    for leak in ["Zoë-Quimby", "x quimby y", "ZOË-QU", "\"a\": \"oë-quim\"", "zoë-quimby"] {
        assert_eq!(found(leak), 1, "{leak}");
    }
    for harmless in ["", "quimb", "Zoë-Q uimby", "zoe-quim", "Zoë-Qxxmby"] {
        assert_eq!(found(harmless), 0, "{harmless}");
    }
}

/// Generated cases as a user would meet them: the plugin's library in a host, an endpoint, the log
/// on disk.
#[test]
fn what_arrives_and_what_the_log_shows_have_no_part_of_a_secret() {
    let vocabulary: Value =
        serde_json::from_slice(&fs::read(workspace().join("tests/data/kedro-1.7.0-vocabulary.json")).unwrap()).unwrap();
    let mut watch = Watch::default();
    for seed in SEED..SEED + 24 {
        let case = Case::generate(seed);
        let (sandbox, collector) = (Sandbox::new(), Collector::start());
        sandbox.set_told_by("kedro");
        let file = sandbox.path("scenario.json");
        fs::write(&file, scenario(&case, &sandbox, &collector, &vocabulary).to_string()).unwrap();
        let kept = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "KEDRO_TELEMETRY_ENDPOINT", "https_proxy", "NO_PROXY"];
        let env = case.env.iter().filter(|(name, _)| !kept.contains(name));
        let mut command = sandbox.command(&artifacts().binary("kedro-like"));
        let output = sandbox.run_to_the_end(command.arg(&file).envs(env.cloned()));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let body = collector.wait_for(1)[0].to_string();
        let log = log_of(&sandbox, "kedro");
        assert!(log.contains("sent"), "{log}");
        for text in [&body, &log] {
            assert_eq!(watch.parts_in(&case.secrets, text), [], "case {seed}: {text}");
        }
    }
}

fn scenario(case: &Case, sandbox: &Sandbox, collector: &Collector, vocabulary: &Value) -> Value {
    let project = case.project.as_ref().map(|facts| {
        // A folder of a secret name, as far as a path may have it.
        let root = sandbox.path("work").join(facts.path.replace('/', "_"));
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("pyproject.toml"), &facts.pyproject).unwrap();
        json!({"path": root, "package_name": facts.package_name})
    });
    let catalog = case.catalog.as_ref().map(|facts| {
        let pipelines = facts.datasets.iter().map(|(name, _)| json!([name, 1])).collect::<Vec<_>>();
        json!({"datasets": facts.datasets, "pipelines": pipelines})
    });
    json!({
        "library": artifacts().telemetry(),
        "endpoint": collector.endpoint(),
        "python_version": case.runtime_version,
        "argv": case.args,
        "project": project,
        "catalog": catalog,
        "vocabulary": vocabulary,
    })
}

/// The original sends such a command line as it was typed.
#[test]
fn what_follows_help_or_version_is_masked() {
    for first in ["-h", "--help", "--version", "-v", ""] {
        let properties = sent_by_kedro(&[first, "my_secret", "--my_secret=my_secret"]);
        assert_eq!(properties["command"], format!("kedro {first} ***** *****"));
        assert_eq!(properties["main_command"], first);
    }
    // Under this host, too, whose options before the command are its own business.
    let (sandbox, collector) = connected();
    for args in [&["-h", "my_secret"][..], &["--version", "my_secret"], &["--help", "my_secret", "-p", "my_secret"]] {
        assert!(sandbox.run_with_sender(args).status.code().is_some());
    }
    sandbox.settle();
    let bodies = collector.wait_for(1);
    assert!(!json!(bodies).to_string().contains("my_secret"), "{bodies:#?}");
}

/// In the original, `kedro registry describe name x` ends in a `TypeError` of the masking: `name`
/// is what the command calls its argument.
#[test]
fn an_argument_that_is_called_like_a_parameter_is_masked_and_fails_nothing() {
    let properties = sent_by_kedro(&["registry", "describe", "name", "x"]);
    assert_eq!(properties["command"], "kedro registry describe ***** *****");

    let (sandbox, collector) = connected();
    let typed = ["plugin", "verify", "path", "library", "name"];
    let without = run(&mut sandbox.host_demo(&[&["--no-plugins"], &typed[..]].concat()));
    let with = sandbox.run_with_sender(&typed);
    assert_eq!((with.status.code(), &with.stdout), (without.status.code(), &without.stdout));
    let output = sandbox.run_with_sender(&["registry", "list", "name", "x"]);
    assert_eq!(output.status.code(), Some(2));
    let body = &collector.wait_for(1)[0];
    assert_eq!(body["properties"]["command"], "host-demo registry list ***** *****");
}

/// The local log says why an event was dropped, but not whose project or home that had to do with.
#[test]
fn the_log_of_a_refused_event_names_no_folder() {
    for (file, statement) in [
        ("quimby/.telemetry", "consent: false\n"),
        ("config/kedro-telemetry/host-demo/consent.toml", "consent = false\n"),
    ] {
        let (sandbox, collector) = connected();
        tests::copy_dir(&sandbox.project(), &sandbox.path("quimby"));
        let info = || run(sandbox.host_demo(&["info"]).current_dir(sandbox.path("quimby")));
        sandbox.without_sender(|| assert!(info().status.success()));
        fs::write(sandbox.path(file), statement).unwrap();
        assert!(run(&mut sandbox.host_demo(&["telemetry", "flush"])).status.success());
        let log = fs::read_to_string(sandbox.path("state/kedro-telemetry/host-demo/log.ndjson")).unwrap();
        assert!(log.contains("dropped") && log.contains("stated"), "{log}");
        let root = sandbox.path("");
        assert!(!log.contains("quimby") && !log.contains(root.to_str().unwrap()), "{log}");
        assert!(collector.bodies().is_empty());
    }
}

/// What a situation plants.
struct Planted {
    rng: Rng,
    secrets: Vec<Secret>,
}

impl Planted {
    fn new() -> Self {
        Self { rng: Rng::with_seed(SEED), secrets: Vec::new() }
    }

    fn plant(&mut self, kind: Kind) -> String {
        let secret = Secret::token(kind, &mut self.rng);
        let text = secret.text.clone();
        self.secrets.push(secret);
        text
    }

    /// An address at this host with a secret in each of its parts.
    fn address(&mut self, host: &str) -> String {
        format!(
            "http://{}:{}@{host}/api/{}/track?key={}#{}",
            self.plant(Kind::EndpointUser),
            self.plant(Kind::EndpointPassword),
            self.plant(Kind::EndpointPath),
            self.plant(Kind::EndpointQuery),
            self.plant(Kind::EndpointFragment)
        )
    }

    fn proxy(&mut self, host: &str) -> String {
        format!("http://ada:{}@{host}", self.plant(Kind::Proxy))
    }

    #[track_caller]
    fn are_not_in(&self, text: &str) {
        let found = Watch::default().parts_in(&self.secrets, text);
        assert_eq!(found, [], "{text}");
    }
}

fn host_of(collector: &Collector) -> String {
    collector.url("").trim_start_matches("http://").to_owned()
}

/// Programs whose telemetry is a library: one of twenty lines, and one that tells whatever it may. What
/// was typed, what variables hold, and what is secret in an endpoint stay where they are.
#[test]
fn what_programs_without_plugins_send_show_and_log_has_no_part_of_a_secret() {
    for seed in SEED..SEED + 8 {
        let case = Case::generate(seed);
        let mut planted = Planted::new();
        planted.secrets.extend(case.secrets.iter().cloned());
        let typed = planted.plant(Kind::Command);
        let all = || case.args.iter().cloned().chain([typed.clone()]);
        let tally = ["add", "--"].into_iter().map(str::to_owned).chain(all()).collect();
        let drink = all().collect::<Vec<_>>().join(" ");
        let kettle = ["boil", "1", "--drink"].map(str::to_owned).into_iter().chain([format!(" {drink}")]).collect();
        own_program_tells_nothing(&case, &mut planted, "tally", &[tally]);
        own_program_tells_nothing(
            &case,
            &mut planted,
            "kettle",
            &[kettle, vec![typed.clone()], vec!["boil".into(), typed]],
        );
    }
}

/// Runs these command lines of a program with the variables of a case, and looks at what leaves and
/// what is shown.
fn own_program_tells_nothing(case: &Case, planted: &mut Planted, program: &str, lines: &[Vec<String>]) {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    let kept = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "https_proxy", "NO_PROXY"];
    let mut env: Vec<(String, String)> =
        case.env.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    env.retain(|(name, _)| !kept.contains(&name.as_str()));
    for name in ["AI_AGENT", "AGENT", "CODEX_THREAD_ID", "CURSOR_TRACE_ID", "REPL_ID"] {
        env.push((name.to_owned(), planted.plant(Kind::Environment)));
    }
    let variable = format!("{}_TELEMETRY_ENDPOINT", program.to_uppercase());
    env.push((variable, planted.address(&host_of(&collector))));
    let run = |words: &[&str]| {
        let mut command = sandbox.command(&artifacts().example(program));
        sandbox.run_to_the_end(command.args(words).envs(env.iter().cloned()))
    };
    assert!(run(&["telemetry", "on"]).status.success());
    for line in lines {
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        // Its own output may repeat what was typed.
        let _ = run(&words);
    }
    let mut told = String::new();
    for words in [
        &["telemetry", "status"][..],
        &["telemetry", "flush"],
        &["telemetry", "log"],
        &["telemetry", "log", "--format", "json"],
        &["telemetry", "purge"],
    ] {
        told += &shown(&run(words));
    }
    assert!(told.contains("***@"), "{told}");
    planted.are_not_in(&told);
    planted.are_not_in(&json!(collector.wait_for(1)).to_string());
}

/// The texts of the log, of the state folder of this program.
fn log_of(sandbox: &Sandbox, program: &str) -> String {
    let state = sandbox.path(&format!("state/kedro-telemetry/{program}"));
    let read = |name: &str| fs::read_to_string(state.join(name)).unwrap_or_default();
    read("log.1.ndjson") + &read("log.ndjson")
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Everything that a program with this environment prints about telemetry, after a command with its
/// sender; and its log.
fn told(sandbox: &Sandbox, env: &[(&str, String)]) -> String {
    let command = |words: &[&str]| {
        let mut command = sandbox.host_demo(words);
        command.envs(env.iter().map(|(name, value)| (name, value)));
        command
    };
    let mut told = shown(&sandbox.run_to_the_end(&command(&["catalog", "list"])));
    for words in [
        &["-v", "info"][..],
        &["telemetry", "flush"],
        &["-v", "telemetry", "status"],
        &["telemetry", "log"],
        &["telemetry", "log", "--format", "json"],
        &["telemetry", "view", "--output", "-"],
        &["telemetry", "preview", "info"],
        &["plugin", "list"],
        &["telemetry", "off"],
        &["telemetry", "purge"],
    ] {
        if words == ["telemetry", "off"] {
            told += &log_of(sandbox, "host-demo");
        }
        told += &shown(&sandbox.run_to_the_end(&command(words)));
    }
    told + &log_of(sandbox, "host-demo")
}

fn configure(sandbox: &Sandbox, lines: &str) {
    sandbox.set_told();
    fs::create_dir_all(sandbox.path("config/host-demo")).unwrap();
    let text = format!("[plugins.kedro-telemetry]\n{lines}\n");
    fs::write(sandbox.path("config/host-demo/config.toml"), text).unwrap();
}

#[test]
fn what_is_secret_in_an_endpoint_is_neither_sent_nor_logged_nor_told_whatever_it_answers() {
    for status in [200, 302, 400, 413, 503] {
        let (sandbox, collector) = (Sandbox::new(), Collector::answering(Answer::status(status)));
        sandbox.install(&artifacts().telemetry());
        let mut planted = Planted::new();
        sandbox.set_endpoint(&planted.address(&host_of(&collector)));
        let told = told(&sandbox, &[]);
        assert!(told.contains("***@") && told.contains("/api/***/track?***"), "{told}");
        planted.are_not_in(&told);
        let bodies = json!(collector.wait_for(1)).to_string();
        planted.are_not_in(&bodies);
    }
}

#[test]
fn what_is_secret_in_an_endpoint_or_a_proxy_that_cannot_be_reached_is_neither_logged_nor_told() {
    for host in ["127.0.0.1:1", "collector.invalid", "[::1]:1"] {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().telemetry());
        let mut planted = Planted::new();
        sandbox.set_endpoint(&planted.address(host));
        planted.are_not_in(&told(&sandbox, &[]));
    }
    let proxies: [fn(&mut Planted) -> String; 7] = [
        |planted| planted.proxy("127.0.0.1:1"),
        |planted| planted.proxy("proxy.invalid:3128"),
        |planted| planted.proxy("[::1"),
        |planted| planted.proxy("127.0.0.1:port"),
        |planted| planted.proxy("127.0.0.1:1").replace("http:", "socks5h:"),
        |planted| planted.proxy("127.0.0.1:1").replace("http:", "ftp:"),
        |planted| planted.plant(Kind::Proxy),
    ];
    for (proxy, variable) in proxies.into_iter().zip(["HTTP_PROXY", "http_proxy", "ALL_PROXY"].into_iter().cycle()) {
        let (sandbox, collector) = (Sandbox::new(), Collector::start());
        sandbox.install(&artifacts().telemetry());
        let mut planted = Planted::new();
        sandbox.set_endpoint(&planted.address(&host_of(&collector)));
        let proxy = proxy(&mut planted);
        planted.are_not_in(&told(&sandbox, &[(variable, proxy)]));
        assert!(collector.bodies().is_empty(), "nothing goes past a proxy");
    }
}

/// It takes the request, and so sees where it goes; what it is signed in with it alone sees.
#[test]
fn through_a_proxy_that_is_signed_in_to_events_arrive_without_its_password() {
    let (sandbox, proxy) = (Sandbox::new(), Collector::start());
    sandbox.install(&artifacts().telemetry());
    let mut planted = Planted::new();
    sandbox.set_endpoint("http://collector.invalid/api/track");
    let variable = ("HTTP_PROXY", planted.proxy(&host_of(&proxy)));
    let told = told(&sandbox, &[variable]);
    planted.are_not_in(&told);
    planted.are_not_in(&json!(proxy.wait_for(1)).to_string());
}

/// Their keys are, so that a slip can be found.
#[test]
fn settings_that_are_unknown_or_cannot_be_used_are_told_without_their_values() {
    let settings: [fn(&mut Planted) -> String; 14] = [
        |planted| format!("endpiont = \"{}\"", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = \"{}\"", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = \"{}:x@c.example/track\"", planted.plant(Kind::Setting).replace('_', "-")),
        |planted| format!("endpoint = \"ftp://ada:{}@c.example/\"", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = \"http://[{}\"", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = \"file:{}\"", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = [\"{}\"]", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = {{ url = \"{}\" }}", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = {}", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = http://ada:{}@c.example/", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = \"http://ada:{}@c.example/", planted.plant(Kind::Setting)),
        |planted| format!("delivery = \"{}\"", planted.plant(Kind::Setting)),
        |planted| format!("delivery = \"blocking\"\ntimeout = \"{}\"", planted.plant(Kind::Setting)),
        |planted| format!("endpoint = \"\\u00{}\"", planted.plant(Kind::Setting)),
    ];
    for setting in settings {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().telemetry());
        let mut planted = Planted::new();
        configure(&sandbox, &setting(&mut planted));
        planted.are_not_in(&told(&sandbox, &[]));
    }
    for (variable, behind) in
        [("KEDRO_TELEMETRY_ENDPOINT", ""), ("KEDRO_TELEMETRY_ENDPOINT", ":x@h"), ("KEDRO_TELEMETRY_DELIVERY", "")]
    {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().telemetry());
        sandbox.set_told();
        let mut planted = Planted::new();
        let value = planted.plant(Kind::Setting).replace('_', "-") + behind;
        planted.are_not_in(&told(&sandbox, &[(variable, value)]));
    }
}

/// `telemetry status` shows it.
#[test]
fn the_path_of_a_file_endpoint_is_neither_sent_nor_logged() {
    for is_there in [true, false] {
        let sandbox = Sandbox::new();
        sandbox.install(&artifacts().telemetry());
        let mut planted = Planted::new();
        let folder = sandbox.path(&planted.plant(Kind::EndpointFile));
        if is_there {
            fs::create_dir(&folder).unwrap();
        }
        let file = folder.join(planted.plant(Kind::EndpointFile));
        let query = planted.plant(Kind::EndpointQuery);
        // On Windows, that of an address begins with a `/` and has no other separators.
        let path = file.to_str().unwrap().replace('\\', "/");
        sandbox.set_endpoint(&format!("file:///{}?key={query}", path.trim_start_matches('/')));
        let _ = sandbox.run_with_sender(&["catalog", "list"]);
        let status = shown(&run(&mut sandbox.host_demo(&["telemetry", "status"])));
        assert!(status.contains(&path) && !status.contains(&query), "{status}");
        let log = log_of(&sandbox, "host-demo");
        assert!(log.contains(if is_there { "sent" } else { "kept" }), "{log}");
        planted.are_not_in(&log);
        planted.are_not_in(&shown(&run(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]))));
        planted.are_not_in(&fs::read_to_string(&file).unwrap_or_default());
    }
}

/// The queue's records hold the endpoint whole, for their owner alone.
#[cfg(unix)]
#[test]
fn what_the_queue_keeps_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    let mut planted = Planted::new();
    sandbox.set_endpoint(&planted.address("127.0.0.1:1"));
    sandbox.without_sender(|| assert!(run(&mut sandbox.host_demo(&["info"])).status.success()));
    let state = sandbox.path("state/kedro-telemetry");
    for (path, content) in sandbox.files().into_iter().filter(|(path, _)| path.starts_with(&state)) {
        let found = Watch::default().parts_in(&planted.secrets, &String::from_utf8_lossy(&content));
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let is_record = path.starts_with(state.join("host-demo/queue/new"));
        assert!(found.is_empty() || is_record && mode == 0o600, "{} {mode:o}", path.display());
    }
}

/// Its name, how it is run, and on which words it records an event.
type Program<'a> = (&'a str, &'a dyn Fn(&str, &[&str]) -> Output, &'a [&'a str]);

/// Neither of two programs has anything of what the other has recorded: where that was to go, which
/// project it was about, who used it, by which key.
///
/// On Windows, only a terminal is told, and so the user of the second is not.
#[cfg(unix)]
#[test]
fn a_second_program_sends_shows_and_keeps_nothing_of_the_first() {
    for host_demo_is_first in [true, false] {
        let (sandbox, of_first, of_second) = (Sandbox::new(), Collector::start(), Collector::start());
        sandbox.install(&artifacts().telemetry());
        let mut planted = Planted::new();
        let project = sandbox.path(&planted.plant(Kind::Folder));
        tests::copy_dir(&sandbox.project(), &project);
        let (first, second) = (planted.address("127.0.0.1:1"), of_second.endpoint());
        let run_host_demo = |endpoint: &str, words: &[&str]| {
            let mut command = sandbox.host_demo(words);
            command.env("KEDRO_TELEMETRY_ENDPOINT", endpoint).current_dir(&project);
            sandbox.run_to_the_end(&command)
        };
        let run_kedro = |endpoint: &str, words: &[&str]| {
            let mut facts = json!({"endpoint": endpoint});
            if host_demo_is_first {
                facts["project"] = Value::Null;
            } else {
                facts["project"] = json!({"path": project, "package_name": "bakery"});
            }
            sandbox.run_to_the_end(&sandbox.kedro_like(&facts, words))
        };
        let programs: [Program<'_>; 2] =
            [("host-demo", &run_host_demo, &["catalog", "list"]), ("kedro", &run_kedro, &[])];
        let [one, other] = if host_demo_is_first { programs } else { [programs[1], programs[0]] };
        for endpoint in [&first, &of_first.endpoint(), ""] {
            assert!(one.1(endpoint, &["telemetry", "on"]).status.success());
            assert!(one.1(endpoint, one.2).status.success());
        }
        let lines = shown(&one.1("", &["telemetry", "log", "--format", "json"]));
        for line in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            for text in [&line["event"]["idempotency_key"], &line["event"]["identity"]] {
                let text = text.as_str().unwrap_or_default().to_owned();
                planted.secrets.push(Secret { kind: Kind::Person, text });
            }
        }
        // Where the second works on no project of the first.
        let elsewhere = |words: &[&str]| {
            if host_demo_is_first {
                return other.1(&second, words);
            }
            let mut command = sandbox.host_demo(words);
            sandbox.run_to_the_end(command.env("KEDRO_TELEMETRY_ENDPOINT", &second))
        };
        let mut told = shown(&elsewhere(other.2));
        for words in [
            &["telemetry", "status"][..],
            &["telemetry", "log"],
            &["telemetry", "log", "--format", "json"],
            &["telemetry", "flush"],
        ] {
            told += &shown(&elsewhere(words));
        }
        told += &shown(&elsewhere(other.2));
        planted.are_not_in(&told);
        assert!(!of_second.wait_for(1).is_empty());
        planted.are_not_in(&json!(of_second.bodies()).to_string());
        let own = [format!("state/kedro-telemetry/{}", other.0), format!("config/kedro-telemetry/{}", other.0)];
        for (path, content) in sandbox.files() {
            if own.iter().any(|own| path.starts_with(sandbox.path(own))) {
                planted.are_not_in(&format!("{} {}", path.display(), String::from_utf8_lossy(&content)));
            }
        }
        // What was recorded first is where it was, and goes where it was to go.
        assert!(log_of(&sandbox, one.0).contains("kept"));
        assert_eq!(of_first.bodies().len(), 1);
    }
}

/// The properties that arrive from a command of a host that is like Kedro.
fn sent_by_kedro(args: &[&str]) -> Value {
    let vocabulary = fs::read(workspace().join("tests/data/kedro-1.7.0-vocabulary.json")).unwrap();
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.set_told_by("kedro");
    let scenario = json!({
        "library": artifacts().telemetry(),
        "endpoint": collector.endpoint(),
        "python_version": "3.11.7",
        "argv": args,
        "project": {"path": sandbox.project(), "package_name": "bakery"},
        "catalog": null,
        "vocabulary": serde_json::from_slice::<Value>(&vocabulary).unwrap(),
    });
    let file = sandbox.path("scenario.json");
    fs::write(&file, scenario.to_string()).unwrap();
    let output = sandbox.run_to_the_end(sandbox.command(&artifacts().binary("kedro-like")).arg(&file));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    collector.wait_for(1)[0]["properties"].clone()
}

fn connected() -> (Sandbox, Collector) {
    let (sandbox, collector) = (Sandbox::new(), Collector::start());
    sandbox.install(&artifacts().telemetry());
    sandbox.set_endpoint(&collector.endpoint());
    (sandbox, collector)
}
