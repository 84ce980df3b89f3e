//! What is mapped, and whether the file has it.

use object::{
    macho::{
        S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL, S_ZEROFILL, SECTION_TYPE, VM_PROT_EXECUTE, VM_PROT_READ, VM_PROT_WRITE,
    },
    read::ReadRef,
};

use super::{
    commands::Range,
    image::{Image, Section, Segment, damaged, within},
};
use crate::error::LoadProblem;

/// What each system maps in whole pieces of, at least.
const PAGE: u64 = 4096;

/// Most memory that a library may take, in bytes.
const MAX_MEMORY: u64 = 4 << 30;

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses a file that is shorter than what is mapped of it.
    pub(super) fn check_whole(&self, len: u64) -> Result<(), LoadProblem> {
        let ends = self.commands.segments.iter().map(|segment| segment.offset.saturating_add(segment.file_size));
        match ends.max() {
            Some(expected) if expected > len => Err(LoadProblem::Truncated { found: len, expected }),
            _ => Ok(()),
        }
    }

    /// Refuses segments that cannot be mapped side by side, with the headers in the first of them.
    pub(super) fn check_segments(&self) -> Result<(), LoadProblem> {
        let segments = &self.commands.segments;
        let first = segments.first().filter(|first| first.is_named(b"__TEXT") && first.offset == 0);
        let has_headers = first.is_some_and(|first| {
            first.file_size >= self.headers_end && first.has(VM_PROT_EXECUTE) && !first.has(VM_PROT_WRITE)
        });
        if !has_headers {
            return Err(damaged("its headers are not in its first segment"));
        }
        let (mut address, mut offset) = (self.base(), 0);
        for segment in segments {
            check_mappable(segment)?;
            if segment.address < address || segment.file_size > 0 && segment.offset < offset {
                return Err(damaged("its segments do not lie side by side"));
            }
            address = segment.address.saturating_add(segment.size);
            offset = segment.offset.saturating_add(segment.file_size).max(offset);
        }
        if address - self.base() > MAX_MEMORY {
            return Err(damaged("it takes too much memory"));
        }
        self.commands.sections.iter().try_for_each(|section| self.check_section(section))
    }

    fn check_section(&self, section: &Section) -> Result<(), LoadProblem> {
        let outside = || damaged("one of its sections lies outside of its segment");
        let segment = self.commands.segments.get(section.segment).ok_or_else(outside)?;
        if !within(section.address, section.size, segment.address, segment.size) {
            return Err(outside());
        }
        if section.size == 0 || is_zeros(section) {
            return Ok(());
        }
        let place = section.address - segment.address;
        let in_file = within(place, section.size, 0, segment.file_size);
        if in_file && section.offset == segment.offset + place { Ok(()) } else { Err(outside()) }
    }

    /// Refuses tables for `dyld` that are not where it maps them.
    pub(super) fn check_tables(&self) -> Result<(), LoadProblem> {
        let outside = || damaged("one of its tables lies outside of it");
        let commands = &self.commands;
        let linked = commands.segments.iter().find(|segment| segment.is_named(b"__LINKEDIT")).ok_or_else(outside)?;
        if linked.has(VM_PROT_WRITE | VM_PROT_EXECUTE) {
            return Err(damaged("its tables can be written to"));
        }
        let info = commands.info.into_iter().flatten();
        let ranges = commands.exports.into_iter().chain(commands.fixups).chain(info);
        let mut ranges: Vec<Range> = ranges.chain(commands.others.iter().copied()).chain(self.of_symbols()).collect();
        ranges.retain(|(_, size)| *size > 0);
        ranges.sort_unstable();
        let mut end = linked.offset;
        for (offset, size) in ranges {
            if !within(offset, size, linked.offset, linked.file_size) {
                return Err(outside());
            }
            if offset < end {
                return Err(damaged("two of its tables lie in one place"));
            }
            end = offset + size;
        }
        Ok(())
    }
}

fn check_mappable(segment: &Segment) -> Result<(), LoadProblem> {
    const ALL: u32 = VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE;
    let [most, first] = segment.protections;
    let is_allowed = first & !most == 0 && most & !ALL == 0;
    let is_safe = !(segment.has(VM_PROT_WRITE) && segment.has(VM_PROT_EXECUTE));
    let is_aligned = segment.address % PAGE == 0 && (segment.file_size == 0 || segment.offset % PAGE == 0);
    let is_bounded = segment.address.checked_add(segment.size).is_some() && segment.file_size <= segment.size;
    let is_readable = segment.has(VM_PROT_READ) && segment.size > 0;
    if is_allowed && is_safe && is_aligned && is_bounded && is_readable {
        return Ok(());
    }
    Err(damaged("one of its segments cannot be mapped"))
}

/// Whether a section is of zeros, which the file does not have.
fn is_zeros(section: &Section) -> bool {
    [S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL].contains(&(section.flags & SECTION_TYPE))
}
