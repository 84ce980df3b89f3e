//! A plugin whose answers come later.
#![allow(clippy::panic, reason = "what a host has to survive")]

use std::{
    future::{pending, poll_fn},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    task::{Poll, Waker},
    thread,
};

use fixture_interfaces::couriers::{Alive, Obey, Spell, newer, older, today};
use hookspec::{Failed, Hooks, Host, Plugin, Result};

#[derive(Default)]
struct Couriers {
    alive: Arc<AtomicU32>,
}

impl Plugin for Couriers {
    fn new(_: Host) -> Result<Self> {
        Ok(Self::default())
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on_async(older::Deliver, |_, (address,)| async move {
            after(2).await;
            Ok(format!("on foot to {address}"))
        });
        hooks.on_async(today::Deliver, |_, (address, hour)| async move {
            after(1).await;
            Ok(format!("by bicycle to {address} at {hour}"))
        });
        hooks.on_async(newer::Deliver, |_, (address, hour, card)| async move {
            Ok(format!("by air to {address} at {hour} with {card:?}"))
        });
        hooks.on_async(Obey, Self::obey);
        hooks.on(Alive, |couriers, ()| Ok(Some(couriers.alive.load(Ordering::Relaxed))));
        hooks.on(Spell, |_, (order, times)| Ok(format!("{order} {times}")));
    }
}

impl Couriers {
    async fn obey(self: Arc<Self>, (order,): (String,)) -> Result<String> {
        let mut counted = Counted::new(&self.alive);
        match &*order {
            "error" => {
                after(1).await;
                return Err(Failed::new("no way"));
            }
            "panic at once" => panic!("at once"),
            "panic" => {
                after(1).await;
                panic!("later")
            }
            "panic when dropped" => {
                counted.panics = true;
                pending::<()>().await;
            }
            "never" => pending::<()>().await,
            "thread" => from_a_thread().await,
            polls => after(polls.parse()?).await,
        }
        Ok(order)
    }
}

/// Is counted as long as it is there.
struct Counted {
    alive: Arc<AtomicU32>,
    panics: bool,
}

impl Counted {
    fn new(alive: &Arc<AtomicU32>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self { alive: Arc::clone(alive), panics: false }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
        assert!(!self.panics, "dropped");
    }
}

/// Is there after so many polls.
async fn after(polls: u32) {
    let mut left = polls;
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

/// Is there when a thread of this library says so.
async fn from_a_thread() {
    let shared: Arc<Mutex<(bool, Option<Waker>)>> = Arc::default();
    let theirs = Arc::clone(&shared);
    thread::spawn(move || {
        let waker = {
            let mut shared = theirs.lock().unwrap_or_else(PoisonError::into_inner);
            shared.0 = true;
            shared.1.take()
        };
        waker.into_iter().for_each(Waker::wake);
    });
    poll_fn(|context| {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.0 {
            return Poll::Ready(());
        }
        shared.1 = Some(context.waker().clone());
        Poll::Pending
    })
    .await;
}

hookspec::export_plugin!(Couriers, name = "couriers");
