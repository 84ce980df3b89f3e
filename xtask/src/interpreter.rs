//! The interpreter of a program of Linux, as ELF calls what the system starts it by: the loader.

use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader, ProgramHeader},
};

/// The one that the program names; none where it is linked statically, so that it could load no
/// plugin, or is no ELF file.
pub fn of(content: &[u8]) -> Option<String> {
    let header = FileHeader64::<Endianness>::parse(content).ok()?;
    let endian = header.endian().ok()?;
    let mut segments = header.program_headers(endian, content).ok()?.iter();
    let interpreter = segments.find_map(|segment| segment.interpreter(endian, content).ok().flatten())?;
    Some(String::from_utf8_lossy(interpreter).into_owned())
}
