//! Two environments share a home: the original in one, this package in the other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tests::run;

use crate::{
    kedro::{or_said, original, passed_over},
    shop::Shop,
};

/// Has the original post to the address that a variable says, and nowhere else.
const REDIRECTION: &str = "
import os
import requests

post = requests.post


def redirected(url, **options):
    return post(os.environ['COLLECTOR'], **options)


requests.post = redirected
";

/// A user with either, and where the original is.
fn shop_with_original() -> Option<(Shop, PathBuf)> {
    let shop = Shop::open()?;
    let Some(original) = or_said(original(&shop.kedro.environment)) else {
        passed_over("kedro-telemetry 0.9.0 of PyPI");
        return None;
    };
    fs::create_dir(shop.sandbox.path("redirection")).unwrap();
    fs::write(shop.sandbox.path("redirection/sitecustomize.py"), REDIRECTION).unwrap();
    Some((shop, original))
}

/// `kedro run` with the original, which can connect to loopback alone.
fn with_original(shop: &Shop, original: &Path) -> Command {
    let mut command = shop.bare(&["run"]);
    let path = std::env::join_paths([&shop.sandbox.path("redirection"), original]).unwrap();
    command.env("PYTHONPATH", path).env("COLLECTOR", shop.collector.endpoint());
    command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "127.0.0.1");
    command
}

fn assert_same_user_and_project(events: &[Value]) {
    let [first, second] = events else { panic!("two events: {events:#?}") };
    assert_eq!(first["identity"], second["identity"]);
    assert!(first["identity"].as_str().is_some_and(|id| id.len() == 32), "{first}");
    assert_eq!(first["properties"]["project_id"], second["properties"]["project_id"]);
    assert!(first["properties"]["project_id"].is_string(), "{first}");
    let versions: Vec<&Value> = events.iter().map(|event| &event["properties"]["telemetry_version"]).collect();
    assert_ne!(versions[0], versions[1]);
}

#[test]
fn after_the_original() {
    let Some((shop, original)) = shop_with_original() else { return };
    assert!(run(&mut with_original(&shop, &original)).status.success());
    let _ = shop.events(1);
    assert!(shop.sandbox.run_to_the_end(&shop.kedro(&["run"])).status.success());
    assert_same_user_and_project(&shop.events(2));
}

#[test]
fn before_the_original_which_leaves_what_is_queued() {
    let Some((shop, original)) = shop_with_original() else { return };
    assert!(shop.sandbox.run_to_the_end(&shop.kedro(&["run"])).status.success());
    let state = || shop.sandbox.files().into_iter().filter(|(path, _)| path.starts_with(shop.sandbox.path("state")));
    let before: Vec<_> = state().collect();
    assert!(run(&mut with_original(&shop, &original)).status.success());
    assert!(state().eq(before), "the original has changed what waits to be sent");
    assert_same_user_and_project(&shop.events(2));
}
