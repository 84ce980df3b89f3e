//! Async hooks: futures of hookimpls in whatever executor the host has.

use std::{
    future::{Future, pending, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
};

use hookspec::{Failed, Hooks};
use hookspec_host::{FailureKind, HookCall, HookCallOutcome, HookError, Monitor, PluginManager};

use crate::support::{Log, Number, Scripted, add, isolating, manager, number, try_add};

hookspec::hookspecs! {
    /// Every answer is kept.
    pub hook Export = "export" fn(note: String) -> String, async;
    /// With a view.
    pub hook Upload = "upload" fn(Number) -> i64, async;
    /// The first answer is kept.
    pub hook Find = "find" fn(name: String) -> String, async, first_result;
    /// Each makes something of it.
    pub hook Translate = "translate" fn(text: String, to: Number) -> String, async, fold;
    /// No is no.
    pub hook MaySend = "may_send" fn() -> bool, async, propagate;
}

mod plain {
    hookspec::hookspecs! {
        /// Not async.
        pub hook Export = "export" fn(note: String) -> String;
    }
}

/// The least that runs a future: it sleeps until it is woken.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    #[derive(Default)]
    struct Bell(Mutex<bool>, Condvar);
    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            *self.0.lock().unwrap() = true;
            self.1.notify_one();
        }
    }
    let bell = Arc::new(Bell::default());
    let (waker, mut future) = (Waker::from(Arc::clone(&bell)), pin!(future));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        let rung = bell.1.wait_while(bell.0.lock().unwrap(), |is_rung| !*is_rung);
        *rung.unwrap() = false;
    }
}

/// Is there after `times` polls, each of which wakes.
pub async fn after(times: usize) {
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Opens once, from any thread.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(bool, Vec<Waker>)>>);

impl Gate {
    fn open(&self) {
        let wakers = {
            let mut gate = self.0.lock().unwrap();
            gate.0 = true;
            std::mem::take(&mut gate.1)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    async fn wait(&self) {
        poll_fn(|context| {
            let mut gate = self.0.lock().unwrap();
            if gate.0 {
                return Poll::Ready(());
            }
            gate.1.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Counts what is alive.
struct Held(Arc<AtomicUsize>);

impl Held {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn note(text: &str) -> (String,) {
    (text.to_owned(),)
}

/// A plugin that exports a note after some polls.
fn add_export(manager: &PluginManager, name: &'static str, polls: usize) {
    add(manager, name, move |hooks| {
        hooks.on_async(Export, move |_, (note,)| async move {
            after(polls).await;
            Ok(format!("{note} by {name}"))
        });
    });
}

#[test]
fn answers_come_in_the_order_of_the_calls_however_long_each_takes() {
    let manager = manager();
    let export = manager.declare(Export).unwrap();
    assert!(block_on(export.call_async(&note("tea"))).unwrap().is_empty());
    add_export(&manager, "slow", 5);
    add_export(&manager, "at once", 0);
    add(&manager, "plain", |hooks| {
        hooks.on(Export, |_, (note,)| Ok(format!("{note} by plain")));
    });
    add_export(&manager, "quick", 1);
    let answers = block_on(export.call_async(&note("tea"))).unwrap();
    assert_eq!(answers, ["tea by quick", "tea by plain", "tea by at once", "tea by slow"]);
    assert_eq!(block_on(export.without(["slow", "plain"]).call_async(&note("tea"))).unwrap().len(), 2);
}

#[test]
fn futures_run_side_by_side_and_wake_from_any_thread() {
    let manager = manager();
    let (export, gates) = (manager.declare(Export).unwrap(), [Gate::default(), Gate::default()]);
    let [first, second] = gates.clone();
    // Each waits for what the other opens.
    add(&manager, "1", {
        let (first, second) = (first.clone(), second.clone());
        move |hooks| {
            hooks.on_async(Export, move |_, _| {
                let (first, second) = (first.clone(), second.clone());
                async move {
                    first.open();
                    second.wait().await;
                    Ok("1".to_owned())
                }
            });
        }
    });
    add(&manager, "2", move |hooks| {
        hooks.on_async(Export, move |_, _| {
            let (first, second) = (first.clone(), second.clone());
            async move {
                first.wait().await;
                thread::spawn(move || second.open());
                Ok("2".to_owned())
            }
        });
    });
    assert_eq!(block_on(export.call_async(&note("tea"))).unwrap(), ["2", "1"]);
}

#[test]
fn it_works_in_tokio_on_one_thread_and_on_several() {
    let manager = manager();
    let export = manager.declare(Export).unwrap();
    add_export(&manager, "slow", 3);
    let sleeper = Gate::default();
    let opens = sleeper.clone();
    add(&manager, "sleeps", move |hooks| {
        hooks.on_async(Export, move |_, _| {
            let sleeper = sleeper.clone();
            async move {
                sleeper.wait().await;
                Ok("slept".to_owned())
            }
        });
    });
    let one = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let opened = one.block_on(async {
        let call = tokio::spawn(export.call_async(&note("tea")));
        tokio::task::yield_now().await;
        opens.open();
        call.await.unwrap()
    });
    assert_eq!(opened.unwrap(), ["slept", "tea by slow"]);

    let several = tokio::runtime::Builder::new_multi_thread().worker_threads(3).build().unwrap();
    several.block_on(async {
        let calls: Vec<_> = (0..50).map(|_| tokio::spawn(export.call_async(&note("tea")))).collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().len(), 2);
        }
    });
}

#[test]
fn a_first_result_is_awaited_before_the_next_is_asked() {
    let (manager, log) = (manager(), Log::default());
    let find = manager.declare(Find).unwrap();
    for (name, answer) in [("never", Some("no")), ("has it", Some("here")), ("has not", None)] {
        let log = log.clone();
        add(&manager, name, move |hooks| {
            hooks.on_async(Find, move |_, _| {
                let log = log.clone();
                async move {
                    log.add(name);
                    after(2).await;
                    Ok(answer.map(str::to_owned))
                }
            });
        });
    }
    assert_eq!(block_on(find.call_async(&note("tea"))).unwrap().as_deref(), Some("here"));
    assert_eq!(log.take(), ["has not", "has it"]);
}

#[test]
fn answers_that_come_later_come_with_the_names_of_those_who_gave_them() {
    let (manager, _) = isolating();
    let (export, find) = (manager.declare(Export).unwrap(), manager.declare(Find).unwrap());
    assert!(block_on(export.call_named_async(&note("tea"))).unwrap().is_empty());
    assert_eq!(block_on(find.call_first_named_async(&note("tea"))).unwrap(), None);
    add_export(&manager, "slow", 5);
    add(&manager, "fails", |hooks| {
        hooks.on_async(Export, |_, _| async {
            after(1).await;
            Err(Failed::new("no"))
        });
    });
    add(&manager, "twice", |hooks| {
        hooks.on(Export, |_, _| Ok("second".to_owned()));
        hooks.on_async(Export, |_, _| async { Ok("first".to_owned()) });
    });
    let answers = block_on(export.call_named_async(&note("tea"))).unwrap();
    let named: Vec<_> = answers.iter().map(|named| (named.plugin.as_deref(), &*named.answer)).collect();
    assert_eq!(named, [(Some("twice"), "first"), (Some("twice"), "second"), (Some("slow"), "tea by slow")]);

    for (name, answer) in [("never", Some("no")), ("has it", Some("here")), ("has not", None)] {
        add(&manager, name, move |hooks| {
            hooks.on_async(Find, move |_, _| async move {
                after(2).await;
                Ok(answer.map(str::to_owned))
            });
        });
    }
    let call = find.call_first_named_async(&note("tea"));
    let first = thread::spawn(move || block_on(call)).join().unwrap().unwrap().unwrap();
    assert_eq!((first.plugin.as_deref(), &*first.answer), (Some("has it"), "here"));
    let nobody = find.without(["has it", "never"]).call_first_named_async(&note("tea"));
    assert_eq!(block_on(nobody).unwrap(), None);
}

#[test]
fn a_fold_hands_the_value_on() {
    let (manager, heard) = isolating();
    let translate = manager.declare(Translate).unwrap();
    let text = || ("tea".to_owned(), number(7));
    assert_eq!(block_on(translate.call_async(&text())).unwrap(), "tea");
    add(&manager, "1", |hooks| {
        hooks.on_async(Translate, |_, (text, to)| async move {
            after(1).await;
            Ok(format!("{text}{}", to.value()))
        });
        hooks.on_async(Translate, |_, _| async {
            after(1).await;
            Err(Failed::new("no"))
        });
        hooks.on(Translate, |_, (text, _)| Ok(text.to_uppercase()));
    });
    assert_eq!(block_on(translate.call_async(&text())).unwrap(), "TEA7");
    assert_eq!(heard.failures().len(), 1, "the value stays as it was");
}

#[test]
fn a_failure_in_any_place_is_told_of_its_plugin() {
    type Registers = fn(&mut Hooks<Scripted>);
    let failing: [(&str, Registers); 4] = [
        ("before", |hooks| {
            hooks.on_async(Export, |_, _| {
                assert!(hookspec::VERSION.is_empty(), "made no future");
                async { Ok(String::new()) }
            });
        }),
        ("at once", |hooks| {
            hooks.on_async(Export, |_, _| async { panic!("at once") });
        }),
        ("later", |hooks| {
            hooks.on_async(Export, |_, _| async {
                after(2).await;
                panic!("later")
            });
        }),
        ("an error", |hooks| {
            hooks.on_async(Export, |_, _| async {
                after(1).await;
                Err("seven".parse::<i32>().unwrap_err().into())
            });
        }),
    ];
    for (name, script) in failing {
        let (manager, heard) = isolating();
        let export = manager.declare(Export).unwrap();
        add_export(&manager, "fine", 1);
        add(&manager, name, script);
        assert_eq!(block_on(export.call_async(&note("tea"))).unwrap(), ["tea by fine"], "{name}");
        let [failure] = &heard.failures()[..] else { panic!("{name}: one failure") };
        let kind = if name == "an error" { FailureKind::Failed } else { FailureKind::Panicked };
        assert_eq!((&*failure.plugin, failure.kind), (name, kind));
    }
}

#[test]
fn a_panic_as_a_waiting_future_is_dropped_stays_inside() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("no more");
        }
    }
    let manager = manager();
    let export = manager.declare(Export).unwrap();
    add(&manager, "a", |hooks| {
        hooks.on_async(Export, |_, _| async {
            let _held = PanicsWhenDropped;
            pending::<()>().await;
            Ok(String::new())
        });
    });
    let mut call = Box::pin(export.call_async(&note("tea")));
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(call);
}

#[test]
fn propagated_the_first_failure_ends_the_others() {
    let manager = manager();
    let (may_send, running) = (manager.declare(MaySend).unwrap(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&running);
    add(&manager, "waits", move |hooks| {
        hooks.on_async(MaySend, move |_, ()| {
            let held = Held::new(&count);
            async move {
                let _held = held;
                pending::<()>().await;
                Ok(true)
            }
        });
    });
    add(&manager, "refuses", |hooks| {
        hooks.on_async(MaySend, |_, ()| async {
            after(3).await;
            Err(Failed::new("not now"))
        });
    });
    let error = block_on(may_send.call_async(&())).unwrap_err();
    assert_eq!(error.to_string(), "plugin `refuses` failed in hook `may_send`: not now");
    assert_eq!(running.load(Ordering::Relaxed), 0);
}

#[test]
fn dropping_a_call_at_any_poll_leaves_nothing() {
    let manager = manager();
    let (export, alive) = (manager.declare(Export).unwrap(), Arc::new(AtomicUsize::new(0)));
    for (name, polls) in [("1", 3), ("2", 0), ("3", 6)] {
        let count = Arc::clone(&alive);
        add(&manager, name, move |hooks| {
            hooks.on_async(Export, move |_, _| {
                let held = Held::new(&count);
                async move {
                    let _held = held;
                    after(polls).await;
                    Ok(String::new())
                }
            });
        });
    }
    let waker = Arc::new(Rings(AtomicUsize::new(0)));
    for polls in 0..6 {
        let (waker, mut call) = (Waker::from(Arc::clone(&waker)), Box::pin(export.call_async(&note("tea"))));
        for _ in 0..polls {
            assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "{polls}");
        }
        assert_eq!(alive.load(Ordering::Relaxed) > 0, polls > 0);
        drop(call);
        assert_eq!(alive.load(Ordering::Relaxed), 0, "{polls}");
    }
    assert!(waker.0.load(Ordering::Relaxed) > 0);
    assert_eq!(Arc::strong_count(&waker), 1, "no waker is kept");
}

struct Rings(AtomicUsize);

impl Wake for Rings {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_plugin_may_wake_long_after_the_call() {
    let manager = manager();
    let (export, gate) = (manager.declare(Export).unwrap(), Gate::default());
    let waits = gate.clone();
    add(&manager, "a", move |hooks| {
        hooks.on_async(Export, move |_, _| {
            let gate = waits.clone();
            async move {
                gate.wait().await;
                Ok(String::new())
            }
        });
    });
    let rings = Arc::new(Rings(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&rings));
    let mut call = Box::pin(export.call_async(&note("tea")));
    assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop((call, manager, export));
    gate.open();
    assert!(rings.0.load(Ordering::Relaxed) > 0);
}

#[test]
fn another_waker_takes_the_place_of_the_first() {
    let manager = manager();
    let (export, gate) = (manager.declare(Export).unwrap(), Gate::default());
    let waits = gate.clone();
    add(&manager, "a", move |hooks| {
        hooks.on_async(Export, move |_, _| {
            let gate = waits.clone();
            async move {
                gate.wait().await;
                Ok("done".to_owned())
            }
        });
    });
    let rings = [Arc::new(Rings(AtomicUsize::new(0))), Arc::new(Rings(AtomicUsize::new(0)))];
    let mut call = Box::pin(export.call_async(&note("tea")));
    for ring in &rings {
        let waker = Waker::from(Arc::clone(ring));
        assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    gate.open();
    assert!(rings[1].0.load(Ordering::Relaxed) > 0);
    assert_eq!(block_on(call).unwrap(), ["done"]);
}

#[test]
fn nothing_is_called_before_the_future_is_polled() {
    let (manager, log) = (manager(), Log::default());
    let upload = manager.declare(Upload).unwrap();
    let seen = log.clone();
    add(&manager, "a", move |hooks| {
        hooks.on(Upload, move |_, number| {
            seen.add(number.value().to_string());
            Ok(number.value())
        });
    });
    let call = upload.call_async(&number(3));
    assert!(log.take().is_empty());
    assert_eq!(block_on(call).unwrap(), [3]);
    assert_eq!(log.take(), ["3"]);
}

#[test]
fn an_async_hook_is_not_taken_for_another() {
    let manager = manager();
    let _export = manager.declare(Export).unwrap();
    let error = try_add(&manager, "a", |hooks| {
        hooks.on(plain::Export, |_, _| Ok(String::new()));
    })
    .unwrap_err();
    let expected =
        "plugin `a` does not fit hook `export`: its output is `async<string>` in the host but `string` in the plugin";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn a_monitor_hears_of_the_beginning_and_the_end() {
    struct Writes(Log);
    impl Monitor for Writes {
        fn before(&self, call: &HookCall<'_>) {
            self.0.add(format!("{} of {}", call.hook, call.plugins.join("+")));
        }
        fn after(&self, call: &HookCall<'_>, outcome: &HookCallOutcome<'_>) {
            self.0.add(format!("{} {:?}", call.hook, outcome.error.map(HookError::to_string)));
        }
    }
    let (manager, log) = (manager(), Log::default());
    let export = manager.declare(Export).unwrap();
    add_export(&manager, "1", 2);
    add_export(&manager, "2", 1);
    let _monitor = manager.monitor(Writes(log.clone()));
    block_on(export.call_async(&note("tea"))).unwrap();
    assert_eq!(log.take(), ["export of 2+1", "export None"]);
}

#[test]
fn a_call_that_leads_to_itself_has_an_end() {
    hookspec::views! {
        /// By which a plugin calls back.
        view Again of AgainSource {
            /// Awaits the hook again.
            fn again(&self) -> String;
        }
    }
    hookspec::hookspecs! {
        /// Answered by asking again.
        hook Echo = "echo" fn(Again) -> String, async;
    }
    struct CallsBack(hookspec_host::HookCaller<Echo>);
    impl AgainSource for CallsBack {
        fn again(&self) -> String {
            let answers = block_on(self.0.call_async(&Again::new(Self(self.0.clone()))));
            answers.map_or_else(|error| error.to_string(), |answers| answers.concat())
        }
    }
    let manager = manager();
    let echo = manager.declare(Echo).unwrap();
    add(&manager, "echo", |hooks| {
        hooks.on_async(Echo, |_, again| async move {
            after(1).await;
            Ok(again.again())
        });
    });
    let answers = block_on(echo.call_async(&Again::new(CallsBack(echo.clone())))).unwrap();
    assert_eq!(answers, ["plugin `echo` was not called in hook `echo`: 64 calls are within one another already"]);
}

#[test]
fn calls_may_move_between_threads() {
    fn is_send<T: Send + 'static>(call: T) -> Pin<Box<T>> {
        Box::pin(call)
    }
    let manager = manager();
    let translate = manager.declare(Translate).unwrap();
    let mut call = is_send(translate.call_async(&("tea".to_owned(), number(1))));
    add(&manager, "late", |hooks| {
        hooks.on_async(Translate, |_, (text, _)| async move {
            after(2).await;
            Ok(text.to_uppercase())
        });
    });
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let answer = thread::spawn(move || block_on(call)).join().unwrap();
    assert_eq!(answer.unwrap(), "TEA");
}
