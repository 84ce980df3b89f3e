//! Arguments that come with time: pluggy's `TestHookspecDefaultArgumentValue`. Here an argument is
//! a view, and what is added to it has a fallback.

use hookspec::{HookSpec, Hooks};
use hookspec_host::ExtraHookImpl;

use crate::support::{Scripted, add, manager, try_add};

/// The interface at first.
mod old {
    hookspec::views! {
        /// What is greeted.
        pub view Guest of GuestSource {
            /// By name.
            fn name(&self) -> String;
        }
    }
    hookspec::hookspecs! {
        #![interface("guests", "1.0.0")]
        /// Greets.
        pub hook Greet = "greet" fn(Guest) -> String;
        /// Tells of who was there before.
        pub hook Arrived = "arrived" fn(Guest) -> String, historic;
    }
}

/// The interface later.
mod new {
    hookspec::views! {
        /// What is greeted.
        pub view Guest of GuestSource {
            /// By name.
            fn name(&self) -> String;
            /// Added later.
            fn title(&self) -> String { "dear".to_owned() }
        }
    }
    hookspec::hookspecs! {
        #![interface("guests", "1.1.0")]
        /// Greets.
        pub hook Greet = "greet" fn(Guest) -> String;
        /// Tells of who was there before.
        pub hook Arrived = "arrived" fn(Guest) -> String, historic;
    }
}

/// The interface later, made by someone who forgot the fallback.
mod careless {
    hookspec::views! {
        /// What is greeted.
        pub view Guest of GuestSource {
            /// By name.
            fn name(&self) -> String;
            /// Added later.
            fn title(&self) -> String;
        }
    }
    hookspec::hookspecs! {
        #![interface("guests", "1.2.0")]
        /// Greets.
        pub hook Greet = "greet" fn(Guest) -> String;
    }
}

struct Ann;

impl old::GuestSource for Ann {
    fn name(&self) -> String {
        "Ann".to_owned()
    }
}

impl new::GuestSource for Ann {
    fn name(&self) -> String {
        "Ann".to_owned()
    }
}

struct DoctorAnn;

impl new::GuestSource for DoctorAnn {
    fn name(&self) -> String {
        "Ann".to_owned()
    }
    fn title(&self) -> String {
        "Doctor".to_owned()
    }
}

fn greet_as_of_old(hooks: &mut Hooks<Scripted>) {
    hooks.on(old::Greet, |_, guest| Ok(guest.name()));
}

fn greet_as_of_new(hooks: &mut Hooks<Scripted>) {
    hooks.on(new::Greet, |_, guest| Ok(format!("{} {}", guest.title(), guest.name())));
}

#[test]
fn old_and_new_plugins_serve_a_new_host() {
    let manager = manager();
    let greet = manager.declare(new::Greet).unwrap();
    add(&manager, "new", greet_as_of_new);
    add(&manager, "old", greet_as_of_old);
    assert_eq!(greet.call(&new::Guest::new(Ann)).unwrap(), ["Ann", "dear Ann"]);
    assert_eq!(greet.call(&new::Guest::new(DoctorAnn)).unwrap(), ["Ann", "Doctor Ann"]);
}

#[test]
fn a_new_plugin_in_an_old_host_gets_its_own_fallback() {
    let manager = manager();
    let greet = manager.declare(old::Greet).unwrap();
    add(&manager, "new", greet_as_of_new);
    add(&manager, "wraps", |hooks| {
        hooks.wrap(new::Greet, |_, guest, rest| Ok([vec![guest.title()], rest.run()?].concat()));
    });
    assert_eq!(greet.call(&old::Guest::new(Ann)).unwrap(), ["dear", "dear Ann"]);
}

#[test]
fn a_new_plugin_without_a_fallback_is_refused_by_an_old_host() {
    let manager = manager();
    manager.declare(old::Greet).unwrap();
    let error = try_add(&manager, "careless", |hooks| {
        hooks.on(careless::Greet, |_, guest| Ok(guest.title()));
    });
    let expected = "plugin `careless` does not fit hook `greet`: the plugin needs `Guest::title`, which the host lacks; \
        update this program: it has guests 1.0.0, careless is for 1.2.0";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn a_hook_declared_after_the_plugin_gives_what_it_has() {
    let manager = manager();
    add(&manager, "new", greet_as_of_new);
    let greet = manager.declare(new::Greet).unwrap();
    assert_eq!(greet.call(&new::Guest::new(DoctorAnn)).unwrap(), ["Doctor Ann"]);
}

#[test]
fn a_replay_gives_what_each_call_had() {
    let (manager, log) = (manager(), crate::support::Log::default());
    let arrived = manager.declare(new::Arrived).unwrap();
    for guest in [new::Guest::new(Ann), new::Guest::new(DoctorAnn)] {
        let log = log.clone();
        arrived.call_historic(guest, move |said| log.add(said)).unwrap();
    }
    add(&manager, "late", |hooks| {
        hooks.on(new::Arrived, |_, guest| Ok(guest.title()));
    });
    assert_eq!(log.take(), ["dear", "Doctor"]);
}

#[test]
fn an_extra_hookimpl_gets_what_the_call_has() {
    let greet = manager().declare(new::Greet).unwrap();
    let extra = || ExtraHookImpl::new("extra", |guest: &new::Guest| Ok(guest.title()));
    assert_eq!(greet.call_extra(&new::Guest::new(Ann), [extra()]).unwrap(), ["dear"]);
    assert_eq!(greet.call_extra(&new::Guest::new(DoctorAnn), [extra()]).unwrap(), ["Doctor"]);
}

/// pluggy's `warn_on_impl_args`: who reads what is deprecated hears of it from the compiler, which
/// this `expect` holds it to.
#[test]
fn reading_a_deprecated_argument_warns_its_reader_only() {
    mod aged {
        hookspec::views! {
            /// What is greeted.
            pub view Guest of GuestSource {
                /// By name.
                fn name(&self) -> String;
                /// Of no use any more.
                #[deprecated = "nobody has one"]
                fn fax(&self) -> Option<String> { None }
            }
        }
        hookspec::hookspecs! {
            /// Greets.
            pub hook Greet = "greet" fn(Guest) -> String;
        }
    }
    struct Ann;
    impl aged::GuestSource for Ann {
        fn name(&self) -> String {
            "Ann".to_owned()
        }
    }
    let manager = manager();
    let greet = manager.declare(aged::Greet).unwrap();
    add(&manager, "old-fashioned", |hooks| {
        #[expect(deprecated, reason = "it is what is tested")]
        hooks.on(aged::Greet, |_, guest| Ok(guest.fax().unwrap_or_else(|| guest.name())));
    });
    assert_eq!(greet.call(&aged::Guest::new(Ann)).unwrap(), ["Ann"]);
}

#[test]
fn a_hook_says_what_it_is() {
    assert_eq!((new::Greet::NAME, new::Greet::HISTORIC, new::Greet::DEPRECATED), ("greet", false, None));
    assert_eq!((new::Arrived::NAME, new::Arrived::HISTORIC), ("arrived", true));
    assert!(!new::Greet::signature().first_result && crate::support::Pick::signature().first_result);
    assert_eq!(crate::support::Old::DEPRECATED, Some("use `hello`"));
}
