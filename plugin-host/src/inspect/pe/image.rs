//! The headers of a PE library, and what is read by them.

use std::cell::{Cell, OnceCell};

use object::{
    LittleEndian, U32,
    pe::{
        IMAGE_FILE_DLL, IMAGE_FILE_EXECUTABLE_IMAGE, IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_MEM_WRITE, ImageDosHeader,
        ImageSectionHeader,
    },
    read::{
        ReadRef,
        pe::{ImageNtHeaders, ImageOptionalHeader},
    },
};

use crate::error::LoadProblem;

const ENDIAN: LittleEndian = LittleEndian;

/// Largest section that is read whole, in bytes. Of a larger one only what is asked for is read.
const MAX_WHOLE: u32 = 64 << 20;

/// How much is read of all sections together, in bytes.
const MAX_READ: u64 = 256 << 20;

/// Most sections that Windows accepts.
const MAX_SECTIONS: u16 = 96;

/// Most data directories.
const MAX_DIRECTORIES: u32 = 16;

/// A part of the library as it lies in memory.
#[derive(Debug)]
pub(super) struct Section<'data> {
    pub(super) name: [u8; 8],
    pub(super) flags: u32,
    /// Counted from the beginning of the library in memory, as all addresses here.
    pub(super) address: u32,
    pub(super) size: u32,
    pub(super) offset: u32,
    pub(super) file_size: u32,
    content: OnceCell<&'data [u8]>,
}

impl Section<'_> {
    fn of(header: &ImageSectionHeader) -> Self {
        let file_size = header.size_of_raw_data.get(ENDIAN);
        let size = header.virtual_size.get(ENDIAN);
        Self {
            name: header.name,
            flags: header.characteristics.get(ENDIAN),
            address: header.virtual_address.get(ENDIAN),
            size: if size == 0 { file_size } else { size },
            offset: header.pointer_to_raw_data.get(ENDIAN),
            file_size,
            content: OnceCell::new(),
        }
    }

    pub(super) fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn holds(&self, address: u32, size: u32) -> bool {
        within(address.into(), size.into(), self.address.into(), self.size.into())
    }
}

/// The headers of a library, and its file to read tables from.
pub(super) struct Image<'data, R> {
    data: R,
    pub(super) is_64: bool,
    pub(super) machine: u16,
    /// Where the library expects to lie in memory.
    pub(super) base: u64,
    /// How much memory it takes.
    pub(super) span: u32,
    /// How much of the file is mapped for its headers.
    pub(super) header_size: u32,
    /// Where the table of sections ends in the file.
    pub(super) headers_end: u64,
    pub(super) alignment: u32,
    pub(super) file_alignment: u32,
    pub(super) characteristics: u16,
    /// The function that is run when the library is loaded.
    pub(super) entry: u32,
    pub(super) sections: Vec<Section<'data>>,
    directories: Vec<(u32, u32)>,
    /// Where symbols for debuggers lie in the file, and how many there are.
    pub(super) symbols: (u32, u32),
    /// How many bytes have been read.
    asked: Cell<u64>,
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    pub(super) fn open<H: ImageNtHeaders>(data: R, len: u64) -> Result<Self, LoadProblem> {
        let dos = ImageDosHeader::parse(data).map_err(LoadProblem::not_a_library)?;
        let mut at = u64::from(dos.nt_headers_offset());
        let fixed = at.saturating_add(size_of::<H>() as u64);
        if fixed > len {
            return Err(LoadProblem::Truncated { found: len, expected: fixed });
        }
        let size: u16 = data
            .read_at::<H>(at)
            .map_err(|()| damaged("its headers cannot be read"))?
            .file_header()
            .size_of_optional_header
            .get(ENDIAN);
        let behind = at + 24 + u64::from(size);
        if behind > len {
            return Err(LoadProblem::Truncated { found: len, expected: behind });
        }
        let (headers, directories) = H::parse(data, &mut at).map_err(LoadProblem::not_a_library)?;
        let (file, optional) = (headers.file_header(), headers.optional_header());
        let characteristics = file.characteristics.get(ENDIAN);
        check_kind(characteristics)?;
        let count = file.number_of_sections.get(ENDIAN);
        if count == 0 || count > MAX_SECTIONS || optional.number_of_rva_and_sizes() > MAX_DIRECTORIES {
            return Err(damaged("its header counts too many parts, or none"));
        }
        let headers_end = at + u64::from(count) * size_of::<ImageSectionHeader>() as u64;
        if headers_end > len {
            return Err(LoadProblem::Truncated { found: len, expected: headers_end });
        }
        let sections = headers.sections(data, at).map_err(LoadProblem::not_a_library)?;
        Ok(Self {
            data,
            is_64: headers.is_type_64(),
            machine: file.machine.get(ENDIAN),
            base: optional.image_base(),
            span: optional.size_of_image(),
            header_size: optional.size_of_headers(),
            headers_end,
            alignment: optional.section_alignment(),
            file_alignment: optional.file_alignment(),
            characteristics,
            entry: optional.address_of_entry_point(),
            sections: sections.iter().map(Section::of).collect(),
            directories: directories
                .iter()
                .map(|entry| (entry.virtual_address.get(ENDIAN), entry.size.get(ENDIAN)))
                .collect(),
            symbols: (file.pointer_to_symbol_table.get(ENDIAN), file.number_of_symbols.get(ENDIAN)),
            asked: Cell::new(0),
        })
    }

    /// Where a table is, and how long; `None` when there is none.
    pub(super) fn directory(&self, index: usize) -> Option<(u32, u32)> {
        self.directories.get(index).copied().filter(|entry| *entry != (0, 0))
    }

    /// What the file has for a table that is there.
    pub(super) fn table(&self, index: usize, what: &str) -> Result<Option<(u32, &'data [u8])>, LoadProblem> {
        let Some((address, size)) = self.directory(index) else { return Ok(None) };
        Ok(Some((address, self.bytes_at(address, size, what)?)))
    }

    pub(super) fn section_at(&self, address: u32, size: u32) -> Option<&Section<'data>> {
        self.sections.iter().find(|section| section.holds(address, size))
    }

    pub(super) fn is_code(&self, address: u32) -> bool {
        self.section_at(address, 1).is_some_and(|section| section.has(IMAGE_SCN_MEM_EXECUTE))
    }

    pub(super) fn is_writable(&self, address: u32, size: u32) -> bool {
        self.section_at(address, size).is_some_and(|section| section.has(IMAGE_SCN_MEM_WRITE))
    }

    /// What the file has for these addresses.
    pub(super) fn bytes_at(&self, address: u32, size: u32, what: &str) -> Result<&'data [u8], LoadProblem> {
        let outside = || damaged(format!("its {what} lies outside of it"));
        let section = self.section_at(address, size).ok_or_else(outside)?;
        let start = address - section.address;
        if !within(start.into(), size.into(), 0, section.file_size.into()) {
            return Err(outside());
        }
        if section.file_size > MAX_WHOLE {
            return self.read(u64::from(section.offset) + u64::from(start), size);
        }
        let content = self.content(section)?;
        content.get(start as usize..start as usize + size as usize).ok_or_else(outside)
    }

    /// All that the file has for a section.
    pub(super) fn content(&self, section: &Section<'data>) -> Result<&'data [u8], LoadProblem> {
        if let Some(content) = section.content.get() {
            return Ok(content);
        }
        let content = self.read(section.offset.into(), section.file_size)?;
        Ok(section.content.get_or_init(|| content))
    }

    /// Whether a section is small enough to be read whole.
    pub(super) fn is_read_whole(section: &Section<'_>) -> bool {
        section.file_size <= MAX_WHOLE
    }

    fn read(&self, offset: u64, size: u32) -> Result<&'data [u8], LoadProblem> {
        self.asked.set(self.asked.get().saturating_add(size.into()));
        if self.asked.get() > MAX_READ {
            return Err(damaged("its tables are too large"));
        }
        self.data.read_bytes_at(offset, size.into()).map_err(|()| damaged("one of its tables cannot be read"))
    }

    /// The NUL-terminated text at `address`, of at most `limit` bytes.
    pub(super) fn text_at(&self, address: u32, limit: u32) -> Option<&'data [u8]> {
        let section = self.section_at(address, 1)?;
        let left = section.size.min(section.file_size).checked_sub(address - section.address)?;
        let bytes = self.bytes_at(address, left.min(limit + 1), "text").ok()?;
        let end = bytes.iter().position(|byte| *byte == 0)?;
        bytes.get(..end)
    }

    /// The number at `address`: of 8 bytes in a library of 64 bits, of 4 in another.
    pub(super) fn word_at(&self, address: u32, what: &str) -> Result<u64, LoadProblem> {
        self.bytes_at(address, self.word(), what).map(number)
    }

    /// How long an address is, in bytes.
    pub(super) fn word(&self) -> u32 {
        if self.is_64 { 8 } else { 4 }
    }

    /// An address in memory, counted from the beginning of the library; one past the end is one,
    /// too.
    pub(super) fn relative(&self, address: u64) -> Option<u32> {
        let relative = u32::try_from(address.checked_sub(self.base)?).ok()?;
        (relative <= self.span).then_some(relative)
    }

    /// How long the list of symbols for debuggers is, with the texts behind it.
    pub(super) fn end_of_symbols(&self, len: u64) -> Result<u64, LoadProblem> {
        /// What one takes, in bytes.
        const SYMBOL: u64 = 18;
        let (offset, count) = self.symbols;
        if offset == 0 {
            return Ok(0);
        }
        let texts = u64::from(offset) + u64::from(count) * SYMBOL;
        if texts + 4 > len {
            return Ok(texts + 4);
        }
        let length = self.data.read_at::<U32<LittleEndian>>(texts);
        length.map(|length| texts + u64::from(length.get(ENDIAN))).map_err(|()| damaged("its symbols cannot be read"))
    }
}

fn check_kind(characteristics: u16) -> Result<(), LoadProblem> {
    if characteristics & IMAGE_FILE_EXECUTABLE_IMAGE == 0 {
        return Err(damaged("its linker did not finish it"));
    }
    if characteristics & IMAGE_FILE_DLL == 0 {
        return Err(LoadProblem::NotALibrary("it is a program".to_owned()));
    }
    Ok(())
}

pub(super) fn damaged(what: impl Into<String>) -> LoadProblem {
    LoadProblem::Damaged(what.into())
}

/// Whether `size` bytes from `start` on lie in the `outer_size` bytes from `outer` on.
pub(super) fn within(start: u64, size: u64, outer: u64, outer_size: u64) -> bool {
    start.checked_sub(outer).and_then(|offset| offset.checked_add(size)).is_some_and(|end| end <= outer_size)
}

/// The little-endian number in at most 8 bytes.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The number of 4 bytes at `offset`.
pub(super) fn number_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..offset.checked_add(4)?).and_then(|bytes| u32::try_from(number(bytes)).ok())
}
