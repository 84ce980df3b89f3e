//! What a hook call costs, by the number of hookimpls, against a bare call through a pointer.
#![allow(missing_docs, clippy::unwrap_used, reason = "criterion writes public items; a bench that cannot go on fails")]
#![allow(non_local_definitions, clippy::used_underscore_binding, reason = "what `sabi_trait` writes")]

use std::{future::poll_fn, hint::black_box, task::Poll};

use abi_stable::{sabi_trait, sabi_trait::TD_Opaque, std_types::RBox};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hookspec::{Hooks, Host, Plugin, Result};
use hookspec_host::{ErrorPolicy, HookCaller, HostServices, PluginManager};
use pollster::block_on;

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
    /// The benched hook: each hookimpl works on what the one before it has made.
    pub hook Add = "add" fn(number: i64) -> i64, fold;
    /// The benched hook: an answer that is there at once.
    pub hook Ready = "ready" fn(Numbers) -> i64, async;
    /// The benched hook: an answer that is there when it is asked for again.
    pub hook Later = "later" fn(Numbers) -> i64, async;
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
        hooks.on(Add, |_, (number,)| Ok(number + 1));
        hooks.on_async(Ready, |_, _| async { Ok(1) });
        hooks.on_async(Later, |_, _| async {
            // Polled once by the plugin, as it is called, and then by the host.
            let mut polls = 0;
            poll_fn(|context| {
                polls += 1;
                context.waker().wake_by_ref();
                if polls == 3 { Poll::Ready(Ok(1)) } else { Poll::Pending }
            })
            .await
        });
    }
}

fn manager(plugins: usize) -> PluginManager {
    let manager = PluginManager::new(Services, ErrorPolicy::Propagate);
    for index in 0..plugins {
        manager.register::<Counter>(&format!("counter{index}")).unwrap();
    }
    manager
}

fn callers(plugins: usize) -> (HookCaller<Tick>, HookCaller<Answer>) {
    let manager = manager(plugins);
    (manager.declare(Tick).unwrap(), manager.declare(Answer).unwrap())
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
    let add = manager(10).declare(Add).unwrap();
    group.bench_function("fold", |bencher| bencher.iter(|| add.call(black_box(&(1,)))));
    let (ready, later) = (manager(1).declare(Ready).unwrap(), manager(1).declare(Later).unwrap());
    group.bench_function("ready", |bencher| bencher.iter(|| block_on(ready.call_async(black_box(&numbers)))));
    group.bench_function("later", |bencher| bencher.iter(|| block_on(later.call_async(black_box(&numbers)))));
    group.finish();
}

criterion_group!(benches, hook_call);
criterion_main!(benches);
