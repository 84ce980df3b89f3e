//! Short names for long ones, by which files are found.

use std::{fmt, str::FromStr};

/// A digest of some bytes: FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo). It tells names
/// apart and hides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(u64);

impl Digest {
    /// Of several parts, each told from the next.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        // No part that is text holds a byte of this value.
        let part = |hash: u64, bytes: &[u8]| add(bytes.iter().copied().fold(hash, add), 0xff);
        Self(parts.into_iter().fold(OFFSET, part))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digest = u64::from_str_radix(text, 16).map(Self).map_err(drop)?;
        if digest.to_string() == text { Ok(digest) } else { Err(()) }
    }
}
