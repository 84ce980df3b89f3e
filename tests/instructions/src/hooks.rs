//! Hook calls, by how many plugins have a hookimpl.

use std::{
    env,
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering},
};

use hookspec::{Hooks, Host, Plugin, Result};
use hookspec_host::{ErrorPolicy, PluginManager};

use crate::{counted, done::Done, services::Services};

/// A variable that has each hookimpl do more, so that a test sees that this is found.
const SLOWED: &str = "INSTRUCTIONS_SLOWED";

hookspec::views! {
    /// Arguments of the hooks.
    pub view Numbers of NumbersSource {
        /// A number.
        fn first(&self) -> i64;
    }
}

hookspec::hookspecs! {
    /// No answer.
    pub hook Tick = "tick" fn(Numbers);
    /// An answer of each hookimpl.
    pub hook Answer = "answer" fn(Numbers) -> i64;
    /// Each hookimpl works on what the one before it has made.
    pub hook Add = "add" fn(number: i64) -> i64, fold;
}

struct One;

impl NumbersSource for One {
    fn first(&self) -> i64 {
        1
    }
}

/// How many hookimpls of a hook a plugin has.
static EACH: AtomicUsize = AtomicUsize::new(1);
/// As many as a plugin has where there are many: registering ten thousand plugins takes long under
/// callgrind.
const MANY: usize = 50;

struct Counter {
    is_slowed: bool,
}

impl Plugin for Counter {
    fn new(_: Host) -> Result<Self> {
        Ok(Self { is_slowed: env::var_os(SLOWED).is_some() })
    }

    fn register(hooks: &mut Hooks<Self>) {
        for _ in 0..EACH.load(Ordering::Relaxed) {
            hooks.on(Tick, |_, _| Ok(()));
            hooks.on(Answer, |counter: &Self, _| Ok(if counter.is_slowed { needless_work() } else { 1 }));
            hooks.on(Add, |_, (number,)| Ok(number + 1));
        }
    }
}

#[inline(never)]
fn needless_work() -> i64 {
    let mut left = 200;
    while black_box(left) > 1 {
        left -= 1;
    }
    left
}

fn manager(plugins: usize) -> std::result::Result<PluginManager, Box<dyn std::error::Error>> {
    let manager = PluginManager::new(Services("instructions"), ErrorPolicy::Propagate);
    for index in 0..plugins {
        manager.register::<Counter>(&format!("counter{index}"))?;
    }
    Ok(manager)
}

/// So many hookimpls, of as many plugins where those are few.
fn with_hookimpls(hookimpls: usize) -> std::result::Result<PluginManager, Box<dyn std::error::Error>> {
    if hookimpls <= 10 * MANY || !hookimpls.is_multiple_of(MANY) {
        return manager(hookimpls);
    }
    EACH.store(MANY, Ordering::Relaxed);
    manager(hookimpls / MANY)
}

/// Registering so many plugins, in a host that has declared a hook.
pub fn register(plugins: usize, times: usize) -> Done {
    let mut failed = 0;
    for _ in 0..times {
        let manager = manager(0)?;
        manager.declare(Answer)?;
        counted::part(plugins, |index| {
            failed += usize::from(manager.register::<Counter>(&format!("counter{index}")).is_err());
        });
    }
    all_good(failed)
}

/// Calls of a hook that gives nothing.
pub fn without_answer(hookimpls: usize, times: usize) -> Done {
    let manager = with_hookimpls(hookimpls)?;
    let tick = manager.declare(Tick)?;
    let numbers = Numbers::new(One);
    let mut failed = 0;
    counted::part(times, |_| failed += usize::from(tick.call(black_box(&numbers)).is_err()));
    all_good(failed)
}

/// Calls of a hook to which each plugin gives a number.
pub fn with_answer(hookimpls: usize, times: usize) -> Done {
    let manager = with_hookimpls(hookimpls)?;
    let answer = manager.declare(Answer)?;
    let numbers = Numbers::new(One);
    let mut failed = 0;
    counted::part(times, |_| {
        let answers = answer.call(black_box(&numbers));
        failed += usize::from(!answers.is_ok_and(|answers| answers.len() == hookimpls));
    });
    all_good(failed)
}

/// Calls of a hook in which a number goes through all plugins.
pub fn fold(hookimpls: usize, times: usize) -> Done {
    let manager = with_hookimpls(hookimpls)?;
    let add = manager.declare(Add)?;
    let mut sum = 0;
    counted::part(times, |_| sum += add.call(black_box(&(1,))).unwrap_or_default());
    let is_right = usize::try_from(sum).is_ok_and(|sum| sum == times * (hookimpls + 1));
    if is_right { Ok(()) } else { Err(format!("the sum of all calls is {sum}").into()) }
}

fn all_good(failed: usize) -> Done {
    if failed == 0 { Ok(()) } else { Err(format!("{failed} calls have failed").into()) }
}
