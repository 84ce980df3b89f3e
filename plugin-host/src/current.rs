//! Which plugin's code a thread is in, so that one which ends the program is named.
//!
//! `exit` in a plugin ends the whole process, and nothing can hold it up. But the system then
//! clears up the thread that has called it (glibc and macOS do; musl and Wine do not), and with it a
//! value of ours that looks where the thread was.

use std::{
    cell::Cell,
    collections::BTreeMap,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use terminal_text::one_line;

/// A plugin, and the hook that its code is in; none while it is being made.
#[derive(Debug)]
pub(crate) struct Place {
    plugin: String,
    hook: String,
}

thread_local! {
    /// Where the thread is. It has no destructor, so that to note it takes a nanosecond.
    static PLACE: Cell<Option<&'static Place>> = const { Cell::new(None) };
    static AT_END: AtEnd = const { AtEnd };
}

/// A thread that comes to its end by itself is in no plugin.
struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(Place { plugin, hook }) = PLACE.get() {
            let place = if hook.is_empty() { "while starting".to_owned() } else { format!("in hook `{hook}`") };
            let line = format!("error: plugin `{plugin}` ended this program {place}: it called `exit`");
            // There may be nobody to tell.
            let _ = writeln!(io::stderr(), "{}", one_line(&line));
        }
    }
}

/// While this is kept, the thread is in the code of a plugin, or of one after the other.
pub(crate) struct InPlugin(Option<&'static Place>);

/// Takes note that the thread goes into a plugin's code.
#[inline]
pub(crate) fn enter(place: &'static Place) -> InPlugin {
    let in_plugin = begin();
    go_to(place);
    in_plugin
}

/// Takes note that the thread will go into plugins' code, by [`go_to`].
#[inline]
pub(crate) fn begin() -> InPlugin {
    let before = PLACE.get();
    if before.is_none() {
        // Has the thread looked at when it is cleared up; while it is being so, it is too late.
        let _ = AT_END.try_with(|_| ());
    }
    InPlugin(before)
}

/// Takes note that the code of this plugin is next, after [`begin`].
#[inline]
pub(crate) fn go_to(place: &'static Place) {
    PLACE.set(Some(place));
}

impl InPlugin {
    /// The host's own code is next.
    #[inline]
    pub(crate) fn go_back(&self) {
        PLACE.set(self.0);
    }
}

impl Drop for InPlugin {
    #[inline]
    fn drop(&mut self) {
        self.go_back();
    }
}

/// The code of `plugin` for `hook`, which is empty for what makes the plugin. Kept as long as the
/// program runs, since a thread may end it anywhere; there are few.
pub(crate) fn place(plugin: &str, hook: &str) -> &'static Place {
    static PLACES: Mutex<BTreeMap<String, Vec<&'static Place>>> = Mutex::new(BTreeMap::new());
    // A place is added whole or not at all.
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let of_plugin = places.entry(plugin.to_owned()).or_default();
    if let Some(known) = of_plugin.iter().find(|place| place.hook == hook) {
        return known;
    }
    let place: &'static Place = Box::leak(Box::new(Place { plugin: plugin.to_owned(), hook: hook.to_owned() }));
    of_plugin.push(place);
    place
}
