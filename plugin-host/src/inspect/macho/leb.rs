//! Bytes that are read one after the other, with numbers of any length between them.

use super::image::damaged;
use crate::error::LoadProblem;

/// What has not been read yet.
pub(super) struct Bytes<'data> {
    pub(super) rest: &'data [u8],
}

impl<'data> Bytes<'data> {
    pub(super) fn byte(&mut self) -> Result<u8, LoadProblem> {
        let (byte, rest) = self.rest.split_first().ok_or_else(short)?;
        self.rest = rest;
        Ok(*byte)
    }

    /// A number in pieces of seven bits.
    pub(super) fn number(&mut self) -> Result<u64, LoadProblem> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(damaged("one of its tables has a number that is too large"));
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged("one of its tables has a number that is too large"))
    }

    /// A text, without the NUL behind it.
    pub(super) fn text(&mut self) -> Result<&'data [u8], LoadProblem> {
        let end = self.rest.iter().position(|byte| *byte == 0).ok_or_else(short)?;
        let (text, rest) = (self.rest.get(..end), self.rest.get(end + 1..));
        self.rest = rest.unwrap_or_default();
        text.ok_or_else(short)
    }
}

fn short() -> LoadProblem {
    damaged("one of its tables ends too early")
}
