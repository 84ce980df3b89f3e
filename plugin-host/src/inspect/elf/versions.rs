//! Symbol versions: which library each version is expected from, and which version each symbol has.

use std::collections::HashSet;

use object::{
    NativeEndian, Pod,
    elf::{
        DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM, DT_VERSYM, SHT_GNU_VERDEF, SHT_GNU_VERNEED, SHT_GNU_VERSYM,
        Verdaux, Verdef, Vernaux, Verneed,
    },
    pod::from_bytes,
};

use super::{
    dynamic::{Dynamic, MAX_TEXT},
    library::{ENDIAN, Library, damaged, has_text, text},
};
use crate::error::LoadProblem;

/// The bit of a version number that says whether the symbol is hidden.
const HIDDEN: u16 = 0x8000;

impl Library<'_> {
    /// Refuses versions that lead outside of their tables, and a needed version of a library that
    /// is not needed.
    pub(super) fn check_versions(&self, dynamic: &Dynamic<'_>, symbols: usize) -> Result<(), LoadProblem> {
        let needed = self.needed_versions(dynamic)?;
        let defined = self.defined_versions(dynamic)?;
        let highest = needed.max(defined).max(1);
        let Some(section) = self.loaded(SHT_GNU_VERSYM).next() else {
            return Ok(());
        };
        let mut numbers = self.table(section.offset, section.size)?.chunks_exact(2);
        let sound = dynamic.value(DT_VERSYM).is_some()
            && numbers.len() == symbols
            && numbers.all(|number| u16::from_ne_bytes([number[0], number[1]]) & !HIDDEN <= highest);
        if sound { Ok(()) } else { Err(bad()) }
    }

    /// The highest number of a version that is needed.
    fn needed_versions(&self, dynamic: &Dynamic<'_>) -> Result<u16, LoadProblem> {
        let Some(section) = self.loaded(SHT_GNU_VERNEED).next() else {
            return Ok(0);
        };
        let bytes = self.table(section.offset, section.size)?;
        let mut highest = 0;
        let libraries = walk::<Verneed<NativeEndian>>(bytes, 0, |entry| entry.vn_next.get(ENDIAN), &mut bytes.len())?;
        if Some(libraries.len() as u64) != dynamic.value(DT_VERNEEDNUM) || dynamic.value(DT_VERNEED).is_none() {
            return Err(bad());
        }
        let needed: HashSet<&[u8]> = dynamic.needed().collect();
        if libraries.len() > needed.len() {
            return Err(bad());
        }
        let mut left = bytes.len() / size_of::<Vernaux<NativeEndian>>();
        for (at, library) in libraries {
            let file = text(dynamic.strings, library.vn_file.get(ENDIAN).into(), MAX_TEXT);
            if library.vn_version.get(ENDIAN) != 1 || file.is_none_or(|file| !needed.contains(file)) {
                return Err(bad());
            }
            let versions = walk::<Vernaux<NativeEndian>>(
                bytes,
                at + library.vn_aux.get(ENDIAN) as usize,
                |entry| entry.vna_next.get(ENDIAN),
                &mut left,
            )?;
            if versions.len() != usize::from(library.vn_cnt.get(ENDIAN)) {
                return Err(bad());
            }
            for (_, version) in versions {
                if !has_text(dynamic.strings, version.vna_name.get(ENDIAN).into()) {
                    return Err(bad());
                }
                highest = highest.max(version.vna_other.get(ENDIAN) & !HIDDEN);
            }
        }
        Ok(highest)
    }

    /// The highest number of a version that this library defines.
    fn defined_versions(&self, dynamic: &Dynamic<'_>) -> Result<u16, LoadProblem> {
        let Some(section) = self.loaded(SHT_GNU_VERDEF).next() else {
            return Ok(0);
        };
        let bytes = self.table(section.offset, section.size)?;
        let definitions = walk::<Verdef<NativeEndian>>(bytes, 0, |entry| entry.vd_next.get(ENDIAN), &mut bytes.len())?;
        if Some(definitions.len() as u64) != dynamic.value(DT_VERDEFNUM) || dynamic.value(DT_VERDEF).is_none() {
            return Err(bad());
        }
        let mut left = bytes.len() / size_of::<Verdaux<NativeEndian>>();
        let mut highest = 0;
        for (at, definition) in definitions {
            let names = walk::<Verdaux<NativeEndian>>(
                bytes,
                at + definition.vd_aux.get(ENDIAN) as usize,
                |entry| entry.vda_next.get(ENDIAN),
                &mut left,
            )?;
            let sound = names.iter().all(|(_, name)| has_text(dynamic.strings, name.vda_name.get(ENDIAN).into()));
            if !sound || definition.vd_version.get(ENDIAN) != 1 {
                return Err(bad());
            }
            highest = highest.max(definition.vd_ndx.get(ENDIAN) & !HIDDEN);
        }
        Ok(highest)
    }
}

/// The entries of a list in which each says how far off the next one is, with their places; at most
/// as many as are `left`, which lists of one table share.
fn walk<'data, T: Pod>(
    bytes: &'data [u8],
    start: usize,
    next: impl Fn(&T) -> u32,
    left: &mut usize,
) -> Result<Vec<(usize, &'data T)>, LoadProblem> {
    let mut found = Vec::new();
    let mut at = start;
    loop {
        *left = left.checked_sub(1).ok_or_else(bad)?;
        let entry: &T = bytes.get(at..).and_then(|rest| from_bytes(rest).ok()).ok_or_else(bad)?.0;
        found.push((at, entry));
        match next(entry) as usize {
            0 => return Ok(found),
            // Entries that overlap are none.
            step if step < size_of::<T>() => return Err(bad()),
            step => at = at.saturating_add(step),
        }
    }
}

fn bad() -> LoadProblem {
    damaged("its symbol versions contradict each other")
}
