//! The headers of an ELF library, and what is read by them.

use std::{cell::Cell, fs::File};

use hookspec::{Manifest, manifest};
use object::{
    NativeEndian, Pod,
    elf::{PF_W, PF_X, PT_LOAD, SHF_ALLOC, SHN_LORESERVE, SHT_NOBITS},
    pod::slice_from_bytes,
    read::{
        ReadCache, ReadRef,
        elf::{FileHeader, ProgramHeader, SectionHeader},
    },
};

use crate::error::LoadProblem;

/// Where the manifest is.
const SECTION: &str = ".plugin_api";

pub(super) const ENDIAN: NativeEndian = NativeEndian;

/// Largest table that is read, in bytes: what a damaged header may make the checks allocate.
const MAX_TABLE: u64 = 32 << 20;

/// Largest tables together, in bytes.
const MAX_TABLES: u64 = 128 << 20;

/// Most program headers that are accepted: the linker puts them on the stack.
const MAX_SEGMENTS: usize = 64;

/// A program header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) kind: u32,
    pub(super) flags: u32,
    pub(super) offset: u64,
    pub(super) address: u64,
    pub(super) file_size: u64,
    pub(super) memory_size: u64,
    pub(super) align: u64,
}

impl Segment {
    pub(super) fn of<H: FileHeader<Endian = NativeEndian>>(header: &H::ProgramHeader) -> Self {
        Self {
            kind: header.p_type(ENDIAN),
            flags: header.p_flags(ENDIAN),
            offset: header.p_offset(ENDIAN).into(),
            address: header.p_vaddr(ENDIAN).into(),
            file_size: header.p_filesz(ENDIAN).into(),
            memory_size: header.p_memsz(ENDIAN).into(),
            align: header.p_align(ENDIAN).into(),
        }
    }

    #[inline]
    pub(super) fn holds(&self, address: u64, size: u64) -> bool {
        within(address, size, self.address, self.memory_size)
    }

    pub(super) fn is_writable(&self) -> bool {
        self.flags & PF_W != 0
    }
}

/// A section header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    pub(super) name: u32,
    pub(super) kind: u32,
    pub(super) flags: u64,
    pub(super) address: u64,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) link: u32,
}

impl Section {
    pub(super) fn of<H: FileHeader<Endian = NativeEndian>>(header: &H::SectionHeader) -> Self {
        Self {
            name: header.sh_name(ENDIAN),
            kind: header.sh_type(ENDIAN),
            flags: header.sh_flags(ENDIAN).into(),
            address: header.sh_addr(ENDIAN).into(),
            offset: header.sh_offset(ENDIAN).into(),
            size: header.sh_size(ENDIAN).into(),
            link: header.sh_link(ENDIAN),
        }
    }

    pub(super) fn has(&self, flag: u32) -> bool {
        self.flags & u64::from(flag) != 0
    }
}

/// The headers of a library, and its file to read tables from.
pub(super) struct Library<'data> {
    pub(super) data: &'data ReadCache<File>,
    pub(super) segments: Vec<Segment>,
    pub(super) sections: Vec<Section>,
    pub(super) section_names: &'data [u8],
    /// How many bytes of tables have been asked for.
    asked: Cell<u64>,
}

impl<'data> Library<'data> {
    pub(super) fn open<H: FileHeader<Endian = NativeEndian>>(
        header: &H,
        data: &'data ReadCache<File>,
        len: u64,
    ) -> Result<Self, LoadProblem> {
        let segments = header.phnum(ENDIAN, data).map_err(LoadProblem::not_a_library)?;
        let sections = header.shnum(ENDIAN, data).map_err(|_| truncated(len, header.e_shoff(ENDIAN).into(), 1))?;
        if segments > MAX_SEGMENTS || sections >= usize::from(SHN_LORESERVE) {
            return Err(damaged("its header counts too many parts"));
        }
        let table = |offset: u64, count: usize, size: u16| {
            let size = u64::from(size) * count as u64;
            if within(offset, size, 0, len) { Ok(()) } else { Err(truncated(len, offset, size)) }
        };
        table(header.e_phoff(ENDIAN).into(), segments, header.e_phentsize(ENDIAN))?;
        table(header.e_shoff(ENDIAN).into(), sections, header.e_shentsize(ENDIAN))?;
        let segments = header.program_headers(ENDIAN, data).map_err(LoadProblem::not_a_library)?;
        let sections = header.section_headers(ENDIAN, data).map_err(LoadProblem::not_a_library)?;
        let mut library = Self {
            data,
            segments: segments.iter().map(Segment::of::<H>).collect(),
            sections: sections.iter().map(Section::of::<H>).collect(),
            section_names: &[],
            asked: Cell::new(0),
        };
        library.check_whole(len)?;
        let names = header.shstrndx(ENDIAN, data).ok().and_then(|index| library.sections.get(index as usize));
        if let Some(names) = names {
            library.section_names = library.table(names.offset, names.size)?;
        }
        Ok(library)
    }

    pub(super) fn check_whole(&self, len: u64) -> Result<(), LoadProblem> {
        let segments = self.segments.iter().map(|segment| (segment.offset, segment.file_size));
        let sections = self.sections.iter().filter(|section| section.kind != SHT_NOBITS);
        let ranges = segments.chain(sections.map(|section| (section.offset, section.size)));
        let past_end = ranges.filter(|(_, size)| *size != 0).filter(|(offset, size)| !within(*offset, *size, 0, len));
        match past_end.map(|(offset, size)| offset.saturating_add(size)).max() {
            Some(expected) => Err(LoadProblem::Truncated { found: len, expected }),
            None => Ok(()),
        }
    }

    pub(super) fn manifest(&self) -> Result<Manifest, LoadProblem> {
        let section = self.section(SECTION).ok_or_else(LoadProblem::no_manifest)?;
        if section.size > manifest::MAX_LEN {
            return Err(LoadProblem::not_a_plugin("its manifest is too long"));
        }
        Manifest::parse(self.table(section.offset, section.size)?).map_err(LoadProblem::not_a_plugin)
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| self.is_named(section, name))
    }

    pub(super) fn is_named(&self, section: &Section, name: &str) -> bool {
        is_text(self.section_names, section.name, name.as_bytes())
    }

    /// The sections of one kind that are there when the library runs.
    pub(super) fn loaded(&self, kind: u32) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(move |section| section.kind == kind && section.has(SHF_ALLOC))
    }

    pub(super) fn load_segments(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|segment| segment.kind == PT_LOAD)
    }

    /// The segment that has these addresses when the library runs.
    pub(super) fn segment_at(&self, address: u64, size: u64) -> Option<&Segment> {
        self.load_segments().find(|segment| segment.holds(address, size))
    }

    pub(super) fn is_code(&self, address: u64) -> bool {
        self.segment_at(address, 1).is_some_and(|segment| segment.flags & PF_X != 0)
    }

    pub(super) fn is_writable(&self, address: u64, size: u64) -> bool {
        self.segment_at(address, size).is_some_and(Segment::is_writable)
    }

    /// What the file has for these addresses.
    pub(super) fn bytes_at(&self, address: u64, size: u64, what: &str) -> Result<&'data [u8], LoadProblem> {
        self.load_segments()
            .find(|segment| within(address, size, segment.address, segment.file_size))
            .ok_or_else(|| damaged(format!("its {what} lies outside of it")))
            .and_then(|segment| self.table(address - segment.address + segment.offset, size))
    }

    pub(super) fn table(&self, offset: u64, size: u64) -> Result<&'data [u8], LoadProblem> {
        self.asked.set(self.asked.get().saturating_add(size));
        if size > MAX_TABLE || self.asked.get() > MAX_TABLES {
            return Err(damaged("its tables are too large"));
        }
        self.data.read_bytes_at(offset, size).map_err(|()| damaged("one of its tables cannot be read"))
    }
}

pub(super) fn damaged(what: impl Into<String>) -> LoadProblem {
    LoadProblem::Damaged(what.into())
}

fn truncated(found: u64, offset: u64, size: u64) -> LoadProblem {
    LoadProblem::Truncated { found, expected: offset.saturating_add(size) }
}

/// Whether `size` bytes from `start` on lie in the `outer_size` bytes from `outer` on.
#[inline]
pub(super) fn within(start: u64, size: u64, outer: u64, outer_size: u64) -> bool {
    start.checked_sub(outer).and_then(|offset| offset.checked_add(size)).is_some_and(|end| end <= outer_size)
}

/// The entries of a table, the last one too when it is whole.
pub(super) fn entries<T: Pod>(bytes: &[u8]) -> &[T] {
    let count = bytes.len() / size_of::<T>();
    slice_from_bytes(bytes, count).map(|(entries, _)| entries).unwrap_or_default()
}

/// The NUL-terminated text at `offset`, of at most `limit` bytes.
pub(super) fn text(strings: &[u8], offset: u64, limit: usize) -> Option<&[u8]> {
    let rest = strings.get(usize::try_from(offset).ok()?..)?;
    let end = rest.iter().take(limit.saturating_add(1)).position(|byte| *byte == 0)?;
    rest.get(..end)
}

/// Whether there is a text at `offset`, however long, in `strings` that end as a text does.
pub(super) fn has_text(strings: &[u8], offset: u64) -> bool {
    usize::try_from(offset).is_ok_and(|offset| offset < strings.len())
}

/// Whether the text at `offset` is `expected`.
pub(super) fn is_text(strings: &[u8], offset: u32, expected: &[u8]) -> bool {
    let rest = strings.get(offset as usize..).and_then(|rest| rest.strip_prefix(expected));
    rest.is_some_and(|rest| rest.first() == Some(&0))
}
