//! The relocations: which addresses change with the place that the library gets in memory.

use object::{
    pe::{
        IMAGE_DIRECTORY_ENTRY_BASERELOC, IMAGE_FILE_RELOCS_STRIPPED, IMAGE_REL_BASED_ABSOLUTE, IMAGE_REL_BASED_DIR64,
        IMAGE_REL_BASED_HIGHLOW,
    },
    read::ReadRef,
};

use super::image::{Image, damaged, number, number_at};
use crate::error::LoadProblem;

/// What a block of them is for, in bytes.
const PAGE: u32 = 4096;

/// Most of them: more than the largest programs have.
const MAX_RELOCATIONS: usize = 1 << 22;

/// The addresses that are relocated, in order.
pub(super) struct Relocated(Vec<u32>);

impl Relocated {
    pub(super) fn has(&self, address: u32) -> bool {
        self.0.binary_search(&address).is_ok()
    }
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// The relocations, once each has been found to change an address of the library, and once.
    pub(super) fn relocations(&self) -> Result<Relocated, LoadProblem> {
        let table = self.table(IMAGE_DIRECTORY_ENTRY_BASERELOC, "table of relocations")?;
        let Some((_, mut rest)) = table.filter(|_| self.characteristics & IMAGE_FILE_RELOCS_STRIPPED == 0) else {
            return Err(damaged("it has no relocations"));
        };
        let mut found = Vec::new();
        while !rest.is_empty() {
            let page = number_at(rest, 0).filter(|page| page % PAGE == 0);
            let size = number_at(rest, 4).and_then(|size| usize::try_from(size).ok());
            let entries = size.filter(|size| size % 4 == 0).and_then(|size| rest.get(8..size));
            let (Some(page), Some(entries)) = (page, entries) else {
                return Err(damaged("its table of relocations leads outside of it"));
            };
            for entry in entries.chunks_exact(2).map(number) {
                self.check_relocation(page, entry, &mut found)?;
            }
            rest = &rest[8 + entries.len()..];
        }
        Ok(Relocated(found))
    }

    fn check_relocation(&self, page: u32, entry: u64, found: &mut Vec<u32>) -> Result<(), LoadProblem> {
        let own = if self.is_64 { IMAGE_REL_BASED_DIR64 } else { IMAGE_REL_BASED_HIGHLOW };
        let kind = u16::try_from(entry >> 12).unwrap_or_default();
        let offset = u32::try_from(entry & 0xfff).unwrap_or_default();
        if kind == IMAGE_REL_BASED_ABSOLUTE {
            // Fills the block up.
            return if offset == 0 { Ok(()) } else { Err(damaged("a relocation is of no kind")) };
        }
        if kind != own {
            return Err(damaged("a relocation is of an unknown kind"));
        }
        let address = page.checked_add(offset).ok_or_else(|| damaged("a relocation leads outside of it"))?;
        let is_next = found.last().is_none_or(|last| last + self.word() <= address);
        if !is_next || found.len() >= MAX_RELOCATIONS {
            return Err(damaged("its relocations are out of order"));
        }
        let section = self.section_at(address, self.word());
        let section = section.ok_or_else(|| damaged("a relocation leads outside of it"))?;
        if Self::is_read_whole(section) && self.relative(self.word_at(address, "relocated address")?).is_none() {
            return Err(damaged("a relocation points outside of it"));
        }
        found.push(address);
        Ok(())
    }
}
