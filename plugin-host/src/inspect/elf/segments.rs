//! The program headers: what the dynamic linker maps, and what it then does to the mapped pages.

use object::{
    NativeEndian,
    elf::{
        PF_R, PF_W, PF_X, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_GNU_PROPERTY, PT_GNU_RELRO, PT_NOTE, PT_PHDR, PT_TLS,
        SHF_ALLOC, SHF_EXECINSTR, SHF_TLS, SHF_WRITE, SHT_DYNAMIC, SHT_NOBITS,
    },
    read::elf::FileHeader,
};

use super::library::{ENDIAN, Library, Section, Segment, damaged, within};
use crate::error::LoadProblem;

/// The smallest page of any machine.
const PAGE: u64 = 4096;

/// Most address space a library may ask for: more than any compiler's default code model can reach.
const MAX_SPAN: u64 = 4 << 30;

/// Longest notes, in bytes: more than any tool writes where they are loaded.
const MAX_NOTES: u64 = 1 << 20;

impl Library<'_> {
    /// Refuses what the dynamic linker would map wrongly.
    pub(super) fn check_segments<H: FileHeader<Endian = NativeEndian>>(&self, header: &H) -> Result<(), LoadProblem> {
        self.check_loads()?;
        for section in self.sections.iter().filter(|section| section.has(SHF_ALLOC) && section.size > 0) {
            self.check_mapped(section)?;
        }
        self.check_dynamic_segment()?;
        self.check_tls()?;
        self.check_unwind_table()?;
        for segment in &self.segments {
            match segment.kind {
                PT_PHDR => self.check_own_place(segment, header.e_phoff(ENDIAN).into())?,
                PT_GNU_RELRO => self.check_relro(segment)?,
                PT_NOTE | PT_GNU_PROPERTY => self.check_notes(segment)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The segment that says where the program headers are, by which a panic finds the unwind
    /// table.
    #[allow(clippy::manual_is_multiple_of, reason = "the manager builds with rustc 1.85, which lacks it")]
    fn check_own_place(&self, segment: &Segment, offset: u64) -> Result<(), LoadProblem> {
        let load = self.segment_at(segment.address, segment.file_size);
        let mapped = load.is_some_and(|load| offset == load.offset + (segment.address - load.address));
        let count = self.segments.len() as u64;
        if mapped && segment.offset == offset && segment.memory_size % count == 0 {
            return Ok(());
        }
        Err(damaged("its program headers are not where they say"))
    }

    fn check_loads(&self) -> Result<(), LoadProblem> {
        let mut end = None;
        for segment in self.load_segments() {
            let sound = segment.file_size <= segment.memory_size
                && segment.align.is_power_of_two()
                && segment.align >= PAGE
                && segment.address.wrapping_sub(segment.offset) % segment.align == 0
                && segment.flags & PF_R != 0;
            if !sound {
                return Err(damaged("one of its segments cannot be mapped"));
            }
            let next =
                segment.address.checked_add(segment.memory_size).and_then(|end| end.checked_next_multiple_of(PAGE));
            let Some(next) = next else {
                return Err(damaged("one of its segments has no end"));
            };
            if end.is_some_and(|end| segment.address / PAGE * PAGE < end) {
                return Err(damaged("its segments overlap"));
            }
            end = Some(next);
        }
        let start = self.load_segments().next().map_or(0, |segment| segment.address);
        match end {
            None => Err(damaged("it has nothing to load")),
            Some(end) if end - start > MAX_SPAN => Err(damaged("it asks for an absurd amount of memory")),
            Some(_) => Ok(()),
        }
    }

    /// A section that is there at run time lies in one segment, with the same bytes and
    /// permissions.
    fn check_mapped(&self, section: &Section) -> Result<(), LoadProblem> {
        if section.kind == SHT_NOBITS && section.has(SHF_TLS) {
            return Ok(());
        }
        let Some(segment) = self.segment_at(section.address, section.size) else {
            return Err(damaged("one of its sections is not loaded"));
        };
        let offset = section.address - segment.address;
        let in_file = if section.kind == SHT_NOBITS {
            // On powerpc64 the table that is filled when loaded lies amid what the file has.
            let is_filled = section.has(SHF_WRITE) && self.is_named(section, ".plt");
            offset >= segment.file_size || is_filled && within(offset, section.size, 0, segment.file_size)
        } else {
            within(offset, section.size, 0, segment.file_size) && section.offset == segment.offset + offset
        };
        let allowed = |flag, permission| !section.has(flag) || segment.flags & permission != 0;
        if in_file && allowed(SHF_WRITE, PF_W) && allowed(SHF_EXECINSTR, PF_X) {
            return Ok(());
        }
        Err(damaged("its sections and segments contradict each other"))
    }

    fn check_dynamic_segment(&self) -> Result<(), LoadProblem> {
        let mut segments = self.segments.iter().filter(|segment| segment.kind == PT_DYNAMIC);
        let (Some(segment), None, Some(section)) = (segments.next(), segments.next(), self.loaded(SHT_DYNAMIC).next())
        else {
            return Err(damaged("it has no dynamic table"));
        };
        check_same(segment, section, "dynamic table")
    }

    /// Without this table a panic could not be caught.
    fn check_unwind_table(&self) -> Result<(), LoadProblem> {
        let segment = self.segments.iter().find(|segment| segment.kind == PT_GNU_EH_FRAME);
        match (segment, self.section(".eh_frame_hdr")) {
            (Some(segment), Some(section)) => check_same(segment, section, "unwind table"),
            (None, None) => Ok(()),
            _ => Err(damaged("it has half an unwind table")),
        }
    }

    /// The segment from which each thread's storage is made is what the sections for it say.
    fn check_tls(&self) -> Result<(), LoadProblem> {
        let sections = || self.sections.iter().filter(|section| section.has(SHF_TLS) && section.has(SHF_ALLOC));
        let start = sections().map(|section| section.address).min();
        let segment = self.segments.iter().find(|segment| segment.kind == PT_TLS);
        let (Some(segment), Some(start)) = (segment, start) else {
            let both_absent = segment.is_none() && start.is_none();
            return if both_absent { Ok(()) } else { Err(damaged("it has half of its thread-local storage")) };
        };
        let end = |section: &Section| section.address.saturating_add(section.size) - start;
        let memory = sections().map(end).max().unwrap_or_default();
        let file = sections().filter(|section| section.kind != SHT_NOBITS).map(end).max().unwrap_or_default();
        let align = segment.align.max(1);
        let sound = align.is_power_of_two()
            && align <= PAGE
            && segment.address == start
            && segment.file_size == file
            && (segment.memory_size == memory || Some(segment.memory_size) == memory.checked_next_multiple_of(align))
            && self.segment_at(start, file).is_some_and(|load| segment.offset == load.offset + (start - load.address));
        if sound { Ok(()) } else { Err(damaged("its thread-local storage is not where it says")) }
    }

    /// What is made read-only after relocation is writable before, and is not what the library
    /// writes to later.
    fn check_relro(&self, segment: &Segment) -> Result<(), LoadProblem> {
        let sound = self.is_writable(segment.address, segment.file_size);
        let (start, end) =
            (segment.address / PAGE * PAGE, segment.address.saturating_add(segment.memory_size) / PAGE * PAGE);
        let protects = |section: &Section| {
            section.size > 0
                && section.address < end
                && start < section.address.saturating_add(section.size)
                && [".data", ".bss"].iter().any(|name| self.is_named(section, name))
        };
        if sound && !self.sections.iter().any(protects) {
            return Ok(());
        }
        Err(damaged("it would make the wrong part of itself read-only"))
    }

    /// The dynamic linker walks the notes by the lengths they give.
    fn check_notes(&self, segment: &Segment) -> Result<(), LoadProblem> {
        if segment.file_size > MAX_NOTES {
            return Err(damaged("its notes are too long"));
        }
        let bytes = self.bytes_at(segment.address, segment.file_size, "notes")?;
        let align: usize = if segment.align == 8 { 8 } else { 4 };
        let mut rest = bytes;
        while !rest.is_empty() {
            let word = |at: usize| {
                let bytes = rest.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
                bytes.and_then(|bytes| usize::try_from(u32::from_ne_bytes(bytes)).ok())
            };
            let end = word(0)
                .zip(word(4))
                .and_then(|(name, text)| name.checked_add(12)?.checked_next_multiple_of(align)?.checked_add(text))
                .filter(|end| *end <= rest.len());
            let Some(end) = end else {
                return Err(damaged("its notes are longer than their segment"));
            };
            rest = &rest[end.next_multiple_of(align).min(rest.len())..];
        }
        Ok(())
    }
}

fn check_same(segment: &Segment, section: &Section, what: &str) -> Result<(), LoadProblem> {
    let same = (segment.address, segment.offset, segment.file_size, segment.memory_size)
        == (section.address, section.offset, section.size, section.size);
    if same { Ok(()) } else { Err(damaged(format!("its {what} is not where it says"))) }
}
