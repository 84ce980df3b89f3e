//! Usage events between plugins of a host, without any library.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hookspec::{
    Hooks, Host, Plugin, Result,
    specs::{PropertyValue, Usage, UsageEvent},
};
use hookspec_host::{ErrorPolicy, HookCaller, HostServices, PluginManager};

use crate::support::{Goodbye, Hello, Log, number};

/// A host that lets plugins call its open hooks, or does not.
struct Services {
    allows: Arc<AtomicBool>,
}

impl HostServices for Services {
    fn name(&self) -> &str {
        "bakery"
    }

    fn version(&self) -> &str {
        "1"
    }

    fn allows_call(&self, plugin: &str, hook: &str) -> bool {
        assert_eq!((plugin, hook), ("raising", "usage_event"));
        self.allows.load(Ordering::Relaxed)
    }
}

/// Raises an event whenever it is greeted.
struct Raising(Host);

impl Plugin for Raising {
    fn new(host: Host) -> Result<Self> {
        Ok(Self(host))
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(Hello, |raising, argument| {
            let list = vec![1.into(), PropertyValue::None, vec!["deep".into()].into()];
            let properties = vec![("value", argument.value().into()), ("half", 0.5.into()), ("list", list.into())];
            Ok(i64::from(UsageEvent::raise(&raising.0, "greeted", properties, Some("/project"))))
        });
        hooks.on(Goodbye, |raising, _| {
            let usage = Usage::of("", "parted", Vec::new(), None);
            Ok(raising.0.call(UsageEvent, usage)?.contains(&true).into())
        });
    }
}

/// Records what it hears, or says that it does not.
struct Recording {
    log: Log,
    answer: bool,
}

impl Plugin for Recording {
    fn new(_: Host) -> Result<Self> {
        Ok(Self { log: Log::default(), answer: true })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(UsageEvent, |recording, event| {
            let (name, by) = (event.name(), event.raised_by());
            recording.log.add(format!("{name} by {by} at {:?}: {:?}", event.project_path(), event.properties()));
            Ok(recording.answer)
        });
    }
}

/// A manager with the hook, and whether plugins may call it.
fn bakery() -> (PluginManager, HookCaller<UsageEvent>, Arc<AtomicBool>) {
    let allows = Arc::new(AtomicBool::new(true));
    let manager = PluginManager::new(Services { allows: Arc::clone(&allows) }, ErrorPolicy::Propagate);
    let usage_event = manager.declare(UsageEvent).unwrap();
    (manager, usage_event, allows)
}

#[test]
fn an_event_raised_within_a_call_reaches_who_records_it() {
    let (manager, _, _) = bakery();
    let hello = manager.declare(Hello).unwrap();
    manager.register::<Raising>("raising").unwrap();
    assert_eq!(hello.call(&number(7)).unwrap(), [0], "nobody records it");

    let log = Log::default();
    manager.register_value("recording", Recording { log: log.clone(), answer: true }).unwrap();
    assert_eq!(hello.call(&number(7)).unwrap(), [1]);
    let expected = "greeted by raising at Some(\"/project\"): [(\"value\", Int(7)), (\"half\", Float(0.5)), \
                    (\"list\", List([Int(1), None, List([Text(\"deep\")])]))]";
    assert_eq!(log.take(), [expected]);

    manager.unregister("recording");
    assert_eq!(hello.call(&number(7)).unwrap(), [0]);
}

#[test]
fn an_event_is_recorded_when_one_of_those_who_hear_it_says_so() {
    let (manager, usage_event, _) = bakery();
    let event = Usage::of("", "opened", vec![("by", String::from("nobody").into())], None);
    let log = Log::default();
    manager.register_value("refusing", Recording { log: log.clone(), answer: false }).unwrap();
    assert_eq!(usage_event.call(&event).unwrap(), [false]);
    assert_eq!(log.take(), ["opened by  at None: [(\"by\", Text(\"nobody\"))]"]);
}

#[test]
fn a_host_that_does_not_have_the_hook_records_nothing() {
    struct Plain;
    impl HostServices for Plain {
        fn name(&self) -> &str {
            "plain"
        }
        fn version(&self) -> &str {
            "1"
        }
    }
    let manager = PluginManager::new(Plain, ErrorPolicy::Propagate);
    let hello = manager.declare(Hello).unwrap();
    let goodbye = manager.declare(Goodbye).unwrap();
    manager.register::<Raising>("raising").unwrap();
    assert_eq!(hello.call(&number(1)).unwrap(), [0]);
    let error = goodbye.call(&number(1)).unwrap_err();
    assert_eq!(error.message, "this program has no hook `usage_event` that plugins may call");
}

#[test]
fn a_host_may_refuse_a_call_of_a_plugin() {
    let (manager, _, allows) = bakery();
    let goodbye = manager.declare(Goodbye).unwrap();
    manager.register::<Raising>("raising").unwrap();
    manager.register_value("recording", Recording { log: Log::default(), answer: true }).unwrap();
    assert_eq!(goodbye.call(&number(1)).unwrap(), [1]);
    allows.store(false, Ordering::Relaxed);
    let error = goodbye.call(&number(1)).unwrap_err();
    assert_eq!(error.message, "this program does not let plugins call the hook `usage_event` now");
}

#[test]
fn a_call_of_a_hook_that_differs_is_refused_with_the_difference() {
    mod other {
        hookspec::hookspecs! {
            /// Its answer is another.
            pub hook UsageEvent = "usage_event" fn(hookspec::specs::Usage) -> i64, open;
        }
    }
    struct Other(Host);
    impl Plugin for Other {
        fn new(host: Host) -> Result<Self> {
            Ok(Self(host))
        }
        fn register(hooks: &mut Hooks<Self>) {
            hooks.on(Hello, |other, _| {
                Ok(other.0.call(other::UsageEvent, Usage::of("", "x", Vec::new(), None)).map(|_| 0)?)
            });
        }
    }
    let (manager, _, _) = bakery();
    let hello = manager.declare(Hello).unwrap();
    manager.register::<Other>("raising").unwrap();
    let error = hello.call(&number(1)).unwrap_err();
    assert_eq!(
        error.message,
        "cannot call hook `usage_event`: its output is `bool` in the host but `i64` in the plugin"
    );
}

#[test]
fn plugins_that_answer_each_other_for_ever_get_an_error() {
    struct Echo(Host);
    impl Plugin for Echo {
        fn new(host: Host) -> Result<Self> {
            Ok(Self(host))
        }
        fn register(hooks: &mut Hooks<Self>) {
            hooks.on(UsageEvent, |echo, usage| {
                Ok(echo.0.call(UsageEvent, Usage::of("", usage.name(), Vec::new(), None)).map(|_| true)?)
            });
        }
    }
    let (manager, usage_event, _) = bakery();
    manager.register::<Echo>("raising").unwrap();
    let error = usage_event.call(&Usage::of("", "again", Vec::new(), None)).unwrap_err();
    assert!(error.message.contains("plugins call one another 16 times already"), "{}", error.message);
}

#[test]
fn a_plugin_knows_its_name_and_survives_its_host() {
    struct Keeps;
    impl Plugin for Keeps {
        fn new(host: Host) -> Result<Self> {
            assert_eq!(host.plugin(), "keeps");
            KEPT.set(Some(host));
            Ok(Self)
        }
        fn register(_: &mut Hooks<Self>) {}
    }
    thread_local! { static KEPT: std::cell::RefCell<Option<Host>> = const { std::cell::RefCell::new(None) }; }
    let (manager, usage_event, _) = bakery();
    manager.register::<Keeps>("keeps").unwrap();
    drop((manager, usage_event));
    let host = KEPT.take().unwrap();
    let error = host.call(UsageEvent, Usage::of("", "late", Vec::new(), None)).unwrap_err();
    assert_eq!(error.to_string(), "the plugins of this program are gone");
}

#[test]
fn lists_that_are_too_deep_are_no_value() {
    let (manager, usage_event, _) = bakery();
    let log = Log::default();
    manager.register_value("recording", Recording { log: log.clone(), answer: true }).unwrap();
    let nest = |depth| (0..depth).fold(PropertyValue::from("x"), |value, _| vec![value].into());
    assert!(usage_event.call(&Usage::of("", "deep", vec![("a", nest(16))], None)).unwrap()[0]);
    assert!(log.take()[0].contains("\"x\""));
    let error = usage_event.call(&Usage::of("", "deeper", vec![("a", nest(17))], None)).unwrap_err();
    assert!(error.to_string().ends_with("a property's lists are too deep"), "{error}");
    assert!(log.take().is_empty());
}
