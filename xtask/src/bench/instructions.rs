//! What calls, loading and recording take in instructions, beside what they cannot do without.

use std::collections::BTreeMap;

use tests::Artifacts;

use super::table::Section;
use crate::instructions::{OPERATIONS, count};

const TEXT: &str = "Instructions in user mode for one operation, by valgrind's callgrind, as the difference between doing it often and twice as often: \
    they do not depend on what else the machine does. What the kernel does is not in it, which is most of recording and of its floor. \
    Everything is optimised crate by crate, so that functions keep their names; what is shipped is optimised as a whole and takes less. \
    `cargo xtask instructions` compares these figures with `tests/instructions/figures.txt`, where those of each function are; more than 3 % above fails. \
    What stands against five nanoseconds a call, by the instructions of one without an answer: 36 for the hazard pointer by which a plugin that leaves is dropped \
    when the last call on it ends, 20 for the note of whose code the thread is in, by which one that calls `exit` is named, 17 for the bound on calls within calls, \
    12 for a look whether anything rare is there (plugins that wait, monitors, wrappers, plugins to be passed over), 24 for the loop and the jump into the hookimpl, \
    35 for two frames and the result, and 20 in the hookimpl and the loop that counts. None of them is locked, waits for another or leaves the cache. \
    An answer adds `malloc` and `free` of the list that answers come in, 135.";

/// Counts each operation once.
pub fn measure() -> Result<Section, String> {
    let artifacts = Artifacts::counted();
    let counted = OPERATIONS.iter().map(|operation| Ok((&*operation.name, count(&artifacts, operation, &[])?.total)));
    let counted = counted.collect::<Result<BTreeMap<_, _>, String>>()?;
    let columns = ["", "instructions", "floor", "instructions", "ratio"];
    let mut section = Section::new("Calls, loading and recording, in instructions", TEXT, &columns);
    for operation in &OPERATIONS {
        let total = counted[&*operation.name];
        let floor = OPERATIONS.iter().find(|floor| operation.floor == Some(&*floor.name));
        let [name, least, ratio] = floor.map_or_else(Default::default, |floor| {
            let least = counted[&*floor.name];
            [floor.what.to_owned(), format!("{least:.0}"), format!("{:.1}", total / least)]
        });
        section.row(&[operation.what.to_owned(), format!("{total:.0}"), name, least, ratio]);
    }
    Ok(section)
}
