//! The tree of resources, in which the loader looks for a list of further libraries.

use object::{pe::IMAGE_DIRECTORY_ENTRY_RESOURCE, read::ReadRef};

use super::image::{Image, damaged, number, number_at};
use crate::error::LoadProblem;

/// How deep the tree is: by kind, name and language.
const MAX_DEPTH: u32 = 3;

/// Most entries in it.
const MAX_ENTRIES: usize = 1 << 14;

/// What says that an entry leads to further ones.
const IS_FOLDER: u32 = 1 << 31;

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses a tree that leads outside of the library, or in circles.
    pub(super) fn check_resources(&self) -> Result<(), LoadProblem> {
        let Some((_, tree)) = self.table(IMAGE_DIRECTORY_ENTRY_RESOURCE, "resources")? else { return Ok(()) };
        let mut open = vec![(0_u32, 0_u32)];
        let mut left = MAX_ENTRIES;
        while let Some((folder, depth)) = open.pop() {
            let start = folder as usize;
            let counts = tree.get(start..).and_then(|rest| rest.get(12..16)).ok_or_else(bad)?;
            let count = usize::try_from(number(&counts[..2]) + number(&counts[2..])).unwrap_or(usize::MAX);
            left = left.checked_sub(count + 1).ok_or_else(bad)?;
            let entries = tree.get(start + 16..start + 16 + count * 8).ok_or_else(bad)?;
            for entry in entries.chunks_exact(8).filter_map(|entry| number_at(entry, 4)) {
                if entry & IS_FOLDER == 0 {
                    self.check_resource(tree, entry as usize)?;
                } else if depth + 1 < MAX_DEPTH {
                    open.push((entry & !IS_FOLDER, depth + 1));
                } else {
                    return Err(bad());
                }
            }
        }
        Ok(())
    }

    fn check_resource(&self, tree: &[u8], at: usize) -> Result<(), LoadProblem> {
        let (address, size) = number_at(tree, at).zip(number_at(tree, at + 4)).ok_or_else(bad)?;
        self.bytes_at(address, size, "resources").map(drop)
    }
}

fn bad() -> LoadProblem {
    damaged("its resources lie outside of it")
}
