//! The headers of a Mach-O library of 64 bits, and what is read by them.

use std::cell::Cell;

use object::{
    LittleEndian, U32,
    macho::{MH_DYLIB, MachHeader64, Section64, SegmentCommand64, VM_PROT_EXECUTE, VM_PROT_WRITE},
    read::{
        ReadRef,
        macho::{LoadCommandIterator, MachHeader, Section as _, Segment as _},
    },
};

use super::commands::Commands;
use crate::error::LoadProblem;

pub(super) const ENDIAN: LittleEndian = LittleEndian;

/// Largest list of load commands that is read, in bytes.
const MAX_COMMANDS: u64 = 1 << 20;

/// How much is read of all tables together, in bytes.
const MAX_READ: u64 = 256 << 20;

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

/// The headers of a library, and its file to read tables from.
pub(super) struct Image<'data, R> {
    data: R,
    pub(super) commands: Commands<'data>,
    /// Where the load commands end in the file.
    pub(super) headers_end: u64,
    /// How many bytes have been read.
    asked: Cell<u64>,
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    pub(super) fn open(data: R, len: u64) -> Result<Self, LoadProblem> {
        let fixed = size_of::<MachHeader64<LittleEndian>>() as u64;
        if fixed > len {
            return Err(LoadProblem::Truncated { found: len, expected: fixed });
        }
        // They are read in one piece, however long they say they are.
        let size = data.read_at::<U32<LittleEndian>>(20).map_err(|()| damaged("its header cannot be read"))?;
        let size = u64::from(size.get(ENDIAN));
        let headers_end = fixed + size;
        if headers_end > len {
            return Err(LoadProblem::Truncated { found: len, expected: headers_end });
        }
        if size > MAX_COMMANDS {
            return Err(damaged("its header counts too many parts"));
        }
        let header = MachHeader64::<LittleEndian>::parse(data, 0).map_err(LoadProblem::not_a_library)?;
        check_kind(header.filetype(ENDIAN))?;
        let commands: LoadCommandIterator<'data, LittleEndian> =
            header.load_commands(ENDIAN, data, 0).map_err(LoadProblem::not_a_library)?;
        let commands = Commands::of(commands, header.ncmds(ENDIAN), size)?;
        Ok(Self { data, commands, headers_end, asked: Cell::new(0) })
    }

    pub(super) fn section(&self, name: &[u8]) -> Option<&Section> {
        self.commands.sections.iter().find(|section| section.is_named(name))
    }

    /// The segment that has these addresses when the library runs.
    pub(super) fn segment_at(&self, address: u64, size: u64) -> Option<&Segment> {
        self.commands.segments.iter().find(|segment| within(address, size, segment.address, segment.size))
    }

    pub(super) fn is_code(&self, address: u64) -> bool {
        self.segment_at(address, 1).is_some_and(|segment| segment.has(VM_PROT_EXECUTE))
    }

    /// Whether the segment of this number has so much at an offset that can be written to.
    pub(super) fn is_writable(&self, segment: usize, offset: u64, size: u64) -> bool {
        let found = self.commands.segments.get(segment).filter(|segment| segment.has(VM_PROT_WRITE));
        found.is_some_and(|segment| within(offset, size, 0, segment.size))
    }

    /// Where the library begins in memory.
    pub(super) fn base(&self) -> u64 {
        self.commands.segments.first().map_or(0, |segment| segment.address)
    }

    /// What the file has for a section.
    pub(super) fn content(&self, section: &Section) -> Result<&'data [u8], LoadProblem> {
        self.table(section.offset, section.size)
    }

    pub(super) fn table(&self, offset: u64, size: u64) -> Result<&'data [u8], LoadProblem> {
        self.asked.set(self.asked.get().saturating_add(size));
        if self.asked.get() > MAX_READ {
            return Err(damaged("its tables are too large"));
        }
        self.data.read_bytes_at(offset, size).map_err(|()| damaged("one of its tables cannot be read"))
    }
}

fn check_kind(kind: u32) -> Result<(), LoadProblem> {
    let is = match kind {
        MH_DYLIB => return Ok(()),
        object::macho::MH_EXECUTE => "it is a program",
        object::macho::MH_OBJECT => "it is an object file that has not been linked",
        object::macho::MH_BUNDLE => "it is a bundle; link it as a dylib",
        _ => "it is of an unknown kind",
    };
    Err(LoadProblem::NotALibrary(is.to_owned()))
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
