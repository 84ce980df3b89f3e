//! What `dyld` writes into the library, told as a program of small steps.

use object::{
    macho::{
        BIND_IMMEDIATE_MASK, BIND_OPCODE_ADD_ADDR_ULEB, BIND_OPCODE_DO_BIND, BIND_OPCODE_DO_BIND_ADD_ADDR_IMM_SCALED,
        BIND_OPCODE_DO_BIND_ADD_ADDR_ULEB, BIND_OPCODE_DO_BIND_ULEB_TIMES_SKIPPING_ULEB, BIND_OPCODE_DONE,
        BIND_OPCODE_MASK, BIND_OPCODE_SET_ADDEND_SLEB, BIND_OPCODE_SET_DYLIB_ORDINAL_IMM,
        BIND_OPCODE_SET_DYLIB_ORDINAL_ULEB, BIND_OPCODE_SET_DYLIB_SPECIAL_IMM, BIND_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB,
        BIND_OPCODE_SET_SYMBOL_TRAILING_FLAGS_IMM, BIND_OPCODE_SET_TYPE_IMM, REBASE_IMMEDIATE_MASK,
        REBASE_OPCODE_ADD_ADDR_IMM_SCALED, REBASE_OPCODE_ADD_ADDR_ULEB, REBASE_OPCODE_DO_REBASE_ADD_ADDR_ULEB,
        REBASE_OPCODE_DO_REBASE_IMM_TIMES, REBASE_OPCODE_DO_REBASE_ULEB_TIMES,
        REBASE_OPCODE_DO_REBASE_ULEB_TIMES_SKIPPING_ULEB, REBASE_OPCODE_DONE, REBASE_OPCODE_MASK,
        REBASE_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB, REBASE_OPCODE_SET_TYPE_IMM,
    },
    read::ReadRef,
};

use super::{
    commands::Range,
    image::{Image, damaged},
    leb::Bytes,
};
use crate::error::LoadProblem;

/// How long an address is, in bytes.
const ADDRESS: u64 = 8;

/// How symbols are looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// In the library that is named.
    Named,
    /// In all of them.
    Weakly,
    /// When they are used; each has steps of its own.
    Lazily,
}

/// Where the next address is written.
#[derive(Default)]
struct Place {
    segment: Option<usize>,
    offset: u64,
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses steps by which anything but the library's own data would be written.
    pub(super) fn check_opcodes(&self) -> Result<(), LoadProblem> {
        let Some([rebased, bound, weakly, lazily]) = self.commands.info else { return Ok(()) };
        self.check_rebased(rebased)?;
        self.check_bound(bound, Bound::Named)?;
        self.check_bound(weakly, Bound::Weakly)?;
        self.check_bound(lazily, Bound::Lazily)
    }

    fn check_rebased(&self, (offset, size): Range) -> Result<(), LoadProblem> {
        let mut steps = Bytes { rest: self.table(offset, size)? };
        let mut place = Place::default();
        while !steps.rest.is_empty() {
            let step = steps.byte()?;
            let small = u64::from(step & REBASE_IMMEDIATE_MASK);
            match step & REBASE_OPCODE_MASK {
                REBASE_OPCODE_DONE => break,
                REBASE_OPCODE_SET_TYPE_IMM if small == 1 => {}
                REBASE_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB => place.set(small, steps.number()?),
                REBASE_OPCODE_ADD_ADDR_ULEB => place.skip(steps.number()?),
                REBASE_OPCODE_ADD_ADDR_IMM_SCALED => place.skip(small * ADDRESS),
                REBASE_OPCODE_DO_REBASE_IMM_TIMES => self.write(&mut place, small, 0)?,
                REBASE_OPCODE_DO_REBASE_ULEB_TIMES => self.write(&mut place, steps.number()?, 0)?,
                REBASE_OPCODE_DO_REBASE_ADD_ADDR_ULEB => {
                    self.write(&mut place, 1, 0)?;
                    place.skip(steps.number()?);
                }
                REBASE_OPCODE_DO_REBASE_ULEB_TIMES_SKIPPING_ULEB => {
                    let count = steps.number()?;
                    self.write(&mut place, count, steps.number()?)?;
                }
                _ => return Err(unknown()),
            }
        }
        Ok(())
    }

    fn check_bound(&self, (offset, size): Range, how: Bound) -> Result<(), LoadProblem> {
        let mut steps = Bytes { rest: self.table(offset, size)? };
        let mut place = Place::default();
        let (mut has_symbol, mut has_library) = (false, how == Bound::Weakly);
        while !steps.rest.is_empty() {
            let step = steps.byte()?;
            let small = u64::from(step & BIND_IMMEDIATE_MASK);
            let (count, skipped, behind) = match step & BIND_OPCODE_MASK {
                BIND_OPCODE_DONE if how == Bound::Lazily => continue,
                BIND_OPCODE_DONE => break,
                BIND_OPCODE_SET_DYLIB_ORDINAL_IMM => {
                    has_library = self.is_library(small)?;
                    continue;
                }
                BIND_OPCODE_SET_DYLIB_ORDINAL_ULEB => {
                    has_library = self.is_library(steps.number()?)?;
                    continue;
                }
                // The library itself, the program, all of them, all of them weakly.
                BIND_OPCODE_SET_DYLIB_SPECIAL_IMM if [0, 13, 14, 15].contains(&small) => {
                    has_library = true;
                    continue;
                }
                BIND_OPCODE_SET_SYMBOL_TRAILING_FLAGS_IMM => {
                    has_symbol = !steps.text()?.is_empty();
                    continue;
                }
                BIND_OPCODE_SET_TYPE_IMM if small == 1 => continue,
                BIND_OPCODE_SET_ADDEND_SLEB => {
                    while steps.byte()? & 0x80 != 0 {}
                    continue;
                }
                BIND_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB => {
                    place.set(small, steps.number()?);
                    continue;
                }
                BIND_OPCODE_ADD_ADDR_ULEB => {
                    place.skip(steps.number()?);
                    continue;
                }
                BIND_OPCODE_DO_BIND => (1, 0, 0),
                BIND_OPCODE_DO_BIND_ADD_ADDR_ULEB => (1, 0, steps.number()?),
                BIND_OPCODE_DO_BIND_ADD_ADDR_IMM_SCALED => (1, 0, small * ADDRESS),
                BIND_OPCODE_DO_BIND_ULEB_TIMES_SKIPPING_ULEB => (steps.number()?, steps.number()?, 0),
                _ => return Err(unknown()),
            };
            if !has_symbol || !has_library {
                return Err(damaged("it has a place for a symbol that is none"));
            }
            self.write(&mut place, count, skipped)?;
            place.skip(behind);
        }
        Ok(())
    }

    /// Whether there is a library of this number, from one on; none is the library itself.
    fn is_library(&self, number: u64) -> Result<bool, LoadProblem> {
        if number <= self.commands.libraries {
            return Ok(true);
        }
        Err(damaged("it has a symbol of a library that it does not name"))
    }

    /// `count` addresses, with `skipped` bytes behind each.
    fn write(&self, place: &mut Place, count: u64, skipped: u64) -> Result<(), LoadProblem> {
        if count == 0 {
            return Ok(());
        }
        let outside = || damaged("one of its addresses leads outside of it");
        let segment = place.segment.ok_or_else(outside)?;
        let step = ADDRESS.checked_add(skipped).ok_or_else(outside)?;
        let last = (count - 1).checked_mul(step).and_then(|size| size.checked_add(ADDRESS)).ok_or_else(outside)?;
        if !self.is_writable(segment, place.offset, last) {
            return Err(outside());
        }
        place.skip(count.wrapping_mul(step));
        Ok(())
    }
}

impl Place {
    fn set(&mut self, segment: u64, offset: u64) {
        *self = Self { segment: usize::try_from(segment).ok(), offset };
    }

    /// A negative number is one that goes round.
    fn skip(&mut self, bytes: u64) {
        self.offset = self.offset.wrapping_add(bytes);
    }
}

fn unknown() -> LoadProblem {
    damaged("it asks for a step that no linker makes")
}
