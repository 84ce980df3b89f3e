//! The libraries that are loaded along, and what is taken from them.

use object::{
    pe::{IMAGE_DIRECTORY_ENTRY_IAT, IMAGE_DIRECTORY_ENTRY_IMPORT},
    read::ReadRef,
};

use super::image::{Image, damaged, number_at, within};
use crate::error::LoadProblem;

/// Most libraries that one needs.
const MAX_LIBRARIES: usize = 1024;

/// Most that is taken from all of them.
const MAX_IMPORTS: usize = 1 << 17;

/// Longest name, in bytes.
const MAX_NAME: u32 = 16 << 10;

/// What one library is described by, in bytes.
const DESCRIPTOR: usize = 20;

const WHAT: &str = "table of imports";

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses imports that lead outside of the library, are written where the loader cannot write,
    /// or are of a library named by a path.
    pub(super) fn check_imports(&self) -> Result<(), LoadProblem> {
        let Some((address, size)) = self.directory(IMAGE_DIRECTORY_ENTRY_IMPORT) else { return Ok(()) };
        let mut left = MAX_IMPORTS;
        for index in 0..MAX_LIBRARIES {
            let offset = u32::try_from(index * DESCRIPTOR).unwrap_or(u32::MAX);
            // The loader goes on to the end of the list, whatever length the table has.
            let place = address.checked_add(offset).filter(|_| offset < size.max(1));
            let place = place.ok_or_else(|| damaged("its table of imports has no end"))?;
            let bytes = self.bytes_at(place, 20, WHAT)?;
            let field = |offset| number_at(bytes, offset).unwrap_or_default();
            let (names, library, slots) = (field(0), field(12), field(16));
            if library == 0 || slots == 0 {
                let is_end = bytes.iter().all(|byte| *byte == 0);
                return if is_end { Ok(()) } else { Err(contradiction()) };
            }
            self.check_library(library)?;
            self.check_slots(names, slots, &mut left)?;
        }
        Err(damaged("it needs too many libraries"))
    }

    fn check_library(&self, name: u32) -> Result<(), LoadProblem> {
        let name = self.text_at(name, MAX_NAME).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| damaged("the name of a library it needs lies outside of it"))?;
        let is_plain = name.iter().all(|byte| matches!(byte, b' '..=b'~') && !b"\\/:*?\"<>|".contains(byte));
        if is_plain { Ok(()) } else { Err(damaged("it needs a library that it does not call by its name")) }
    }

    /// `names` tell what is taken, and the loader writes where it is found into `slots`.
    fn check_slots(&self, names: u32, slots: u32, left: &mut usize) -> Result<(), LoadProblem> {
        let word = self.word();
        let mut at = 0;
        loop {
            *left = left.checked_sub(1).ok_or_else(|| damaged("it imports too much"))?;
            let slot = slots.checked_add(at).ok_or_else(contradiction)?;
            let wanted = self.word_at(slot, WHAT)?;
            // Linkers write both lists alike; old ones write only the other.
            if names != 0 && self.word_at(names.checked_add(at).ok_or_else(contradiction)?, WHAT)? != wanted {
                return Err(contradiction());
            }
            if wanted == 0 {
                return Ok(());
            }
            if !self.is_slot(slot) {
                return Err(damaged("an import is not where the system writes it"));
            }
            self.check_wanted(wanted)?;
            at += word;
        }
    }

    fn is_slot(&self, slot: u32) -> bool {
        let table = self.directory(IMAGE_DIRECTORY_ENTRY_IAT);
        let in_table =
            table.is_some_and(|(start, size)| within(slot.into(), self.word().into(), start.into(), size.into()));
        slot % self.word() == 0 && (in_table || table.is_none() && self.is_writable(slot, self.word()))
    }

    /// A number, or the place of a name.
    fn check_wanted(&self, wanted: u64) -> Result<(), LoadProblem> {
        let by_number = 1_u64 << (self.word() * 8 - 1);
        let sound = if wanted & by_number == 0 {
            let name = u32::try_from(wanted).ok().and_then(|wanted| wanted.checked_add(2));
            let name = name.and_then(|name| self.text_at(name, MAX_NAME));
            name.is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic))
        } else {
            u16::try_from(wanted & !by_number).is_ok()
        };
        if sound { Ok(()) } else { Err(damaged("the name of an import lies outside of it")) }
    }
}

fn contradiction() -> LoadProblem {
    damaged("its imports contradict each other")
}
