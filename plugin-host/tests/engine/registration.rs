//! Plugins coming and going: `test_pluginmanager.py`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hookspec::{Failed, Hooks, Host, Plugin, Result};
use hookspec_host::PluginManager;

use hookspec_host::HookImplFit;

use crate::support::{
    Configure, Goodbye, Hello, Log, Old, Scripted, add, add_hello, implementers, isolating, manager, number, try_add,
};

/// Hooks as another version of the interface has them.
mod other {
    hookspec::hookspecs! {
        /// Gives text.
        pub hook Hello = "hello" fn(crate::support::Number) -> String;
        /// Is not historic.
        pub hook Configure = "configure" fn(crate::support::Number) -> i64;
        /// A hook that no host here has.
        pub hook Unknown = "unknown" fn(crate::support::Number) -> i64;
    }
}

fn names(manager: &PluginManager) -> Vec<String> {
    manager.plugins().into_iter().map(|plugin| plugin.name).collect()
}

#[test]
fn a_name_is_taken_once() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "abc", 1);
    let error = try_add(&manager, "abc", |hooks| {
        hooks.on(Hello, |_, _| Ok(2));
    });
    assert_eq!(error.unwrap_err().to_string(), "a plugin named `abc` is registered already");
    assert_eq!(hello.call(&number(0)).unwrap(), [1], "the one that was there stays");
    add_hello(&manager, "def", 3);
    assert_eq!(names(&manager), ["abc", "def"]);
}

#[test]
fn plugins_are_looked_up_by_name() {
    let manager = manager();
    assert!(manager.plugins().is_empty() && manager.plugin("hello").is_none());
    add_hello(&manager, "other", 1);
    add_hello(&manager, "hello", 2);
    let found = manager.plugin("hello").expect("it is registered");
    assert_eq!((&*found.name, found.manifest, found.path), ("hello", None, None));
    assert_eq!(manager.unregister("other").expect("it was registered").name, "other");
    assert!(manager.plugin("other").is_none());
    assert_eq!(names(&manager), ["hello"]);
}

#[test]
fn a_plugin_need_not_have_hookimpls() {
    let manager = manager();
    add(&manager, "none", |_| {});
    assert!(manager.plugin("none").is_some() && manager.hookimpls().is_empty());
}

#[test]
fn unregistering_detaches_and_the_name_is_free_again() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    for answer in 1..=3 {
        add_hello(&manager, "hello", answer);
        assert_eq!(hello.call(&number(0)).unwrap(), [answer]);
        assert!(manager.unregister("hello").is_some());
        assert!(hello.call(&number(0)).unwrap().is_empty());
        assert!(manager.plugin("hello").is_none());
    }
}

#[test]
fn unregistering_who_is_not_there_touches_no_one() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "a", 1);
    assert_eq!(manager.unregister("b"), None);
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    manager.unregister("a");
    assert_eq!(manager.unregister("a"), None);
}

#[test]
fn unregistering_takes_every_hookimpl_of_the_plugin() {
    let manager = manager();
    let (hello, goodbye) = (manager.declare(Hello).unwrap(), manager.declare(Goodbye).unwrap());
    add(&manager, "several", |hooks| {
        hooks.on(Hello, |_, number| Ok(number.value() + 1));
        hooks.on(Hello, |_, number| Ok(number.value() + 100));
        hooks.on(Goodbye, |_, number| Ok(number.value() + 200));
    });
    assert_eq!(hello.call(&number(3)).unwrap(), [103, 4]);
    assert_eq!(goodbye.call(&number(3)).unwrap(), [203]);
    manager.unregister("several");
    assert!(hello.call(&number(3)).unwrap().is_empty() && goodbye.call(&number(3)).unwrap().is_empty());
    assert!(manager.hookimpls().is_empty());
}

#[test]
fn a_plugin_registered_again_comes_first() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "a", 1);
    add_hello(&manager, "b", 2);
    manager.unregister("a");
    add_hello(&manager, "a", 1);
    assert_eq!(hello.call(&number(0)).unwrap(), [1, 2]);
}

#[test]
fn a_blocked_name_is_refused_and_the_plugin_that_has_it_goes() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "bad", 1);
    assert!(!manager.is_blocked("bad"));
    manager.block("bad");
    assert!(manager.is_blocked("bad") && manager.plugin("bad").is_none());
    assert!(hello.call(&number(0)).unwrap().is_empty());
    assert_eq!(try_add(&manager, "bad", |_| {}).unwrap_err().to_string(), "the plugin `bad` is blocked");
    assert_eq!(manager.unregister("bad"), None);
    assert!(manager.is_blocked("bad"), "unregistering does not unblock");
}

#[test]
fn a_name_may_be_blocked_before_there_is_a_plugin() {
    let manager = manager();
    manager.block("later");
    manager.block("later");
    assert!(try_add(&manager, "later", |_| {}).is_err());
    assert!(manager.plugins().is_empty());
}

#[test]
fn an_unblocked_name_may_be_registered() {
    let manager = manager();
    manager.block("name");
    assert!(!manager.unblock("other"));
    assert!(manager.unblock("name"));
    assert!(!manager.unblock("name") && !manager.is_blocked("name"));
    add(&manager, "name", |_| {});
}

#[test]
fn a_plugin_whose_name_is_refused_is_not_even_made() {
    struct Costly;
    impl Plugin for Costly {
        fn new(_: Host) -> Result<Self> {
            panic!("made")
        }
        fn register(_: &mut Hooks<Self>) {}
    }
    let manager = manager();
    manager.block("bad");
    assert_eq!(manager.register::<Costly>("bad").unwrap_err().to_string(), "the plugin `bad` is blocked");
    add_hello(&manager, "taken", 1);
    assert!(manager.register::<Costly>("taken").unwrap_err().to_string().contains("registered already"));
}

#[test]
fn a_plugin_that_cannot_be_made_is_not_registered() {
    struct Broken;
    impl Plugin for Broken {
        fn new(_: Host) -> Result<Self> {
            Err(Failed::new("no oven"))
        }
        fn register(_: &mut Hooks<Self>) {}
    }
    struct Panics;
    impl Plugin for Panics {
        fn new(_: Host) -> Result<Self> {
            panic!("no flour")
        }
        fn register(_: &mut Hooks<Self>) {}
    }
    let manager = manager();
    assert_eq!(
        manager.register::<Broken>("broken").unwrap_err().to_string(),
        "plugin `broken` failed while starting: no oven"
    );
    let error = manager.register::<Panics>("panics").unwrap_err();
    assert!(error.to_string().starts_with("plugin `panics` panicked while starting: no flour"), "{error}");
    let error = try_add(&manager, "panics", |_| panic!("no sugar")).unwrap_err();
    assert!(error.to_string().starts_with("plugin `panics` panicked while starting: no sugar"), "{error}");
    assert!(manager.plugins().is_empty());
}

#[test]
fn a_hookimpl_that_does_not_fit_refuses_its_plugin() {
    let manager = manager();
    manager.declare(Hello).unwrap();
    let error = try_add(&manager, "misfit", |hooks| {
        hooks.on(other::Hello, |_, _| Ok(String::new()));
    });
    let expected = format!(
        "plugin `misfit` does not fit hook `hello`: its output is `i64` in the host but `string` in the plugin; \
         both are of hookspec-host {}, so build misfit again",
        hookspec::VERSION
    );
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn a_refused_plugin_leaves_nothing_behind() {
    let manager = manager();
    let (goodbye, _) = (manager.declare(Goodbye).unwrap(), manager.declare(Hello).unwrap());
    add(&manager, "stays", |hooks| {
        hooks.on(Goodbye, |_, _| Ok(1));
    });
    let refused = try_add(&manager, "misfit", |hooks| {
        hooks.on(other::Unknown, |_, _| Ok(0));
        hooks.on(Goodbye, |_, _| Ok(2));
        hooks.on(other::Hello, |_, _| Ok(String::new()));
    });
    assert!(refused.is_err());
    assert_eq!(names(&manager), ["stays"]);
    assert_eq!(manager.hookimpls().len(), 1);
    assert!(manager.pending().is_empty());
    assert_eq!(goodbye.call(&number(0)).unwrap(), [1]);
    add_hello(&manager, "misfit", 3);
}

#[test]
fn hookimpls_registered_earlier_are_checked_when_the_hook_is_declared() {
    let manager = manager();
    add(&manager, "misfit", |hooks| {
        hooks.on(other::Hello, |_, _| Ok(String::new()));
    });
    assert!(manager.declare(Hello).unwrap_err().to_string().starts_with("plugin `misfit` does not fit hook `hello`"));
    manager.unregister("misfit");
    assert!(manager.declare(Hello).unwrap().call(&number(0)).unwrap().is_empty());
}

/// pluggy's `test_hook_conflict`; the same declaration again is no conflict here.
#[test]
fn a_hook_is_declared_in_one_way_only() {
    let manager = manager();
    manager.declare(Hello).unwrap();
    manager.declare(Configure).unwrap();
    let error = manager.declare(other::Hello).unwrap_err();
    assert_eq!(error.to_string(), "hook `hello` is declared already, and not in the same way");
    assert!(manager.declare(other::Configure).is_err());
    assert!(manager.declare(Hello).is_ok());
}

#[test]
fn callers_of_one_hook_see_the_same_plugins() {
    let manager = manager();
    let (one, two) = (manager.declare(Hello).unwrap(), manager.declare(Hello).unwrap());
    add_hello(&manager, "a", 1);
    assert_eq!(one.call(&number(0)).unwrap(), two.clone().call(&number(0)).unwrap());
    assert_eq!(format!("{one:?}"), "HookCaller(hello)");
}

#[test]
fn a_hookimpl_of_a_hook_that_is_not_declared_is_pending() {
    let manager = manager();
    assert!(manager.check_pending().is_ok());
    add(&manager, "new", |hooks| {
        hooks.on(other::Unknown, |_, _| Ok(0));
    });
    let expected = "plugin `new` implements hook `unknown`, which this program does not have";
    assert_eq!(manager.check_pending().unwrap_err().to_string(), expected);
    let [pending] = &manager.pending()[..] else { panic!("one is pending") };
    assert_eq!((&*pending.plugin, &*pending.hook, &pending.fit), ("new", "unknown", &HookImplFit::Pending));
    manager.declare(other::Unknown).unwrap();
    assert!(manager.check_pending().is_ok() && manager.pending().is_empty());
}

#[test]
fn an_optional_hookimpl_is_not_pending() {
    let manager = manager();
    add(&manager, "new", |hooks| {
        hooks.on(other::Unknown, |_, _| Ok(0)).optional();
    });
    assert!(manager.check_pending().is_ok());
    assert!(manager.hookimpls()[0].options.is_optional);
}

impl Scripted {
    #[allow(clippy::unused_self, reason = "a method is what is tested")]
    fn quite_another_name(&self, number: &crate::support::Number) -> Result<i64> {
        Ok(number.value() + 1)
    }
}

#[test]
fn a_hookimpl_may_be_a_function_of_any_name() {
    fn free(_: &Scripted, number: &crate::support::Number) -> Result<i64> {
        Ok(number.value() + 2)
    }
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, Scripted::quite_another_name);
        hooks.on(Hello, free);
    });
    assert_eq!(hello.call(&number(3)).unwrap(), [5, 4]);
}

#[test]
fn hookimpls_are_listed_with_their_options() {
    let manager = manager();
    manager.declare(Hello).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on(Hello, |_, _| Ok(0)).try_first().before("b").after("c");
        hooks.wrap(Hello, |_, _, rest| rest.run()).try_last();
    });
    let hookimpls = manager.hookimpls();
    let options: Vec<Vec<_>> = hookimpls.iter().map(|info| info.options.pairs().collect()).collect();
    assert_eq!(
        options,
        [vec![("try_first", ""), ("before", "b"), ("after", "c")], vec![("try_last", ""), ("wrapper", "")]]
    );
}

#[test]
fn hookimpls_are_listed_by_hook_in_the_order_of_registration() {
    let manager = manager();
    for hook in ["hello", "goodbye"] {
        assert!(implementers(&manager, hook).is_empty());
    }
    manager.declare(Hello).unwrap();
    add(&manager, "1", |hooks| {
        hooks.on(Hello, |_, _| Ok(0)).try_last();
        hooks.on(Goodbye, |_, _| Ok(0));
    });
    add_hello(&manager, "2", 0);
    add(&manager, "no", |_| {});
    assert_eq!(implementers(&manager, "hello"), ["1", "2"]);
    assert_eq!(implementers(&manager, "goodbye"), ["1"]);
    let hooks_of_1: Vec<_> =
        manager.hookimpls().into_iter().filter(|info| info.plugin == "1").map(|info| info.hook).collect();
    assert_eq!(hooks_of_1, ["goodbye", "hello"]);
}

#[test]
fn implementing_a_deprecated_hook_warns_once_for_each_hookimpl() {
    let (manager, heard) = isolating();
    manager.declare(Old).unwrap();
    add(&manager, "late", |hooks| {
        hooks.on(Old, |_, _| Ok(0));
        hooks.on(Old, |_, _| Ok(0));
        hooks.on(Hello, |_, _| Ok(0));
    });
    let warning = "Warn late: implements hook `old`, which is deprecated: use `hello`";
    assert_eq!(heard.log.take(), [warning, warning]);
    manager.declare(Old).unwrap().call(&number(0)).unwrap();
    assert!(heard.log.take().is_empty(), "neither declaring it again nor calling it warns");
}

#[test]
fn who_came_before_the_hook_was_declared_is_warned_too() {
    let (manager, heard) = isolating();
    add(&manager, "early", |hooks| {
        hooks.on(Old, |_, _| Ok(0));
    });
    assert!(heard.log.take().is_empty());
    manager.declare(Old).unwrap();
    assert_eq!(heard.log.take(), ["Warn early: implements hook `old`, which is deprecated: use `hello`"]);
}

#[test]
fn a_refused_plugin_is_not_warned() {
    let (manager, heard) = isolating();
    manager.declare(Old).unwrap();
    manager.declare(Hello).unwrap();
    let refused = try_add(&manager, "misfit", |hooks| {
        hooks.on(Old, |_, _| Ok(0));
        hooks.on(other::Hello, |_, _| Ok(String::new()));
    });
    assert!(refused.is_err() && heard.log.take().is_empty());
    manager.block("blocked");
    assert!(
        try_add(&manager, "blocked", |hooks| {
            hooks.on(Old, |_, _| Ok(0));
        })
        .is_err()
    );
    assert!(heard.log.take().is_empty());
}

/// pluggy's `test_register_while_calling[False]`.
#[test]
fn a_call_is_not_affected_by_registrations_in_its_midst() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "1", 1);
    let (registers, done) = (Arc::downgrade(&manager), AtomicBool::new(false));
    add(&manager, "2", move |hooks| {
        hooks.on(Hello, move |_, _| {
            if !done.swap(true, Ordering::Relaxed) {
                let manager = registers.upgrade().expect("the manager is being used");
                add(&manager, "4", |hooks| {
                    hooks.on(Hello, |_, _| Ok(4)).try_first();
                });
                add_hello(&manager, "5", 5);
                add(&manager, "6", |hooks| {
                    hooks.on(Hello, |_, _| Ok(6)).try_last();
                });
            }
            Ok(2)
        });
    });
    add_hello(&manager, "3", 3);
    assert_eq!(hello.call(&number(0)).unwrap(), [3, 2, 1]);
    assert_eq!(hello.call(&number(0)).unwrap(), [4, 5, 3, 2, 1, 6]);
}

#[test]
fn a_call_is_not_affected_by_who_leaves_in_its_midst() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add_hello(&manager, "1", 1);
    let leaves = Arc::downgrade(&manager);
    add(&manager, "2", move |hooks| {
        hooks.on(Hello, move |_, _| {
            let manager = leaves.upgrade().expect("the manager is being used");
            manager.unregister("1");
            manager.block("2");
            Ok(2)
        });
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [2, 1]);
    assert!(hello.call(&number(0)).unwrap().is_empty());
}

#[test]
fn a_plugin_is_dropped_when_it_is_unregistered_and_may_use_the_manager_then() {
    struct Last(Arc<PluginManager>, Log);
    impl Drop for Last {
        fn drop(&mut self) {
            self.1.add(format!("dropped, {} left", self.0.plugins().len()));
            self.0.block("dropped");
            panic!("in drop");
        }
    }
    let (manager, log) = (manager(), Log::default());
    let hello = manager.declare(Hello).unwrap();
    let last = Last(Arc::clone(&manager), log.clone());
    add(&manager, "a", move |hooks| {
        hooks.on(Hello, move |_, _| {
            let _ = &last;
            Ok(1)
        });
    });
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
    manager.unregister("a");
    assert_eq!(log.take(), ["dropped, 0 left"]);
    assert!(manager.is_blocked("dropped"));
    assert!(hello.call(&number(0)).unwrap().is_empty());
}

#[test]
fn a_refused_plugin_is_dropped_and_may_use_the_manager_then() {
    struct Last(Arc<PluginManager>, Log);
    impl Drop for Last {
        fn drop(&mut self) {
            self.1.add(format!("dropped, {} there", self.0.plugins().len()));
        }
    }
    let (manager, log) = (manager(), Log::default());
    manager.declare(Hello).unwrap();
    add_hello(&manager, "taken", 1);
    for name in ["taken", "misfit"] {
        let last = Last(Arc::clone(&manager), log.clone());
        let refused = try_add(&manager, name, move |hooks| {
            hooks.on(other::Hello, move |_, _| {
                let _ = &last;
                Ok(String::new())
            });
        });
        assert!(refused.is_err());
    }
    assert_eq!(log.take(), ["dropped, 1 there", "dropped, 1 there"]);
}

#[test]
fn a_plugin_with_hookimpls_without_number_is_refused() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    // Wrappers are called within one another.
    let many = try_add(&manager, "many", |hooks| {
        for _ in 0..100_000 {
            hooks.wrap(Hello, |_, _, rest| rest.run());
        }
    });
    assert_eq!(many.unwrap_err().to_string(), "plugin `many` has more than 256 hookimpls");
    let placed = try_add(&manager, "placed", |hooks| {
        let mut hookimpl = hooks.on(Hello, |_, _| Ok(1));
        for other in 0..100_000 {
            hookimpl = hookimpl.before(&format!("other-{other}"));
        }
    });
    let problem = "plugin `placed` has more than 64 plugins that a hookimpl is to be called before or after";
    assert_eq!(placed.unwrap_err().to_string(), problem);
    assert!(names(&manager).is_empty());
    assert!(hello.call(&number(0)).unwrap().is_empty());
}

#[test]
fn as_many_wrappers_as_there_may_be_are_called() {
    let manager = manager();
    let hello = manager.declare(Hello).unwrap();
    add(&manager, "wrapping", |hooks| {
        for _ in 0..256 {
            hooks.wrap(Hello, |_, _, rest| rest.run());
        }
    });
    add_hello(&manager, "plain", 1);
    assert_eq!(hello.call(&number(0)).unwrap(), [1]);
}
