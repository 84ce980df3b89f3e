//! A value that is read all the time and replaced now and then: reading it takes no locked
//! instruction, which would be most of what a hook call takes.
//!
//! Whoever reads writes down which value, and looks again whether it still is the value. Whoever
//! replaces it looks for those who read the one before. What nobody reads any more is dropped at
//! once: by the one or, where somebody was still reading, by the last of those.

mod barrier;
#[cfg(test)]
mod model;
mod places;

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicPtr, Ordering},
    },
};

use places::Place;

/// A value, to be read by many threads and replaced.
pub(super) struct Shared<T> {
    /// The current value of `values`, for those who read.
    current: AtomicPtr<T>,
    values: Mutex<Values<T>>,
    /// Whether there are values that were replaced and are being read.
    is_replaced: AtomicBool,
}

struct Values<T> {
    current: Arc<T>,
    replaced: Vec<Arc<T>>,
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        let current = Arc::new(T::default());
        Self {
            current: AtomicPtr::new(pointer(&current)),
            values: Mutex::new(Values { current, replaced: Vec::new() }),
            is_replaced: AtomicBool::new(false),
        }
    }
}

impl<T> Shared<T> {
    /// Reads the value. It may be replaced meanwhile, and stays until this ends.
    #[inline]
    pub(super) fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        let Some(place) = Place::take() else {
            return read(&self.get());
        };
        let reading = Reading { shared: self, place };
        let value = reading.value();
        // SAFETY: the pointer is that of an `Arc` in `values`, where it was the current one after the
        // place had it. It leaves those in `take_unread` only, which finds it in the place, by the
        // barriers on both sides; `reading` keeps it there.
        read(unsafe { &*value })
    }

    /// The value, to be kept.
    pub(super) fn get(&self) -> Arc<T> {
        Arc::clone(&self.values().current)
    }

    /// Replaces the value. Gives the values before that nobody reads.
    #[must_use = "to drop them may run code that is not ours: when no lock is held"]
    pub(super) fn set(&self, value: T) -> Vec<Arc<T>> {
        let mut values = self.values();
        let before = mem::replace(&mut values.current, Arc::new(value));
        self.current.store(pointer(&values.current), Ordering::Release);
        values.replaced.push(before);
        self.is_replaced.store(true, Ordering::Release);
        drop(values);
        self.take_unread()
    }

    /// Takes the values that were replaced and that nobody reads.
    #[cold]
    fn take_unread(&self) -> Vec<Arc<T>> {
        let mut values = self.values();
        let Some(read) = places::being_read() else { return Vec::new() };
        let is_read = |value: &Arc<T>| read.contains(&pointer(value).cast_const().cast());
        let (read, unread) = mem::take(&mut values.replaced).into_iter().partition::<Vec<_>, _>(is_read);
        self.is_replaced.store(!read.is_empty(), Ordering::Release);
        values.replaced = read;
        unread
    }

    fn values(&self) -> MutexGuard<'_, Values<T>> {
        // Each change is a whole one.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pointer<T>(value: &Arc<T>) -> *mut T {
    Arc::as_ptr(value).cast_mut()
}

/// Being in the midst of reading.
struct Reading<'a, T> {
    shared: &'a Shared<T>,
    place: Place,
}

impl<T> Reading<'_, T> {
    /// The current value, once the place has it.
    #[inline]
    fn value(&self) -> *const T {
        loop {
            let value = self.shared.current.load(Ordering::Acquire).cast_const();
            self.place.set(value.cast());
            barrier::light();
            if self.shared.current.load(Ordering::Acquire).cast_const() == value {
                return value;
            }
        }
    }
}

impl<T> Drop for Reading<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.place.give_back();
        // Whoever replaces the value finds it no longer read, or else this finds that it was.
        barrier::light();
        if self.shared.is_replaced.load(Ordering::Acquire) {
            drop(self.shared.take_unread());
        }
    }
}
