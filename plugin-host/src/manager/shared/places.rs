//! Where threads write down what they read (hazard pointers, as in Michael, 2004): a place for each
//! read within another.

use std::{
    cell::Cell,
    ptr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicPtr, Ordering},
    },
};

use super::barrier;

/// A thread reads at most so many values within one another; calls within calls are bounded by less.
const PLACES: usize = 80;

/// The places of one thread at a time.
struct Record([AtomicPtr<()>; PLACES]);

/// All records, and those of threads that have ended. There are as many as threads at once; none is
/// ever freed.
#[derive(Default)]
struct Records {
    all: Vec<&'static Record>,
    unused: Vec<&'static Record>,
}

static RECORDS: Mutex<Records> = Mutex::new(Records { all: Vec::new(), unused: Vec::new() });

fn records() -> MutexGuard<'static, Records> {
    // A record is added or taken whole.
    RECORDS.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// This thread's record, and how many of its places are taken. It has no destructor, so that to
    /// look at it takes no more than that.
    static OWN: Cell<Option<&'static Record>> = const { Cell::new(None) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static AT_END: AtEnd = const { AtEnd };
}

/// Gives the thread's record to another one.
struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        // A thread that ends the program in the midst of a read stays in it.
        if let Some(record) = OWN.take().filter(|_| TAKEN.get() == 0) {
            records().unused.push(record);
        }
    }
}

/// A place that is taken until it is given back, the last one first.
pub(super) struct Place {
    hazard: &'static AtomicPtr<()>,
    index: usize,
}

impl Place {
    /// Takes a place; `None` where there is none any more, or the thread is being cleared up.
    #[inline]
    pub(super) fn take() -> Option<Self> {
        let record = match OWN.get() {
            Some(record) => record,
            None => own_record()?,
        };
        let index = TAKEN.get();
        let hazard = record.0.get(index)?;
        TAKEN.set(index + 1);
        Some(Self { hazard, index })
    }

    /// Says that `value` is read. Whoever looks does not miss it, once a [`barrier`] is behind this.
    #[inline]
    pub(super) fn set(&self, value: *const ()) {
        self.hazard.store(value.cast_mut(), Ordering::Release);
    }

    #[inline]
    pub(super) fn give_back(&self) {
        self.hazard.store(ptr::null_mut(), Ordering::Release);
        TAKEN.set(self.index);
    }
}

#[cold]
fn own_record() -> Option<&'static Record> {
    AT_END.try_with(|_| ()).ok()?;
    barrier::prepare();
    let mut records = records();
    let record = records.unused.pop().unwrap_or_else(|| {
        let made: &'static Record = Box::leak(Box::new(Record([const { AtomicPtr::new(ptr::null_mut()) }; PLACES])));
        records.all.push(made);
        made
    });
    OWN.set(Some(record));
    Some(record)
}

/// What is being read; `None` where that cannot be known.
pub(super) fn being_read() -> Option<Vec<*const ()>> {
    let records = records();
    // Whoever takes the first record does so later, and reads what is there by then.
    if records.all.is_empty() {
        return Some(Vec::new());
    }
    if !barrier::heavy() {
        return None;
    }
    let values = records.all.iter().flat_map(|record| &record.0).map(|hazard| hazard.load(Ordering::Acquire));
    Some(values.filter(|value| !value.is_null()).map(<*mut ()>::cast_const).collect())
}
