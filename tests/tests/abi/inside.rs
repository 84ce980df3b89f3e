//! Panics where no result could carry them: they stay on the side where they happen.

use std::cell::RefCell;

use fixture_interfaces::today::{Cake, CakeSource, OvenCold};
use hookspec::{Hooks, Host, Plugin, Result};

use crate::manager;

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("no more");
    }
}

impl CakeSource for PanicsWhenDropped {
    fn name(&self) -> &str {
        "never read"
    }
}

struct Capturing;

impl Plugin for Capturing {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        let captured = PanicsWhenDropped;
        hooks.on(OvenCold, move |_, _| {
            let _ = &captured;
            Ok(Some("cleaned".to_owned()))
        });
    }
}

#[test]
fn what_a_hookimpl_captured_may_panic_when_it_is_dropped() {
    let manager = manager();
    let _cold = manager.declare(OvenCold).unwrap();
    manager.register::<Capturing>("capturing").unwrap();
    assert!(manager.unregister("capturing").is_some());
}

#[test]
fn a_view_may_panic_when_it_is_dropped_at_the_end_of_its_thread() {
    thread_local! {
        static KEPT: RefCell<Option<Cake>> = const { RefCell::new(None) };
    }
    let thread = std::thread::spawn(|| KEPT.set(Some(Cake::new(PanicsWhenDropped))));
    assert!(thread.join().is_ok());
}
