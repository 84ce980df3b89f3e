//! What calls, loading and recording take in instructions, beside what they cannot do without.

use std::collections::BTreeMap;

use tests::Artifacts;

use super::table::Section;
use crate::instructions::{OPERATIONS, count};

const TEXT: &str = "Instructions in user mode for one operation, by valgrind's callgrind, as the difference between doing it often and twice as often: \
    they do not depend on what else the machine does. What the kernel does is not in it, which is most of recording and of its floor. \
    Everything is optimised crate by crate, so that functions keep their names; what is shipped is optimised as a whole and takes less. \
    `cargo xtask instructions` compares these figures with `tests/instructions/figures.txt`, where those of each function are; more than 3 % above fails.";

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
