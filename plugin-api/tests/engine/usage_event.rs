//! Usage events between plugins of a host, without any library.

use std::sync::{Arc, OnceLock, Weak};

use hookspec::{
    Hooks, Host, Plugin, Result,
    manager::{ErrorPolicy, HookCaller, HostServices, PluginManager},
    specs::{PropertyValue, Usage, UsageEvent},
};

use crate::support::{Hello, Log, number};

type Link = Arc<OnceLock<Weak<HookCaller<UsageEvent>>>>;

struct Services(Link);

impl HostServices for Services {
    fn name(&self) -> &str {
        "bakery"
    }

    fn version(&self) -> &str {
        "1"
    }

    fn usage_event(&self, event: &Usage) -> bool {
        let hook = self.0.get().and_then(Weak::upgrade);
        hook.is_some_and(|hook| hook.call(event).is_ok_and(|answers| answers.contains(&true)))
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
            Ok(i64::from(raising.0.usage_event("greeted", properties, Some("/project"))))
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

/// A manager whose services know the hook, and what they know it by.
fn bakery() -> (PluginManager, Arc<HookCaller<UsageEvent>>) {
    let link = Link::default();
    let manager = PluginManager::new(Services(Arc::clone(&link)), ErrorPolicy::Propagate);
    let usage_event = Arc::new(manager.declare(UsageEvent).unwrap());
    link.set(Arc::downgrade(&usage_event)).unwrap();
    (manager, usage_event)
}

#[test]
fn an_event_raised_within_a_call_reaches_who_records_it() {
    let (manager, _usage_event) = bakery();
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
    let (manager, usage_event) = bakery();
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
    manager.register::<Raising>("raising").unwrap();
    assert_eq!(hello.call(&number(1)).unwrap(), [0]);
}

#[test]
fn lists_that_are_too_deep_are_no_value() {
    let (manager, usage_event) = bakery();
    let log = Log::default();
    manager.register_value("recording", Recording { log: log.clone(), answer: true }).unwrap();
    let nest = |depth| (0..depth).fold(PropertyValue::from("x"), |value, _| vec![value].into());
    assert!(usage_event.call(&Usage::of("", "deep", vec![("a", nest(16))], None)).unwrap()[0]);
    assert!(log.take()[0].contains("\"x\""));
    assert!(usage_event.call(&Usage::of("", "deeper", vec![("a", nest(17))], None)).unwrap()[0]);
    assert_eq!(log.take(), ["deeper by  at None: []"]);
}
