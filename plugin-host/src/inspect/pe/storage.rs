//! What the loader prepares for each thread, what it runs for that, and what it is told of guards.

use object::{
    pe::{IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, IMAGE_DIRECTORY_ENTRY_TLS},
    read::ReadRef,
};

use super::{
    image::{Image, damaged, number},
    relocations::Relocated,
};
use crate::error::LoadProblem;

/// Most functions that are run for each thread.
const MAX_CALLBACKS: u32 = 1024;

/// Most that each thread may have, in bytes.
const MAX_STORAGE: u64 = 64 << 20;

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses storage of threads that is not in the library, and functions that are none.
    pub(super) fn check_storage(&self, relocated: &Relocated) -> Result<(), LoadProblem> {
        let Some((address, size)) = self.directory(IMAGE_DIRECTORY_ENTRY_TLS) else { return Ok(()) };
        let word = self.word();
        self.bytes_at(address, size, "thread-local storage")?;
        if size < 4 * word + 8 {
            return Err(bad());
        }
        let field = |number: u32| self.address_at(address + number * word, relocated);
        let (start, end, index, callbacks) = (field(0)?, field(1)?, field(2)?, field(3)?);
        let zeros = number(self.bytes_at(address + 4 * word, 4, "thread-local storage")?);
        let content = end.zip(start).and_then(|(end, start)| end.checked_sub(start));
        let is_content = match (start, content) {
            (None, None) => end.is_none(),
            (Some(start), Some(size)) => self.bytes_at(start, size, "thread-local storage").is_ok(),
            _ => false,
        };
        let size = u64::from(content.unwrap_or_default()) + zeros;
        if !is_content || size > MAX_STORAGE || !index.is_some_and(|index| self.is_writable(index, 4)) {
            return Err(bad());
        }
        callbacks.map_or(Ok(()), |callbacks| self.check_callbacks(callbacks, relocated))
    }

    fn check_callbacks(&self, list: u32, relocated: &Relocated) -> Result<(), LoadProblem> {
        for number in 0..MAX_CALLBACKS {
            let place = list.checked_add(number * self.word()).ok_or_else(bad)?;
            match self.address_at(place, relocated)? {
                None => return Ok(()),
                Some(function) if self.is_code(function) => {}
                Some(_) => return Err(damaged("a function it would run for each thread is not where it says")),
            }
        }
        Err(bad())
    }

    /// Refuses guards that are not in the library: the loader writes to one and follows the others.
    pub(super) fn check_configuration(&self, relocated: &Relocated) -> Result<(), LoadProblem> {
        let Some((address, _)) = self.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG) else { return Ok(()) };
        let size = number(self.bytes_at(address, 4, "configuration")?);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.bytes_at(address, size, "configuration")?;
        // The cookie, then pointers to functions that check and dispatch, and the list of
        // functions.
        let (cookie, others) = if self.is_64 { (88, [112, 120, 128]) } else { (60, [72, 76, 80]) };
        let field = |offset: u32| {
            if offset + self.word() <= size { self.address_at(address + offset, relocated) } else { Ok(None) }
        };
        if field(cookie)?.is_some_and(|cookie| !self.is_writable(cookie, self.word())) {
            return Err(damaged("its guard is not where it says"));
        }
        for other in others {
            if field(other)?.is_some_and(|place| self.section_at(place, self.word()).is_none()) {
                return Err(damaged("its guard is not where it says"));
            }
        }
        Ok(())
    }

    /// An address that is stored at `place`, and so changes with the place of the library; `None`
    /// for none.
    fn address_at(&self, place: u32, relocated: &Relocated) -> Result<Option<u32>, LoadProblem> {
        let address = self.word_at(place, "address")?;
        if address == 0 {
            return Ok(None);
        }
        let relative = self.relative(address).filter(|_| relocated.has(place));
        relative.map(Some).ok_or_else(|| damaged("one of its addresses leads outside of it"))
    }
}

fn bad() -> LoadProblem {
    damaged("its thread-local storage is not where it says")
}
