//! The dynamic table: where the dynamic linker finds all other tables.

use std::collections::HashSet;

use object::{
    NativeEndian,
    elf::{
        DT_FINI, DT_FINI_ARRAY, DT_FINI_ARRAYSZ, DT_GNU_HASH, DT_HASH, DT_INIT, DT_INIT_ARRAY, DT_INIT_ARRAYSZ,
        DT_JMPREL, DT_NEEDED, DT_PLTGOT, DT_PLTREL, DT_PLTRELSZ, DT_REL, DT_RELA, DT_RELAENT, DT_RELASZ, DT_RELENT,
        DT_RELSZ, DT_RPATH, DT_RUNPATH, DT_SONAME, DT_STRSZ, DT_STRTAB, DT_SYMENT, DT_SYMTAB, DT_VERDEF, DT_VERNEED,
        DT_VERSYM, SHT_DYNAMIC, SHT_DYNSYM, SHT_FINI_ARRAY, SHT_GNU_HASH, SHT_GNU_VERDEF, SHT_GNU_VERNEED,
        SHT_GNU_VERSYM, SHT_HASH, SHT_INIT_ARRAY, SHT_REL, SHT_RELA, SHT_RELR,
    },
    read::elf::{Dyn, FileHeader},
};

use super::library::{ENDIAN, Library, damaged, entries, text, within};
use crate::error::LoadProblem;

/// Not in `object`: System V gABI, chapter 5 (2022).
pub(super) const DT_RELRSZ: u32 = 35;
pub(super) const DT_RELR: u32 = 36;
pub(super) const DT_RELRENT: u32 = 37;

/// Tables that also have a section of their own: tag of the address, tag of the size, kind of the
/// section.
const TABLES: [(u32, Option<u32>, u32); 9] = [
    (DT_SYMTAB, None, SHT_DYNSYM),
    (DT_HASH, None, SHT_HASH),
    (DT_GNU_HASH, None, SHT_GNU_HASH),
    (DT_VERSYM, None, SHT_GNU_VERSYM),
    (DT_VERNEED, None, SHT_GNU_VERNEED),
    (DT_VERDEF, None, SHT_GNU_VERDEF),
    (DT_INIT_ARRAY, Some(DT_INIT_ARRAYSZ), SHT_INIT_ARRAY),
    (DT_FINI_ARRAY, Some(DT_FINI_ARRAYSZ), SHT_FINI_ARRAY),
    (DT_RELR, Some(DT_RELRSZ), SHT_RELR),
];

/// Most entries that are accepted: the largest programs need some hundred libraries.
const MAX_ENTRIES: usize = 2048;

/// Longest text of an entry, in bytes: of a list of folders, that is.
pub(super) const MAX_TEXT: usize = 16 << 10;

/// The entries of the dynamic table, up to its end.
pub(super) struct Dynamic<'data> {
    entries: Vec<(u64, u64)>,
    /// The string table; empty when there is none.
    pub(super) strings: &'data [u8],
}

impl Dynamic<'_> {
    pub(super) fn value(&self, tag: u32) -> Option<u64> {
        self.values(tag).next()
    }

    fn values(&self, tag: u32) -> impl Iterator<Item = u64> {
        self.entries.iter().filter(move |entry| entry.0 == u64::from(tag)).map(|entry| entry.1)
    }

    /// The table that `address` and `size` tell of; empty when there is none.
    pub(super) fn range(&self, address: u32, size: u32) -> (u64, u64) {
        (self.value(address).unwrap_or_default(), self.value(size).unwrap_or_default())
    }

    pub(super) fn tags(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().map(|entry| entry.0)
    }

    /// What the entries of one kind say that have a text.
    pub(super) fn texts(&self, tag: u32) -> impl Iterator<Item = &[u8]> {
        self.values(tag).filter_map(|offset| text(self.strings, offset, MAX_TEXT))
    }

    /// The libraries that this one needs.
    pub(super) fn needed(&self) -> impl Iterator<Item = &[u8]> {
        self.texts(DT_NEEDED)
    }
}

impl<'data> Library<'data> {
    pub(super) fn dynamic<H: FileHeader<Endian = NativeEndian>>(&self) -> Result<Dynamic<'data>, LoadProblem> {
        let Some(section) = self.loaded(SHT_DYNAMIC).next() else {
            return Err(LoadProblem::NotALibrary("it has no dynamic table".to_owned()));
        };
        let all = entries::<H::Dyn>(self.table(section.offset, section.size)?);
        let all: Vec<(u64, u64)> =
            all.iter().map(|entry| (entry.d_tag(ENDIAN).into(), entry.d_val(ENDIAN).into())).collect();
        // The dynamic linker reads until it finds the end, wherever that is.
        let Some(end) = all.iter().position(|entry| entry.0 == 0) else {
            return Err(damaged("its dynamic table has no end"));
        };
        if end > MAX_ENTRIES {
            return Err(damaged(format!("its dynamic table has {end} entries, more than any linker makes")));
        }
        let mut dynamic = Dynamic { entries: all[..end].to_vec(), strings: &[] };
        let (address, size) = dynamic.range(DT_STRTAB, DT_STRSZ);
        dynamic.strings = self.bytes_at(address, size, "string table")?;
        Ok(dynamic)
    }

    /// Refuses a dynamic table that contradicts itself or the section headers.
    pub(super) fn check_dynamic(&self, dynamic: &Dynamic<'_>) -> Result<(), LoadProblem> {
        let mut seen = HashSet::new();
        if dynamic.tags().filter(|tag| *tag != u64::from(DT_NEEDED)).any(|tag| !seen.insert(tag)) {
            return Err(contradiction());
        }
        for (address, size, kind) in TABLES {
            let section = self.loaded(kind).next();
            let same_place = dynamic.value(address) == section.map(|section| section.address);
            let same_size = size.is_none_or(|size| dynamic.value(size) == section.map(|section| section.size));
            if !same_place || !same_size {
                return Err(contradiction());
            }
        }
        self.check_strings(dynamic)?;
        self.check_functions(dynamic)?;
        self.check_relocation_tables(dynamic)?;
        let got = dynamic.value(DT_PLTGOT);
        // The dynamic linker may write its own two words there.
        if got.is_some_and(|got| !self.is_writable(got, 3 * size_of::<usize>() as u64)) {
            return Err(contradiction());
        }
        Ok(())
    }

    fn check_strings(&self, dynamic: &Dynamic<'_>) -> Result<(), LoadProblem> {
        let symbols = self.loaded(SHT_DYNSYM).next();
        let strings = symbols.and_then(|symbols| self.sections.get(symbols.link as usize));
        let same = strings.is_some_and(|strings| (strings.address, strings.size) == dynamic.range(DT_STRTAB, DT_STRSZ));
        if !same || dynamic.strings.last() != Some(&0) {
            return Err(damaged("its string table is not where it says"));
        }
        for tag in [DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH] {
            let is_missing = |offset| text(dynamic.strings, offset, MAX_TEXT).is_none_or(<[u8]>::is_empty);
            if dynamic.values(tag).any(is_missing) {
                return Err(damaged("a name in its dynamic table lies outside of its string table"));
            }
        }
        Ok(())
    }

    fn check_functions(&self, dynamic: &Dynamic<'_>) -> Result<(), LoadProblem> {
        for (tag, name) in [(DT_INIT, ".init"), (DT_FINI, ".fini")] {
            let function = dynamic.value(tag);
            // Not always the section's own address: BOLT moves functions, `ld -init` names another.
            let missing = function.is_none() && self.section(name).is_some();
            if missing || function.is_some_and(|function| !self.is_code(function)) {
                return Err(damaged("a function it would run when loaded is not where it says"));
            }
        }
        Ok(())
    }

    fn check_relocation_tables(&self, dynamic: &Dynamic<'_>) -> Result<(), LoadProblem> {
        let word = size_of::<usize>() as u64;
        let sizes = [
            (DT_SYMTAB, DT_SYMENT, if word == 8 { 24 } else { 16 }),
            (DT_RELA, DT_RELAENT, 3 * word),
            (DT_REL, DT_RELENT, 2 * word),
            (DT_RELR, DT_RELRENT, word),
        ];
        let sizes_fit = sizes
            .iter()
            .all(|(table, tag, size)| dynamic.value(*table).is_none() || dynamic.value(*tag) == Some(*size));
        let plt = dynamic.value(DT_PLTREL);
        let plt_kind_fits = plt.is_none_or(|kind| kind == u64::from(DT_RELA) || kind == u64::from(DT_REL))
            && plt.is_some() == dynamic.value(DT_JMPREL).is_some();
        if !sizes_fit || !plt_kind_fits {
            return Err(contradiction());
        }
        let tables = [(DT_RELA, DT_RELASZ), (DT_REL, DT_RELSZ), (DT_JMPREL, DT_PLTRELSZ)];
        let tables = tables.map(|(address, size)| dynamic.range(address, size));
        let sections: Vec<_> =
            self.loaded(SHT_RELA).chain(self.loaded(SHT_REL)).filter(|section| section.size > 0).collect();
        let covered = sections
            .iter()
            .all(|section| tables.iter().any(|(address, size)| within(section.address, section.size, *address, *size)));
        let exact = tables.iter().filter(|(_, size)| *size > 0).all(|(address, size)| {
            sections.iter().any(|section| section.address == *address)
                && sections.iter().any(|section| section.address + section.size == address.wrapping_add(*size))
        });
        if covered && exact { Ok(()) } else { Err(contradiction()) }
    }
}

fn contradiction() -> LoadProblem {
    damaged("its dynamic table and its sections contradict each other")
}
