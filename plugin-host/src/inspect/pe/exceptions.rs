//! The table by which a panic finds its way out of each function.

use object::{
    pe::{IMAGE_DIRECTORY_ENTRY_EXCEPTION, IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64},
    read::ReadRef,
};

use super::image::{Image, damaged, number_at};
use crate::error::LoadProblem;

const HAS_HANDLER: u8 = 1 | 2;
const IS_CHAINED: u8 = 4;

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Refuses a table that is out of order, which is looked through by halves, and entries that
    /// lead outside of the library. On 32-bit machines there is none.
    pub(super) fn check_exceptions(&self) -> Result<(), LoadProblem> {
        let entry = match self.machine {
            IMAGE_FILE_MACHINE_AMD64 => 12,
            IMAGE_FILE_MACHINE_ARM64 => 8,
            _ => return Ok(()),
        };
        let Some((_, table)) = self.table(IMAGE_DIRECTORY_ENTRY_EXCEPTION, "unwind table")? else {
            return Err(damaged("it has no unwind table"));
        };
        if table.len() % entry != 0 {
            return Err(bad());
        }
        let mut last = 0;
        for function in table.chunks_exact(entry) {
            let field = |offset| number_at(function, offset).unwrap_or_default();
            let start = field(0);
            if start < last || !self.is_code(start) {
                return Err(bad());
            }
            last = start;
            if self.machine == IMAGE_FILE_MACHINE_AMD64 {
                let end = field(4);
                if end <= start || !self.is_code(end - 1) {
                    return Err(bad());
                }
                last = end;
                self.check_unwinding(field(8))?;
            }
        }
        Ok(())
    }

    /// How one function of x86-64 is left ("x64 exception handling", `UNWIND_INFO`).
    fn check_unwinding(&self, address: u32) -> Result<(), LoadProblem> {
        let [first, _, codes, _] = self.bytes_at(address, 4, "unwind table")? else { return Err(bad()) };
        let (version, flags) = (first & 7, first >> 3);
        if address % 4 != 0 || ![1, 2].contains(&version) {
            return Err(bad());
        }
        let size = 4 + 2 * u32::from(*codes).next_multiple_of(2);
        let behind = match flags {
            flags if flags & IS_CHAINED != 0 => 12,
            flags if flags & HAS_HANDLER != 0 => 4,
            _ => 0,
        };
        let bytes = self.bytes_at(address, size + behind, "unwind table")?;
        let next = number_at(bytes, size as usize).unwrap_or_default();
        if behind > 0 && !self.is_code(next) { Err(bad()) } else { Ok(()) }
    }
}

fn bad() -> LoadProblem {
    damaged("its unwind table leads outside of it")
}
