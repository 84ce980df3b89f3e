//! Segments and sections, and what all tables are judged by.

use object::{
    LittleEndian,
    macho::{Section64, SegmentCommand64},
    read::macho::{Section as _, Segment as _},
};

use crate::error::LoadProblem;

pub(super) const ENDIAN: LittleEndian = LittleEndian;

/// A part of the library that is mapped in one piece.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) name: [u8; 16],
    pub(super) address: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
    pub(super) file_size: u64,
    /// What may be done with it at most, and at first.
    pub(super) protections: [u32; 2],
}

impl Segment {
    pub(super) fn of(command: &SegmentCommand64<LittleEndian>) -> Self {
        Self {
            name: *command.segname(),
            address: command.vmaddr(ENDIAN),
            size: command.vmsize(ENDIAN),
            offset: command.fileoff(ENDIAN),
            file_size: command.filesize(ENDIAN),
            protections: [command.maxprot(ENDIAN), command.initprot(ENDIAN)],
        }
    }

    pub(super) fn is_named(&self, name: &[u8]) -> bool {
        is_text(&self.name, name)
    }

    pub(super) fn has(&self, protection: u32) -> bool {
        self.protections[1] & protection != 0
    }
}

/// A part of a segment.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: [u8; 16],
    pub(super) address: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
    pub(super) flags: u32,
    /// What the kind of section has them for.
    pub(super) reserved: [u32; 2],
    /// The number of its segment.
    pub(super) segment: usize,
}

impl Section {
    pub(super) fn of(header: &Section64<LittleEndian>, segment: usize) -> Self {
        Self {
            name: *header.sectname(),
            address: header.addr(ENDIAN),
            size: header.size(ENDIAN),
            offset: header.offset(ENDIAN).into(),
            flags: header.flags(ENDIAN),
            reserved: [header.reserved1.get(ENDIAN), header.reserved2.get(ENDIAN)],
            segment,
        }
    }

    pub(super) fn is_named(&self, name: &[u8]) -> bool {
        is_text(&self.name, name)
    }
}

pub(super) fn damaged(what: impl Into<String>) -> LoadProblem {
    LoadProblem::Damaged(what.into())
}

/// Whether `size` bytes from `start` on lie in the `outer_size` bytes from `outer` on.
pub(super) fn within(start: u64, size: u64, outer: u64, outer_size: u64) -> bool {
    start.checked_sub(outer).and_then(|offset| offset.checked_add(size)).is_some_and(|end| end <= outer_size)
}

fn is_text(field: &[u8; 16], expected: &[u8]) -> bool {
    field.strip_prefix(expected).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}
