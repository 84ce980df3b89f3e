//! Plugins and hosts built against an older, today's and a newer interface, each with each. The
//! hosts are programs of their own.

use fixture_interfaces::{
    host::found,
    newer::CakeSold,
    older,
    today::{OvenCold, OvenReady},
};
use hookspec::{HookSpec, Host, HostSource, LogLevel, View, signature::check};
use tests::{artifacts, run, workspace};

use crate::{library, manager};

/// Each plugin under each host, and what the host prints: what the plugin saw is in the title.
const MEETINGS: [(&str, &str, &str); 9] = [
    ("older", "older", "\
title: bakery 1.2.3: 180 degrees, Sachertorte
minutes: 11
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
"),
    ("today", "older", "\
pending: oven_cold
title: bakery 1.2.3: 180 degrees, Sachertorte, None g, [\"the only shelf\"], None min
minutes: 40
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
"),
    ("newer", "older", "\
pending: cake_sold
pending: oven_cold
title: bakery 1.2.3 in unknown (asked: false): 180 degrees, Sachertorte, None g, [\"the only shelf\"], None min, None, [], Err(\"this oven has no notepad\")
minutes: 40
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
"),
    ("older", "today", "\
title: bakery 1.2.3: 180 degrees, Sachertorte
minutes: 11
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
cleans: None
"),
    ("today", "today", "\
title: bakery 1.2.3: 180 degrees, Sachertorte, Some(900) g, [\"upper\", \"lower\"], Some(41) min
minutes: 60
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
layer: jam under Some(\"glaze\")
layer: glaze under None
confirmed: Sachertorte Glazed { with: \"chocolate\" }
confirmed: Guglhupf Plain
cleans: Some(\"the baker of bakery\")
"),
    ("newer", "today", "\
pending: cake_sold
title: bakery 1.2.3 in unknown (asked: false): 180 degrees, Sachertorte, Some(900) g, [\"upper\", \"lower\"], Some(41) min, Some(\"silence\"), [], Err(\"this oven has no notepad\")
minutes: 60
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
layer: glaze under None
confirmed: Sachertorte Glazed { with: \"chocolate\" }
confirmed: Guglhupf Plain
confirmed: Linzer Other
cleans: Some(\"the baker of bakery\")
"),
    ("older", "newer", "\
title: bakery 1.2.3: 180 degrees, Sachertorte
minutes: 11
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
serve: error: this recipe serves nobody
cleans: None
sold: 0 answers
"),
    ("today", "newer", "\
title: bakery 1.2.3: 180 degrees, Sachertorte, Some(900) g, [\"upper\", \"lower\"], Some(41) min
minutes: 60
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
layer: jam of 0.5 mm under Some(\"glaze\")
layer: glaze of 0.5 mm under None
confirmed: Sachertorte Glazed { with: \"chocolate\" }, None, []
confirmed: Guglhupf Other, None, []
serve: error: this recipe serves nobody
cleans: Some(\"the baker of bakery\")
sold: 0 answers
"),
    ("newer", "newer", "\
note: hot
title: bakery 1.2.3 in unknown (asked: false): 180 degrees, Sachertorte, Some(900) g, [\"upper\", \"lower\"], Some(41) min, Some(\"ping\"), [\"Franz\"], Ok(1)
minutes: 60
ingredients: [(\"flour\", Some(150)), (\"salt\", None)]
layer: glaze of 2.5 mm under None
confirmed: Sachertorte Glazed { with: \"chocolate\" }, Some(\"red\"), [7, 7, 7]
confirmed: Guglhupf Dusted(20), Some(\"red\"), [7, 7, 7]
confirmed: Linzer Dusted(5), Some(\"gold\"), [1, 2]
serve: your cake, Franz
cleans: Some(\"the baker of bakery\")
sold: 1 answers
"),
];

#[test]
fn plugins_and_hosts_of_every_age_understand_each_other() {
    for (plugin, host, expected) in MEETINGS {
        let mut command = std::process::Command::new(artifacts().binary(&format!("{host}-host")));
        command.env_clear().current_dir(workspace()).arg(library(&format!("{plugin}_baker")));
        let output = run(&mut command);
        let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(printed, expected, "a plugin of the age `{plugin}` in a host of the age `{host}`: {errors}");
        assert!(output.status.success(), "{errors}");
    }
}

#[test]
fn a_hook_of_a_later_age_is_pending_until_it_is_declared() {
    let manager = manager();
    let _ready = manager.declare(OvenReady).unwrap();
    manager.load(&found(&library("newer_baker"))).unwrap();
    let hooks: Vec<String> = manager.pending().into_iter().map(|pending| pending.hook).collect();
    assert_eq!(hooks, [CakeSold::NAME, OvenCold::NAME]);

    let _cold = manager.declare(OvenCold).unwrap();
    let hooks: Vec<String> = manager.pending().into_iter().map(|pending| pending.hook).collect();
    assert_eq!(hooks, [CakeSold::NAME]);
}

#[test]
fn growth_holds_in_both_directions() {
    let ages =
        [older::OvenReady::signature(), OvenReady::signature(), fixture_interfaces::newer::OvenReady::signature()];
    for host in &ages {
        for plugin in &ages {
            assert_eq!(check(host, plugin), Ok(()));
        }
    }
}

/// A host of today, which is all that is known of it on the other side of the boundary.
struct Today;

#[rustfmt::skip]
impl HostSource for Today {
    fn name(&self) -> &str { "bakery" }
    fn version(&self) -> &str { "1.2.3" }
    fn runtime_name(&self) -> &str { "rust" }
    fn runtime_version(&self) -> &str { "1" }
    fn setting(&self, key: &str) -> Option<&str> { (key == "colour").then_some("blue") }
    fn log(&self, _: LogLevel, _: &str) {}
    fn notify(&self, _: &str) {}
    fn relaunch(&self, _: Vec<&str>) -> Result<(), hookspec::Error> { Ok(()) }
}

#[test]
fn a_service_that_the_host_does_not_have_yet_answers_with_its_fallback() {
    let host = fixture_interfaces::newer::Host::from_object(Host::new(Today).into_object());
    assert_eq!(host.setting("colour"), Some("blue"));
    assert_eq!(host.language(), "unknown");
    assert_eq!(host.ask("now?").unwrap_err().to_string(), "this program asks nothing");
}
