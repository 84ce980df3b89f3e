//! Other versions of Kedro and of Python. `KEDRO_VERSIONS` names further ones of Kedro to try.

use std::env;

use tests::{python::EnvironmentError, run};

use crate::{
    kedro::{Kedro, of, or_said, passed_over, under},
    shop::Shop,
};

/// `kedro info` and `kedro run` do what they do without the package, and their events arrive.
fn assert_works(kedro: Result<Kedro, EnvironmentError>, named: &str) {
    let Some(kedro) = or_said(kedro) else { return passed_over(named) };
    let shop = Shop::with(Box::leak(Box::new(kedro)));
    for args in [&["info"][..], &["run"]] {
        let output = run(&mut shop.kedro(args));
        assert!(output.status.success(), "{named}, {args:?}: {output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("Traceback"), "{named}, {args:?}: {output:?}");
        shop.settle();
    }
    let events = shop.events(2);
    assert_eq!(events[0]["properties"]["command"], "kedro info", "{named}");
    assert_eq!(events[1]["properties"]["number_of_nodes"], 2, "{named}: {}", events[1]);
    assert_eq!(events[1]["properties"]["number_of_datasets"], 2, "{named}: {}", events[1]);
}

#[test]
fn the_first_of_the_first_line() {
    assert_works(of("1.0.0"), "Kedro 1.0.0 of PyPI");
}

#[test]
fn the_last_of_the_line_before() {
    assert_works(of("0.19.15"), "Kedro 0.19.15 of PyPI");
}

#[test]
fn those_that_were_asked_for() {
    let versions = env::var("KEDRO_VERSIONS").unwrap_or_default();
    for version in versions.split_whitespace() {
        assert_works(of(version), &format!("Kedro {version} of PyPI"));
    }
}

/// One module serves them all.
#[test]
fn other_pythons() {
    for python in ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"] {
        assert_works(under(python), python);
    }
}
