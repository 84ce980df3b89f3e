//! `telemetry view`, by the example `jot`: the page says all that is known, and is nothing but text
//! whatever an event holds.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

#[allow(dead_code, reason = "other tests use the rest")]
mod home;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::{Value, json};

use self::home::{Home, out};

/// A user of `jot`.
struct Jot(Home);

impl Jot {
    fn new() -> Self {
        Self(Home::new("jot"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn state(&self) -> PathBuf {
        self.path().join(".local/state/jot-telemetry")
    }

    fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        self.0.run(args, env)
    }

    fn page(&self) -> String {
        out(&self.run(&["telemetry", "view", "--output", "-"], &[]))
    }

    /// A log with these lines.
    fn log(&self, lines: impl IntoIterator<Item = String>) {
        fs::create_dir_all(self.state()).unwrap();
        let lines: Vec<_> = lines.into_iter().collect();
        fs::write(self.state().join("log.ndjson"), lines.join("\n") + "\n").unwrap();
    }
}

/// A line of the log about an event of this name and command, in the given second of a day.
fn line(second: usize, outcome: &str, name: &str, command: &str) -> String {
    let at = format!("2026-11-23T{:02}:{:02}:{:02}.000000Z", second / 3600, second / 60 % 60, second % 60);
    let key = format!("00000000-0000-4000-8000-{second:012}");
    let event = json!({
        "event": name, "timestamp": at, "properties": {"command": command}, "identity": "", "idempotency_key": key,
    });
    json!({"at": at, "outcome": outcome, "count": 1, "event": event}).to_string()
}

#[test]
fn the_page_shows_each_event_what_became_of_it_and_how_to_refuse() {
    let home = Jot::new();
    let rejected = "the endpoint has rejected 2 of the 5 sent at once, and not said which: <b>too old</b>";
    let mut in_part: Value = serde_json::from_str(&line(3, "sent", "command", "jot rate")).unwrap();
    in_part["reason"] = rejected.into();
    let in_part = in_part.to_string();
    home.log([
        line(1, "sent", "command", "jot add *****"),
        line(2, "dropped", "command", "jot list"),
        in_part,
        json!({"at": "2026-11-23T09:00:00.000000Z", "outcome": "kept", "count": 7, "reason": "no route"}).to_string(),
        "damaged".to_owned(),
    ]);
    home.run(&["add", "tea"], &[]);
    home.run(&["add", "tea"], &[("JOT_TELEMETRY_ENDPOINT", "http://127.0.0.1:9/x"), ("JOT_TELEMETRY_APP_ID", "77")]);
    let page = home.page();
    for said in [
        "Telemetry is on",
        "nothing states otherwise",
        "jot telemetry off --all",
        "DO_NOT_TRACK",
        "jot add *****",
        "note_added",
        ">stays here<",
        ">dropped<",
        "of the 5 sent at once, and not said which: &lt;b&gt;too old&lt;/b&gt;",
        "no route",
        "7 kept",
        "2026-11-23",
        "00000000-0000-4000-8000-000000000001",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let log = out(&home.run(&["telemetry", "log"], &[]));
    assert!(log.contains(&format!("  sent     jot rate (command): {rejected}\n")), "{log}");
    let off = home.run(&["telemetry", "view", "--output", "-"], &[("DO_NOT_TRACK", "1")]);
    let off = String::from_utf8(off.stdout).unwrap();
    assert!(off.contains("Telemetry is off") && off.contains("DO_NOT_TRACK is set"), "{off}");
}

#[test]
fn what_events_hold_is_text_whatever_it_looks_like() {
    let home = Jot::new();
    let evil = "</pre></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'\u{202e}\u{1b}[2J&amp;";
    home.log([line(1, "sent", evil, evil), line(2, "sent", evil, "x"), line(3, "sent", "x", "</summary>")]);
    let page = home.page();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert!(page.contains("&amp;amp;"), "{page}");
    for markup in ["<script", "<img", "<iframe", "<link", "<object", "onerror=\"", "src=", "\u{202e}", "\u{1b}"] {
        assert!(!page.replace("&lt;img src=x", "").contains(markup), "{markup}: {page}");
    }
    assert_eq!(page.matches("</style>").count(), 1, "{page}");
    assert!(page.contains("Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"), "{page}");
}

#[test]
fn a_log_as_large_as_can_be_gives_a_page_that_a_browser_opens() {
    let home = Jot::new();
    let words = "jot ".to_owned() + &"*".repeat(600);
    home.log((0..20_000).map(|second| line(second, "sent", "command", &words)));
    let page = home.page();
    let whole = page.matches("&quot;idempotency_key&quot;").count();
    assert!((5_000..=10_000).contains(&whole), "{whole}");
    assert!(page.contains(&format!("The newest {},{:03} events are shown", whole / 1000, whole % 1000)));
    assert!(page.contains("<dd>20,000</dd>"), "all are counted");
    assert!(page.len() < 40 * 1024 * 1024, "{}", page.len());
}

#[test]
fn the_page_goes_where_it_is_wanted_and_with_a_purge() {
    let home = Jot::new();
    let said = home.run(&["telemetry", "view"], &[]);
    let file = home.state().join("view.html");
    assert_eq!(String::from_utf8(said.stdout).unwrap(), format!("to be opened in a browser: {}\n", file.display()));
    assert!(fs::read_to_string(&file).unwrap().contains("No events yet."));
    home.run(&["telemetry", "purge"], &[]);
    assert!(!file.exists());

    let said = home.run(&["telemetry", "view", "--output", "page.html"], &[]);
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "wrote page.html\n");
    assert!(home.path().join("page.html").exists());
    assert!(!file.exists());

    for (args, problem) in [
        (&["telemetry", "view", "--output"][..], "missing argument"),
        (&["telemetry", "view", "x"], "unexpected argument"),
    ] {
        let refused = home.run(args, &[]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(String::from_utf8(refused.stderr).unwrap().contains(problem));
    }
    let nowhere = home.run(&["telemetry", "view", "--output", "/dev/null/folder"], &[]);
    assert!(!nowhere.status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn a_desktop_opens_the_page_and_nobody_waits_for_it() {
    use std::{os::unix::fs::PermissionsExt, thread, time::Duration};

    let home = Jot::new();
    let (programs, note) = (home.path().join("bin"), home.path().join("opened"));
    fs::create_dir(&programs).unwrap();
    let opener = programs.join("xdg-open");
    // It never ends by itself, as a browser does.
    fs::write(&opener, format!("#!/bin/sh\necho \"$1\" > {}\nexec sleep 20\n", note.display())).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let desktop = [("PATH", path.as_str()), ("DISPLAY", ":0")];

    for remote in [("SSH_CONNECTION", "a b"), ("CI", "true")] {
        let said = home.run(&["telemetry", "view"], &[desktop[0], desktop[1], remote]);
        assert!(String::from_utf8(said.stdout).unwrap().starts_with("to be opened"));
    }
    let said = home.run(&["telemetry", "view"], &desktop);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.starts_with("your browser opens "), "{said}");
    while fs::read_to_string(&note).unwrap_or_default().is_empty() {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(fs::read_to_string(&note).unwrap().trim(), home.state().join("view.html").to_str().unwrap());
}
