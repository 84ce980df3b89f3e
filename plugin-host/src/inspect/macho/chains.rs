//! What `dyld` writes into the library, told as chains: each address tells where the next one is.

use object::{
    LittleEndian, U16, U32,
    pod::{Pod, from_bytes, slice_from_bytes},
    read::ReadRef,
};

use super::image::{ENDIAN, Image, Segment, damaged};
use crate::error::LoadProblem;

/// How long an address is, in bytes.
const ADDRESS: u64 = 8;

/// Addresses as they are, and counted from the library's beginning; all other kinds are for other
/// systems or for the system's own libraries.
const PLAIN: u16 = 2;
const COUNTED: u16 = 6;

/// A page without an address in it.
const NONE: u16 = 0xffff;

type Number = U32<LittleEndian>;
type Short = U16<LittleEndian>;

/// The symbols that addresses are bound to.
struct Imports {
    count: u64,
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses chains by which anything but the library's own data would be written.
    pub(super) fn check_chains(&self) -> Result<(), LoadProblem> {
        let Some((offset, size)) = self.commands.fixups else { return Ok(()) };
        let table = self.table(offset, size)?;
        let header: &[Number; 7] = at(table, 0)?;
        let [version, starts, imports, names, count, format, packed] = header.map(|number| number.get(ENDIAN));
        if version != 0 || packed != 0 {
            return Err(bad());
        }
        let imports = self.imports(rest(table, imports)?, rest(table, names)?, count, format)?;
        let starts = rest(table, starts)?;
        let count = at::<Number>(starts, 0)?.get(ENDIAN) as usize;
        let segments = &self.commands.segments;
        let offsets = slice_from_bytes::<Number>(starts.get(4..).unwrap_or_default(), count);
        let (offsets, _) = offsets.map_err(|()| bad())?;
        if count > segments.len() {
            return Err(bad());
        }
        for (segment, offset) in segments.iter().zip(offsets).filter(|(_, offset)| offset.get(ENDIAN) != 0) {
            self.check_segment_chains(segment, rest(starts, offset.get(ENDIAN))?, &imports)?;
        }
        Ok(())
    }

    fn imports(&self, list: &[u8], names: &[u8], count: u32, format: u32) -> Result<Imports, LoadProblem> {
        let size = match format {
            1 => 4,
            2 => 8,
            3 => 16,
            _ => return Err(bad()),
        };
        let list = list.get(..(count as usize).checked_mul(size).ok_or_else(bad)?).ok_or_else(bad)?;
        for import in list.chunks_exact(size) {
            let first = at::<Number>(import, 0)?.get(ENDIAN);
            let (library, name) = if format == 3 {
                (i64::from((first & 0xffff) as i16), at::<Number>(import, 4)?.get(ENDIAN))
            } else {
                (i64::from((first & 0xff) as i8), first >> 9)
            };
            let has_name = rest(names, name)?.contains(&0);
            let is_known = u64::try_from(library).map_or(library >= -3, |library| library <= self.commands.libraries);
            if !has_name || !is_known {
                return Err(damaged("it has a symbol of a library that it does not name"));
            }
        }
        Ok(Imports { count: count.into() })
    }

    fn check_segment_chains(&self, segment: &Segment, starts: &[u8], imports: &Imports) -> Result<(), LoadProblem> {
        let page = u64::from(at::<Short>(starts, 4)?.get(ENDIAN));
        let format = at::<Short>(starts, 6)?.get(ENDIAN);
        let place =
            u64::from(at::<Number>(starts, 8)?.get(ENDIAN)) | u64::from(at::<Number>(starts, 12)?.get(ENDIAN)) << 32;
        let count = at::<Short>(starts, 20)?.get(ENDIAN);
        let pages = slice_from_bytes::<Short>(starts.get(22..).unwrap_or_default(), count.into());
        let (pages, _) = pages.map_err(|()| bad())?;
        let is_sound = [0x1000, 0x4000].contains(&page)
            && [PLAIN, COUNTED].contains(&format)
            && self.base().checked_add(place) == Some(segment.address)
            && segment.has(object::macho::VM_PROT_WRITE);
        if !is_sound {
            return Err(bad());
        }
        let content = self.table(segment.offset, segment.file_size)?;
        for (number, start) in pages.iter().enumerate() {
            let start = start.get(ENDIAN);
            if start == NONE {
                continue;
            }
            let first = number as u64 * page;
            self.check_chain(content, first + u64::from(start), first + page, format, imports)?;
        }
        Ok(())
    }

    /// One chain, which leads forward and ends before `end`.
    fn check_chain(
        &self,
        content: &[u8],
        start: u64,
        end: u64,
        format: u16,
        imports: &Imports,
    ) -> Result<(), LoadProblem> {
        let mut place = start;
        loop {
            let from = usize::try_from(place).map_err(|_| bad())?;
            let bytes = content.get(from..from.saturating_add(8)).filter(|_| place + ADDRESS <= end).ok_or_else(bad)?;
            let value = bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
            let is_sound = if value >> 63 == 1 {
                value & 0x00ff_ffff < imports.count
            } else {
                let target = value & 0xf_ffff_ffff;
                let address = if format == COUNTED { self.base().checked_add(target) } else { Some(target) };
                address.is_some_and(|address| self.is_within(address))
            };
            if !is_sound {
                return Err(damaged("one of its addresses leads outside of it"));
            }
            match (value >> 51 & 0xfff) * 4 {
                0 => return Ok(()),
                next => place += next,
            }
        }
    }

    /// Whether an address is in the library, or right behind a part of it.
    fn is_within(&self, address: u64) -> bool {
        let is_in =
            |segment: &Segment| address.checked_sub(segment.address).is_some_and(|offset| offset <= segment.size);
        self.commands.segments.iter().any(is_in)
    }
}

fn rest(bytes: &[u8], offset: u32) -> Result<&[u8], LoadProblem> {
    bytes.get(offset as usize..).ok_or_else(bad)
}

fn at<T: Pod>(bytes: &[u8], offset: usize) -> Result<&T, LoadProblem> {
    let found = bytes.get(offset..).and_then(|bytes| from_bytes::<T>(bytes).ok());
    found.map(|(value, _)| value).ok_or_else(bad)
}

fn bad() -> LoadProblem {
    damaged("its chains of addresses are not where they should be")
}
