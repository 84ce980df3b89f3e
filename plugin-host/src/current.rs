//! Which plugin's code a thread is in, so that one which ends the program is named.
//!
//! `exit` in a plugin ends the whole process, and nothing can hold it up. But the system then
//! clears up the thread that has called it (glibc, macOS and Windows do; musl does not), and with
//! it a value of ours that knows where the thread was.

use std::{
    cell::Cell,
    collections::BTreeSet,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use terminal_text::one_line;

/// A plugin, and the hook that its code is in; none while it is being made.
type Place = (&'static str, &'static str);

thread_local! {
    static PLACE: WhereAtEnd = const { WhereAtEnd(Cell::new(None)) };
}

struct WhereAtEnd(Cell<Option<Place>>);

impl Drop for WhereAtEnd {
    /// A thread that comes to its end by itself is in no plugin.
    fn drop(&mut self) {
        if let Some((plugin, hook)) = self.0.get() {
            let place = if hook.is_empty() { "while starting".to_owned() } else { format!("in hook `{hook}`") };
            let line = format!("error: plugin `{plugin}` ended this program {place}: it called `exit`");
            // There may be nobody to tell.
            let _ = writeln!(io::stderr(), "{}", one_line(&line));
        }
    }
}

/// While this is kept, the thread is in a plugin's code.
pub(crate) struct InPlugin(Option<Place>);

/// Takes note that the thread goes into the code of `plugin` in `hook`, which is empty while the
/// plugin is being made.
#[inline]
pub(crate) fn enter(plugin: &'static str, hook: &'static str) -> InPlugin {
    InPlugin(PLACE.try_with(|at| at.0.replace(Some((plugin, hook)))).unwrap_or_default())
}

impl Drop for InPlugin {
    #[inline]
    fn drop(&mut self) {
        // Once the thread is being cleared up it is too late.
        let _ = PLACE.try_with(|at| at.0.set(self.0));
    }
}

/// The name of a plugin, kept as long as the program runs: there are few, and a thread's place is
/// then noted in a nanosecond.
pub(crate) fn kept_name(plugin: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    // A name is added whole or not at all.
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = names.get(plugin) {
        return name;
    }
    let name: &'static str = Box::leak(plugin.into());
    names.insert(name);
    name
}
