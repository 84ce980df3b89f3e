//! The symbols, and the hash tables by which the dynamic linker finds them.

use hookspec::abi::{ROOT_SIZE, ROOT_SYMBOL};
use object::{
    NativeEndian,
    elf::{
        DT_GNU_HASH, DT_HASH, PT_TLS, SHN_ABS, SHN_UNDEF, SHT_DYNSYM, STT_GNU_IFUNC, STT_NOTYPE, STT_OBJECT, STT_TLS,
    },
    read::elf::{FileHeader, Sym},
};

use super::{
    dynamic::Dynamic,
    library::{ENDIAN, Library, damaged, entries, has_text, is_text},
};
use crate::error::LoadProblem;

/// A symbol.
pub(super) struct Symbol {
    name: u32,
    kind: u8,
    section: u16,
    address: u64,
    size: u64,
}

impl Library<'_> {
    pub(super) fn symbols<H: FileHeader<Endian = NativeEndian>>(&self) -> Result<Vec<Symbol>, LoadProblem> {
        let section = self.loaded(SHT_DYNSYM).next().ok_or_else(LoadProblem::no_root)?;
        let symbols = entries::<H::Sym>(self.table(section.offset, section.size)?);
        Ok(symbols
            .iter()
            .map(|symbol| Symbol {
                name: symbol.st_name(ENDIAN),
                kind: symbol.st_type(),
                section: symbol.st_shndx(ENDIAN),
                address: symbol.st_value(ENDIAN).into(),
                size: symbol.st_size(ENDIAN).into(),
            })
            .collect())
    }

    /// The library exports the root of a plugin: data, in one piece.
    pub(super) fn check_root(&self, symbols: &[Symbol], dynamic: &Dynamic<'_>) -> Result<(), LoadProblem> {
        let root = symbols.iter().find(|symbol| {
            symbol.section != SHN_UNDEF && is_text(dynamic.strings, symbol.name, ROOT_SYMBOL.as_bytes())
        });
        let root = root.ok_or_else(LoadProblem::no_root)?;
        let sound = matches!(root.kind, STT_OBJECT | STT_NOTYPE)
            && root.section != SHN_ABS
            && root.address % size_of::<usize>() as u64 == 0
            && self.segment_at(root.address, root.size.max(ROOT_SIZE)).is_some();
        if sound { Ok(()) } else { Err(damaged("the plugin it exports is not where it says")) }
    }

    pub(super) fn check_symbols(&self, symbols: &[Symbol], dynamic: &Dynamic<'_>) -> Result<(), LoadProblem> {
        // What needs no symbol refers to the first, which is none (System V gABI, chapter 4).
        let is_none = |first: &Symbol| (first.name, first.kind, first.section, first.address) == (0, 0, SHN_UNDEF, 0);
        if !symbols.first().is_some_and(is_none) {
            return Err(damaged("its first symbol is not empty"));
        }
        let storage = self.segments.iter().find(|segment| segment.kind == PT_TLS);
        for symbol in symbols {
            let named = has_text(dynamic.strings, symbol.name.into());
            let placed = symbol.section == SHN_UNDEF
                || symbol.section == SHN_ABS
                || match symbol.kind {
                    STT_TLS => storage.is_some_and(|storage| symbol.address <= storage.memory_size),
                    STT_GNU_IFUNC => self.is_code(symbol.address),
                    _ => self.segment_at(symbol.address, 0).is_some(),
                };
            if !named || !placed {
                return Err(damaged("one of its symbols lies outside of it"));
            }
        }
        let (gnu, old) = (dynamic.value(DT_GNU_HASH), dynamic.value(DT_HASH));
        if gnu.is_none() && old.is_none() {
            return Err(damaged("it has no table to find its symbols by"));
        }
        gnu.map_or(Ok(()), |address| self.check_gnu_hash(address, symbols.len()))?;
        old.map_or(Ok(()), |address| self.check_hash(address, symbols.len()))
    }

    /// The layout is that of `DT_GNU_HASH` in glibc's `elf/dl-setup_hash.c`.
    fn check_gnu_hash(&self, address: u64, symbols: usize) -> Result<(), LoadProblem> {
        let header = self.words_at(address, 4)?;
        let [buckets, base, bloom, shift] = header[..] else { return Err(bad_hash()) };
        if !bloom.is_power_of_two() || shift >= u32::BITS {
            return Err(bad_hash());
        }
        let start = address + 16 + u64::from(bloom) * size_of::<usize>() as u64;
        let firsts = self.words_at(start, buckets.into())?;
        let in_range = |first: &u32| *first == 0 || *first >= base && (*first as usize) < symbols;
        if !firsts.iter().all(in_range) {
            return Err(bad_hash());
        }
        if firsts.iter().all(|first| *first == 0) {
            return Ok(());
        }
        // A chain ends at an odd value; the symbols are grouped by bucket, so the last value ends
        // the last chain.
        let chains = self.words_at(start + u64::from(buckets) * 4, (symbols - base as usize) as u64)?;
        if chains.last().is_some_and(|last| last & 1 == 1) { Ok(()) } else { Err(bad_hash()) }
    }

    fn check_hash(&self, address: u64, symbols: usize) -> Result<(), LoadProblem> {
        let header = self.words_at(address, 2)?;
        let [buckets, chains] = header[..] else { return Err(bad_hash()) };
        let entries = self.words_at(address + 8, u64::from(buckets) + u64::from(chains))?;
        if chains as usize != symbols || entries.iter().any(|entry| *entry as usize >= symbols) {
            return Err(bad_hash());
        }
        let (firsts, chains) = entries.split_at(buckets as usize);
        if ends_all(firsts, chains) { Ok(()) } else { Err(bad_hash()) }
    }

    fn words_at(&self, address: u64, count: u64) -> Result<Vec<u32>, LoadProblem> {
        let bytes = self.bytes_at(address, count * 4, "symbol hash table")?;
        Ok(bytes.chunks_exact(4).map(|word| u32::from_ne_bytes([word[0], word[1], word[2], word[3]])).collect())
    }
}

/// Whether every chain comes to an end: one that leads back to itself would be followed for ever.
/// Each link is looked at once, however many chains share it.
fn ends_all(firsts: &[u32], chains: &[u32]) -> bool {
    // By which chain a link was met, counted from 1.
    let mut met = vec![0_usize; chains.len()];
    for (number, first) in (1..).zip(firsts) {
        let mut at = *first as usize;
        while at != 0 && met[at] == 0 {
            met[at] = number;
            at = chains[at] as usize;
        }
        if at != 0 && met[at] == number {
            return false;
        }
    }
    true
}

fn bad_hash() -> LoadProblem {
    damaged("its symbol hash table leads outside of it")
}
