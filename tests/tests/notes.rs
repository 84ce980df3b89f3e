//! A host that has nothing to do with Kedro: the example `notes` of hookspec-host, with a plugin,
//! and with telemetry of its own.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::{collections::BTreeSet, fs, process::Output};

use tests::{Collector, Sandbox, artifacts, run};

/// A user of notes.
struct Notes {
    sandbox: Sandbox,
    endpoint: String,
}

impl Notes {
    fn new(endpoint: &str) -> Self {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("desk")).unwrap();
        Self { sandbox, endpoint: endpoint.to_owned() }
    }

    /// Runs `notes ARGS`, and the sender that it may start, to the end.
    fn notes(&self, args: &[&str]) -> Output {
        let mut command = self.sandbox.command(&artifacts().example("notes"));
        command.args(args).current_dir(self.sandbox.path("desk")).env("NOTES_TELEMETRY_ENDPOINT", &self.endpoint);
        self.sandbox.run_to_the_end(&command)
    }

    fn prints(&self, args: &[&str]) -> String {
        let output = self.notes(args);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn install(&self) {
        self.install_example("tidy");
    }

    fn install_example(&self, name: &str) {
        let library = artifacts().fixture(&format!("notes_{name}"));
        let said = self.prints(&["plugin", "install", library.to_str().unwrap()]);
        assert!(said.starts_with(&format!("Installed {name} 0.1.0 as ")), "{said}");
    }

    /// What a file on the desk says; `None` when there is none.
    fn on_the_desk(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.sandbox.path("desk").join(name)).ok()
    }
}

#[test]
fn plugins_are_installed_listed_verified_switched_and_removed() {
    let notes = Notes::new("");
    notes.install();
    assert!(notes.prints(&["plugin", "list"]).contains("enabled"));
    assert!(notes.prints(&["plugin", "verify", "tidy"]).contains("Sound: this program can use it."));
    assert!(notes.prints(&["--help"]).contains("count      Count the notes"));

    notes.prints(&["add", "tea   and  cake"]);
    assert_eq!(fs::read_to_string(notes.sandbox.path("desk/notes.txt")).unwrap(), "tea and cake\n");
    assert_eq!(notes.prints(&["count"]), "1 notes\n");

    assert_eq!(notes.prints(&["plugin", "disable", "tidy"]), "Disabled tidy\n");
    assert_eq!(notes.notes(&["count"]).status.code(), Some(2));
    assert_eq!(notes.prints(&["plugin", "enable", "tidy"]), "Enabled tidy\n");
    assert_eq!(notes.prints(&["count"]), "1 notes\n");
    assert!(notes.prints(&["plugin", "remove", "tidy"]).starts_with("Removed "));
    assert_eq!(notes.notes(&["count"]).status.code(), Some(2));
}

#[test]
fn a_note_that_a_plugin_is_against_is_not_kept() {
    let notes = Notes::new("");
    notes.install();
    notes.prints(&["add", "tea"]);
    let refused = notes.notes(&["add", "  "]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(told, "error: plugin `tidy` failed in hook `before_save`: a note needs a word\n");
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(notes.on_the_desk("notes.txt").unwrap(), "tea\n");
}

#[test]
fn plugins_of_two_versions_of_the_hooks_export_what_the_host_of_the_later_one_has() {
    let notes = Notes::new("");
    notes.install();
    notes.prints(&["add", "tea #drink"]);
    let nobody = notes.notes(&["export", "notes.md"]);
    assert_eq!(String::from_utf8_lossy(&nobody.stderr), "error: no plugin exports notes in this format\n");
    assert_eq!((nobody.status.code(), notes.on_the_desk("notes.md")), (Some(1), None));

    // Built when notes had no tags, and one format.
    notes.install_example("press");
    notes.prints(&["export", "notes.md"]);
    assert_eq!(notes.on_the_desk("notes.md").unwrap(), "* tea #drink\n");
    notes.prints(&["export", "notes.html"]);
    let page = notes.on_the_desk("notes.html").unwrap();
    assert!(page.contains("<li class=\"drink\">tea #drink</li>"), "{page}");
}

#[test]
fn help_and_messages_speak_of_this_program() {
    let notes = Notes::new("");
    for command in ["install", "verify", "disable", "new"] {
        let help = notes.prints(&["plugin", command, "--help"]);
        assert!(help.contains("notes plugin "), "{help}");
        assert!(!help.contains(['{', '}']) && !help.contains("host-demo"), "{help}");
    }
    let missing = notes.notes(&["plugin", "remove", "tidi"]);
    let told = String::from_utf8_lossy(&missing.stderr);
    assert_eq!(told, "error: there is no plugin `tidi`; `notes plugin list` shows all\n");
}

#[test]
fn a_new_plugin_for_it_builds_and_runs() {
    let notes = Notes::new("");
    let api = tests::workspace().join("plugin-api");
    let made = notes.sandbox.path("desk/greet");
    notes.prints(&["plugin", "new", "greet", "--api-path", api.to_str().unwrap()]);
    let mut cargo = tests::cargo();
    let built = run(cargo.args(["test", "--quiet", "--offline"]).current_dir(&made));
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let mut cargo = tests::cargo();
    assert!(run(cargo.args(["build", "--quiet", "--offline"]).current_dir(&made)).status.success());
    let library = made.join("target/debug").join(format!("libgreet{}", std::env::consts::DLL_SUFFIX));
    notes.prints(&["plugin", "install", library.to_str().unwrap()]);
    assert_eq!(notes.prints(&["greet"]), "Hello from greet\n");
}

const SHOUT: &str = r"
use notes_hooks::{Tidy, hookspec::{Hooks, Host, Plugin, Result}};

struct Shout;

impl Plugin for Shout {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(Tidy, |_, (text,)| Ok(text.to_uppercase()));
    }
}

notes_hooks::hookspec::export_plugin!(Shout, interfaces = [notes_hooks::INTERFACE]);
";

#[test]
fn a_plugin_needs_the_crate_with_the_hooks_of_its_program_and_no_other() {
    let notes = Notes::new("");
    let made = notes.sandbox.path("desk/shout");
    let hooks = tests::workspace().join("plugin-host/examples/notes/hooks");
    fs::create_dir_all(made.join("src")).unwrap();
    fs::write(made.join("src/lib.rs"), SHOUT).unwrap();
    let manifest = format!(
        "[package]\nname = \"shout\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
         [dependencies]\nnotes-hooks = {{ path = \"{}\" }}\n\n[workspace]\n",
        hooks.display()
    );
    fs::write(made.join("Cargo.toml"), manifest).unwrap();
    let cargo = |args: &[&str]| {
        let output = run(tests::cargo().args(args).current_dir(&made));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    cargo(&["build", "--quiet", "--offline"]);
    let library = made.join("target/debug").join(format!("libshout{}", std::env::consts::DLL_SUFFIX));
    notes.prints(&["plugin", "install", library.to_str().unwrap()]);
    notes.prints(&["add", "tea"]);
    assert_eq!(notes.on_the_desk("notes.txt").unwrap(), "TEA\n");
    assert!(notes.prints(&["plugin", "verify", "shout"]).contains("notes-hooks 0.3.0"));

    let tree = cargo(&["tree", "--offline", "--prefix", "none", "--format", "{p}"]);
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    // Itself, the hooks, `hookspec`, and what `abi_stable` brings.
    assert!(names.len() <= 34, "{} crates: {names:?}", names.len());
    for host_only in ["clap", "serde_json", "toml", "tokio", "rustls", "log", "tracing", "object", "rustix"] {
        assert!(!names.contains(host_only), "{host_only} is in every plugin");
    }
}

#[test]
fn its_events_arrive_under_its_own_name_until_they_are_refused() {
    let collector = Collector::start();
    let notes = Notes::new(&collector.endpoint());
    notes.install();
    let first = notes.notes(&["add", "tea and cake"]);
    let notice = String::from_utf8_lossy(&first.stderr);
    assert!(notice.contains("`notes telemetry off`"), "{notice}");

    // There is time to refuse: what came with the notice leaves with the next command.
    assert_eq!(notes.prints(&["telemetry", "flush"]), "1 sent\n");
    let bodies = collector.wait_for(1);
    assert_eq!(bodies[0]["event"], "note_added");
    assert_eq!(bodies[0]["properties"]["number_of_words"], 3);
    assert!(notes.prints(&["telemetry", "status"]).starts_with("telemetry  on"));

    assert!(notes.prints(&["telemetry", "off"]).starts_with("telemetry is off for this user"));
    notes.prints(&["add", "more"]);
    assert!(notes.prints(&["telemetry", "status"]).starts_with("telemetry  off"));
    assert_eq!(collector.bodies().len(), 1, "nothing is sent after a no");

    let sent = serde_json::to_string(&collector.bodies()).unwrap();
    assert!(!sent.to_lowercase().contains("kedro"), "{sent}");
    for folder in ["config", "state", "data", "cache", "desk"] {
        for (path, content) in
            notes.sandbox.files().into_iter().filter(|(path, _)| path.starts_with(notes.sandbox.path(folder)))
        {
            let is_library = path.extension().is_some_and(|extension| extension == std::env::consts::DLL_EXTENSION);
            let names = path.strip_prefix(notes.sandbox.path("")).unwrap().to_string_lossy().to_lowercase();
            let text = String::from_utf8_lossy(&content).to_lowercase();
            assert!(!names.contains("kedro") && (is_library || !text.contains("kedro")), "{}", path.display());
        }
    }
}

#[test]
fn the_smallest_host_calls_what_is_in_a_folder() {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().fixture("smallest_plugin"));
    let mut command = sandbox.command(&artifacts().example("smallest"));
    let output = run(command.arg(sandbox.path("plugins")));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Good evening, Ada.\n");
}

#[test]
fn the_hosts_are_as_short_as_they_are_said_to_be() {
    let lines = |example: &str| {
        let file = tests::workspace().join("plugin-host/examples").join(example).join("main.rs");
        fs::read_to_string(file).unwrap().lines().count()
    };
    assert!(lines("notes") <= 60 && lines("smallest") <= 16, "{} and {}", lines("notes"), lines("smallest"));
}
