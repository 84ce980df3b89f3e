//! What the system starts a program of Linux by.

use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader, ProgramHeader},
};

/// The loader that the program names; none where it is linked statically, so that it could load no
/// plugin, or is no ELF file.
pub fn of(content: &[u8]) -> Option<String> {
    let header = FileHeader64::<Endianness>::parse(content).ok()?;
    let endian = header.endian().ok()?;
    let mut segments = header.program_headers(endian, content).ok()?.iter();
    let loader = segments.find_map(|segment| segment.interpreter(endian, content).ok().flatten())?;
    Some(String::from_utf8_lossy(loader).into_owned())
}
