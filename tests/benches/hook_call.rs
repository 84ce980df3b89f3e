//! What a hook call costs, by the number of hookimpls, against a bare call through a pointer.
#![allow(missing_docs, clippy::unwrap_used, reason = "criterion writes public items; a bench that cannot go on fails")]
#![allow(non_local_definitions, clippy::used_underscore_binding, reason = "what `sabi_trait` writes")]

use std::hint::black_box;

use abi_stable::{sabi_trait, sabi_trait::TD_Opaque, std_types::RBox};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hookspec::{Hooks, Host, Plugin, Result};
use hookspec_host::{ErrorPolicy, HookCaller, HostServices, PluginManager};

hookspec::views! {
    /// Arguments of the benched hook.
    pub view Numbers of NumbersSource {
        /// A number.
        fn first(&self) -> i64;
    }
}

hookspec::hookspecs! {
    /// The benched hook: no answer.
    pub hook Tick = "tick" fn(Numbers);
    /// The benched hook: an answer of each hookimpl.
    pub hook Answer = "answer" fn(Numbers) -> i64;
}

struct Services;

impl HostServices for Services {
    fn name(&self) -> &str {
        "bench"
    }

    fn version(&self) -> &str {
        "0"
    }
}

struct Given(i64);

impl NumbersSource for Given {
    fn first(&self) -> i64 {
        self.0
    }
}

struct Counter;

impl Plugin for Counter {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(Tick, |_, _| Ok(()));
        hooks.on(Answer, |_, _| Ok(1));
    }
}

fn callers(plugins: usize) -> (HookCaller<Tick>, HookCaller<Answer>) {
    let manager = PluginManager::new(Services, ErrorPolicy::Propagate);
    let callers = (manager.declare(Tick).unwrap(), manager.declare(Answer).unwrap());
    for index in 0..plugins {
        manager.register::<Counter>(&format!("counter{index}")).unwrap();
    }
    callers
}

/// The boundary without a manager.
#[sabi_trait]
pub trait Bare {
    #[sabi(last_prefix_field)]
    fn call(&self, number: i64) -> i64;
}

struct AddsOne;

impl Bare for AddsOne {
    fn call(&self, number: i64) -> i64 {
        bare(number)
    }
}

extern "C" fn bare(number: i64) -> i64 {
    number + 1
}

fn hook_call(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hook_call");
    let pointer: extern "C" fn(i64) -> i64 = black_box(bare);
    group.bench_function("bare_pointer", |bencher| bencher.iter(|| pointer(black_box(1))));
    let numbers = Numbers::new(Given(1));
    for plugins in [0, 1, 10, 100] {
        let (tick, answer) = callers(plugins);
        group.bench_function(BenchmarkId::new("no_answer", plugins), |bencher| {
            bencher.iter(|| tick.call(black_box(&numbers)));
        });
        group.bench_function(BenchmarkId::new("answers", plugins), |bencher| {
            bencher.iter(|| answer.call(black_box(&numbers)));
        });
        let objects: Vec<Bare_TO<'_, RBox<()>>> =
            (0..plugins).map(|_| Bare_TO::from_value(AddsOne, TD_Opaque)).collect();
        group.bench_function(BenchmarkId::new("trait_object", plugins), |bencher| {
            bencher.iter(|| black_box(&objects).iter().map(|object| object.call(black_box(1))).sum::<i64>());
        });
    }
    group.bench_function("accessor", |bencher| bencher.iter(|| black_box(&numbers).first()));
    group.finish();
}

criterion_group!(benches, hook_call);
criterion_main!(benches);
