//! On, local and off: what becomes of what is recorded in each.
#![allow(clippy::unwrap_used, reason = "a failed set-up is a failure")]

#[allow(dead_code, reason = "other tests use the rest")]
mod home;

use std::{fs, net::TcpListener};

use self::home::{Home, collector, out};

const ENDPOINT: &str = "TALLY_TELEMETRY_ENDPOINT";

#[test]
fn what_is_recorded_in_local_mode_is_shown_and_never_sent_also_not_later() {
    let home = Home::new("tally");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let local = out(&home.run(&["telemetry", "local"], &[(ENDPOINT, &url)]));
    assert!(local.starts_with("telemetry is local for this user ("), "{local}");
    for delivery in ["background", "blocking"] {
        let env = [(ENDPOINT, url.as_str()), ("TALLY_TELEMETRY_DELIVERY", delivery)];
        let output = home.run(&["add", "tea"], &env);
        assert_eq!((out(&output), output.stderr.len()), (String::new(), 0), "who chose it needs no notice");
    }
    let flushed = out(&home.run(&["telemetry", "flush"], &[(ENDPOINT, &url)]));
    assert!(flushed.starts_with("nothing is sent: telemetry is local, stated in "), "{flushed}");
    let status = out(&home.run(&["telemetry", "status"], &[(ENDPOINT, &url)]));
    assert!(status.starts_with("telemetry  local: stated in "), "{status}");
    assert!(status.contains("; 2 recorded to stay on this machine\n"), "{status}");
    assert_eq!(home.queued().len(), 2);

    let page = out(&home.run(&["telemetry", "view", "--output", "-"], &[(ENDPOINT, &url)]));
    assert!(page.contains(">stays here<") && !page.contains("127.0.0.1") && !page.contains(">Telemetry is on<"));
    assert_eq!(page.matches("not sent while").count(), 0, "none of them was ever to be sent");

    out(&home.run(&["telemetry", "on"], &[(ENDPOINT, &url)]));
    assert_eq!(out(&home.run(&["telemetry", "flush"], &[(ENDPOINT, &url)])), "0 sent\n");
    out(&home.run(&["telemetry", "flush", "--background"], &[(ENDPOINT, &url)]));
    assert!(listener.accept().is_err(), "nobody has connected");
    assert_eq!(home.queued().len(), 2);
    let log = out(&home.run(&["telemetry", "log"], &[(ENDPOINT, &url)]));
    assert!(log.contains("queued   note_added: recorded to stay on this machine\n"), "{log}");
    // Only what is recorded from now on is sent.
    let (url, taken) = collector();
    out(&home.run(&["list"], &[(ENDPOINT, &url)]));
    let (_, body) = taken.join().unwrap();
    assert!(body.contains("notes_listed") && !body.contains("note_added"), "{body}");
}

#[test]
fn what_was_to_be_sent_waits_through_local_mode() {
    let home = Home::new("tally");
    let unreachable = [(ENDPOINT, "http://127.0.0.1:1/")];
    // It comes with the notice, and so is not sent at once.
    out(&home.run(&["add"], &unreachable));
    let local = out(&home.run(&["telemetry", "local"], &unreachable));
    assert!(
        local.ends_with("1 recorded before to be sent: waiting for `telemetry on` or `telemetry off`\n"),
        "{local}"
    );
    let status = out(&home.run(&["telemetry", "status"], &unreachable));
    assert!(
        status.contains("\nnext       nothing is sent: 1 wait for `telemetry on` or `telemetry off`\n"),
        "{status}"
    );
    let page = out(&home.run(&["telemetry", "view", "--output", "-"], &unreachable));
    for said in [
        ">Telemetry is local: nothing is sent<",
        ">recorded, and never sent<",
        ">nowhere: telemetry is local,",
        ": not sent while",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    out(&home.run(&["telemetry", "flush", "--background"], &unreachable));
    assert_eq!(home.log().len(), 1, "no attempt is in the log");
    let off = out(&home.run(&["telemetry", "off"], &unreachable));
    assert!(off.ends_with("deleted 1 queued event\n"), "{off}");
}

#[test]
fn the_strictest_of_all_choices_holds() {
    let home = Home::new("tally");
    let status = |env: &[(&str, &str)]| out(&home.run(&["telemetry", "status"], env));
    let all = out(&home.run(&["telemetry", "local", "--all"], &[]));
    assert!(all.starts_with("telemetry is local for all programs of this user"), "{all}");
    let on = out(&home.run(&["telemetry", "on"], &[]));
    assert!(on.contains("telemetry is still local here: stated for all programs in "), "{on}");
    assert!(status(&[("DO_NOT_TRACK", "")]).starts_with("telemetry  off: the environment variable DO_NOT_TRACK"));
    out(&home.run(&["telemetry", "off"], &[]));
    assert!(status(&[]).starts_with("telemetry  off: stated in "));
    out(&home.run(&["telemetry", "local"], &[]));
    out(&home.run(&["telemetry", "on", "--all"], &[]));
    assert!(status(&[]).starts_with("telemetry  local: stated in "));
    let mistake = home.run(&["telemetry", "local", "--project"], &[]);
    assert_eq!(mistake.status.code(), Some(2));
}

#[test]
fn another_word_for_a_mode_is_taken_for_a_refusal() {
    let home = Home::new("tally");
    out(&home.run(&["telemetry", "local"], &[]));
    let file = home.path().join(".config/tally-telemetry/consent.toml");
    assert_eq!(fs::read_to_string(&file).unwrap(), "consent = \"local\"\n");
    for text in ["consent = \"Local\"", "consent = \"yes\"", "consent = 1", "consent = []"] {
        fs::write(&file, text).unwrap();
        let status = out(&home.run(&["telemetry", "status"], &[]));
        assert!(status.starts_with("telemetry  off: ") && status.contains("taken for a refusal"), "{text}: {status}");
    }
}
