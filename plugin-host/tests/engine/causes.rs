//! Errors with code and causes, on both sides of the boundary.

use std::{error::Error as StdError, io};

use hookspec::{Error, Failed, Hooks, Host, Plugin, Result};
use hookspec_host::{FailureKind, HookError, RegisterError};

use crate::support::{Hello, Number, Pick, add, isolating, manager, number};

hookspec::hookspecs! {
    /// Plugins may call it.
    pub hook Ask = "ask" fn(Number) -> i64, open;
}

fn full_disk() -> Failed {
    let cause = io::Error::other(Error::new("no space left").with_source(io::Error::other("quota of 10 GB")));
    Failed::new("cannot save the note").with_source(cause).with_code("disk_full")
}

/// The texts of what led to an error, the nearest first.
fn causes(error: &dyn StdError) -> Vec<String> {
    std::iter::successors(error.source(), |cause| (**cause).source()).map(ToString::to_string).collect()
}

#[test]
fn an_error_reaches_the_host_with_its_code_and_causes() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Err(full_disk()));
    });
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!(error.code(), Some("disk_full"));
    assert_eq!(error.to_string(), "plugin `a` failed in hook `hello`: cannot save the note");
    assert_eq!(causes(&error), ["no space left", "quota of 10 GB"]);
    let line = "plugin `a` failed in hook `hello`: cannot save the note: no space left: quota of 10 GB";
    assert_eq!(format!("{error:#}"), line);
}

#[test]
fn errors_are_standard_ones_for_whoever_takes_these() {
    #[derive(Debug, thiserror::Error)]
    enum Problem {
        #[error("a hook")]
        Hook(#[from] HookError),
        #[error("a plugin")]
        Plugin(#[from] Error),
    }
    fn typed() -> std::result::Result<(), Problem> {
        Err(full_disk().into_error())?
    }
    /// What `anyhow` asks for.
    fn boxed() -> std::result::Result<(), Box<dyn StdError + Send + Sync + 'static>> {
        Err(full_disk())?
    }
    assert_eq!(causes(&typed().unwrap_err()), ["cannot save the note", "no space left", "quota of 10 GB"]);
    let boxed = boxed().unwrap_err();
    assert_eq!(boxed.downcast_ref::<Error>().unwrap().code(), Some("disk_full"));
    // And back, as an error of `anyhow` or `eyre` would come.
    assert_eq!(Failed::from_boxed(boxed), full_disk());
}

#[test]
fn a_code_comes_through_errors_of_the_plugins_own() {
    #[derive(Debug, thiserror::Error)]
    #[error("not kept")]
    struct NotKept(#[source] Error);
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Err(NotKept(full_disk().into_error()))?);
    });
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!((error.code(), &*error.message), (Some("disk_full"), "not kept"));
    assert_eq!(causes(&error), ["cannot save the note", "no space left", "quota of 10 GB"]);
}

#[test]
fn a_wrapper_sees_code_and_causes_and_lets_them_through() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "inner", |hooks| {
        hooks.on(Hello, |_, _| Err(full_disk()));
    });
    add(&manager, "outer", |hooks| {
        hooks.wrap(Hello, |_, _, rest| {
            let results = rest.run();
            let error = results.as_ref().expect_err("the disk is full");
            assert_eq!((error.code(), causes(&**error).len()), (Some("disk_full"), 2));
            results
        });
    });
    let error = hello.call(&number(0)).unwrap_err();
    assert_eq!((&*error.plugin, error.kind, error.code()), ("inner", FailureKind::Failed, Some("disk_full")));
    assert_eq!(causes(&error).len(), 2);
}

/// Calls a hook of the host, and passes on what goes wrong.
struct Asking(Host);

impl Plugin for Asking {
    fn new(host: Host) -> Result<Self> {
        Ok(Self(host))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(Hello, |asking, number| Ok(asking.0.call(Ask, number.clone())?.len().try_into()?));
    }
}

#[test]
fn a_plugin_that_calls_a_hook_passes_on_code_and_causes() {
    let manager = manager();
    let (hello, _ask) = (manager.declare(Hello).unwrap(), manager.declare(Ask).unwrap());
    manager.register::<Asking>("asking").unwrap();
    add(&manager, "inner", |hooks| {
        hooks.on(Ask, |_, _| Err(full_disk()));
    });
    let error = hello.call(&number(0)).unwrap_err();
    let line = "plugin `asking` failed in hook `hello`: plugin `inner` failed in hook `ask`: cannot save the note";
    assert_eq!((error.to_string().as_str(), error.code()), (line, Some("disk_full")));
    assert_eq!(causes(&error), ["no space left", "quota of 10 GB"]);
}

#[test]
fn what_crosses_is_bounded() {
    #[derive(Debug, thiserror::Error)]
    #[error("{}", "x".repeat(1 << 20))]
    struct Endless;

    /// Its own cause.
    #[derive(Debug, thiserror::Error)]
    #[error("again")]
    struct Again(#[source] Option<Box<Again>>);
    let nested = (0..1000).fold(Again(None), |inner, _| Again(Some(Box::new(inner))));

    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| {
            Err(Failed::new("x".repeat(1 << 20)).with_source(Endless).with_code("a b\n".repeat(100)))
        });
    });
    let error = hello.call(&number(0)).unwrap_err();
    assert!(error.message.len() < 20_000 && causes(&error)[0].len() < 20_000);
    assert!(error.code().unwrap().len() <= 64 && error.code().unwrap().starts_with("a_b_"));
    assert_eq!(causes(&*Failed::from(nested)).len(), 16);
}

#[test]
fn text_of_others_is_shown_without_what_a_terminal_acts_upon() {
    const HOSTILE: &str = "\u{1b}[2Jgone\u{202e}\nsecond line";
    let shown = r"\u{1b}[2Jgone\u{202e}\nsecond line";
    let (manager, heard) = isolating();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Err(Failed::new(HOSTILE).with_source(io::Error::other(HOSTILE))));
    });
    hello.call(&number(0)).unwrap();
    let error = heard.failures().remove(0);
    assert_eq!(error.message, HOSTILE, "as it was said, for programs");
    assert_eq!(format!("{error:#}"), format!("plugin `a` failed in hook `hello`: {shown}: {shown}"));
    add(&manager, HOSTILE, |_| ());
    let error = manager.register_value(HOSTILE, crate::support::Scripted).unwrap_err();
    assert_eq!(error.to_string(), format!("a plugin named `{shown}` is registered already"));
}

#[test]
fn a_plugin_that_cannot_be_made_has_one_kind_of_error() {
    struct Unmade;
    impl Plugin for Unmade {
        fn new(_: Host) -> Result<Self> {
            Err(full_disk())
        }
        fn register(_: &mut Hooks<Self>) {}
    }
    fn start() -> std::result::Result<(), RegisterError> {
        let manager = manager();
        let _pick = manager.declare(Pick)?;
        manager.register::<Unmade>("unmade")
    }
    let error = start().unwrap_err();
    assert_eq!(error.to_string(), "plugin `unmade` failed while starting: cannot save the note");
    assert_eq!(error.code(), Some("disk_full"));
    assert_eq!(causes(&error), ["no space left", "quota of 10 GB"]);
}
