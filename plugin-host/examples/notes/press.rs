//! A plugin of notes that was built when notes had version 0.2 of its hooks, and works on: writes
//! notes down, in a thread of its own.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
    thread,
};

use notes_hooks_before::{
    Export, Note,
    hookspec::{self, Bytes, Hooks, Host, Plugin, Result},
};

struct Press;

impl Plugin for Press {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on_async(Export, |press, (notes,)| press.print(notes)).try_last();
    }
}

/// What the thread has made, and who waits for it.
#[derive(Default)]
struct Sheet {
    printed: Option<Bytes>,
    waker: Option<Waker>,
}

impl Press {
    async fn print(self: Arc<Self>, notes: Vec<Note>) -> Result<Option<Bytes>> {
        let sheet = Arc::new(Mutex::new(Sheet::default()));
        let of_thread = Arc::clone(&sheet);
        thread::Builder::new().spawn(move || {
            let lines = notes.iter().map(|note| format!("* {}\n", note.text));
            let printed = Bytes::from(lines.collect::<String>().into_bytes());
            let mut sheet = of_thread.lock().unwrap_or_else(PoisonError::into_inner);
            sheet.printed = Some(printed);
            sheet.waker.take().inspect(Waker::wake_by_ref);
        })?;
        let printed = poll_fn(|context| {
            let mut sheet = sheet.lock().unwrap_or_else(PoisonError::into_inner);
            sheet.waker = Some(context.waker().clone());
            sheet.printed.take().map_or(Poll::Pending, Poll::Ready)
        });
        Ok(Some(printed.await))
    }
}

hookspec::export_plugin!(Press, name = "press");
