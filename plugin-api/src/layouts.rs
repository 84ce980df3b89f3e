//! Which layouts the types of the boundary have, in a word.
//!
//! All of them are declared in one file, `abi.rs`, and built on types of `abi_stable` 0.11, whose
//! layouts its versions share. So two sides that were built from the same text of that file need not
//! compare type by type, which is most of what it takes to load a plugin.

/// Stands for the text of `abi.rs`, as 16 hexadecimal digits.
pub const LAYOUTS: &str = match std::str::from_utf8(&DIGITS) {
    Ok(digits) => digits,
    Err(_) => panic!("digits are text"),
};

const DIGITS: [u8; 16] = digits(digest(include_bytes!("abi.rs")));

/// FNV-1a, of 64 bits: nobody gains by two texts that have the same.
const fn digest(text: &[u8]) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < text.len() {
        // Git may write the ends of lines as Windows has them.
        if text[at] != b'\r' {
            digest = (digest ^ text[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        }
        at += 1;
    }
    digest
}

const fn digits(number: u64) -> [u8; 16] {
    let (bytes, mut digits, mut at) = (number.to_be_bytes(), [0; 16], 0);
    while at < digits.len() {
        let byte = bytes[at / 2];
        let digit = if at % 2 == 0 { byte >> 4 } else { byte & 0xf };
        digits[at] = b"0123456789abcdef"[digit as usize];
        at += 1;
    }
    digits
}
