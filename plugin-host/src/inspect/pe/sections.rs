//! The section table: what the loader maps.

use object::{
    pe::{IMAGE_DIRECTORY_ENTRY_SECURITY, IMAGE_SCN_MEM_READ},
    read::ReadRef,
};

use super::image::{Image, Section, damaged, within};
use crate::error::LoadProblem;

/// The smallest page of any machine.
const PAGE: u32 = 4096;

/// How the loader counts in the file.
const FILE_UNIT: u32 = 512;

/// Most memory that a library may ask for: more than its code could reach.
const MAX_SPAN: u32 = 1 << 31;

/// Where a library may lie is counted in these.
const BASE_UNIT: u64 = 64 << 10;

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses a file that is shorter than its headers say, and what the loader would map wrongly.
    pub(super) fn check_sections(&self, len: u64) -> Result<(), LoadProblem> {
        self.check_whole(len)?;
        let first = self.sections.first().map_or(0, |section| section.address);
        let sound = self.alignment.is_power_of_two()
            && self.alignment >= PAGE
            && self.file_alignment.is_power_of_two()
            && self.file_alignment >= FILE_UNIT
            && self.file_alignment <= self.alignment
            && self.base % BASE_UNIT == 0
            && self.span <= MAX_SPAN
            && u64::from(self.header_size) >= self.headers_end
            && self.header_size <= first;
        if !sound {
            return Err(damaged("its headers contradict each other"));
        }
        let mut next = u64::from(self.aligned(self.header_size.into())?);
        for section in &self.sections {
            self.check_section(section)?;
            // The loader leaves no gaps.
            if u64::from(section.address) != next {
                return Err(damaged("its sections do not lie side by side"));
            }
            next = self.aligned(u64::from(section.address) + u64::from(section.size))?.into();
        }
        if next == u64::from(self.span) { Ok(()) } else { Err(damaged("it does not take the memory that it says")) }
    }

    fn check_whole(&self, len: u64) -> Result<(), LoadProblem> {
        let sections = self.sections.iter().filter(|section| section.file_size > 0);
        let ends = sections.map(|section| u64::from(section.offset) + u64::from(section.file_size));
        // Signatures are found by their place in the file.
        let signatures = self.directory(IMAGE_DIRECTORY_ENTRY_SECURITY);
        let signatures = signatures.map(|(offset, size)| u64::from(offset) + u64::from(size));
        let others = [u64::from(self.header_size), self.end_of_symbols(len)?];
        match ends.chain(signatures).chain(others).max() {
            Some(expected) if expected > len => Err(LoadProblem::Truncated { found: len, expected }),
            _ => Ok(()),
        }
    }

    fn check_section(&self, section: &Section<'data>) -> Result<(), LoadProblem> {
        let in_memory = section.size > 0 && section.address % self.alignment == 0 && section.has(IMAGE_SCN_MEM_READ);
        let mapped = self.aligned(section.size.into())?;
        let in_file = section.file_size == 0
            || section.offset % FILE_UNIT == 0
                && section.offset >= self.header_size
                && within(section.file_size.into(), 0, 0, u64::from(mapped).max(self.file_alignment.into()));
        if in_memory && in_file { Ok(()) } else { Err(damaged("one of its sections cannot be mapped")) }
    }

    /// Where the next section may begin.
    fn aligned(&self, end: u64) -> Result<u32, LoadProblem> {
        let end = u32::try_from(end).ok().and_then(|end| end.checked_next_multiple_of(self.alignment.max(1)));
        end.ok_or_else(|| damaged("one of its sections has no end"))
    }
}
