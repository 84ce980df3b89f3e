//! A wheel as a file: what is packed in it.

use std::{fs::File, io::Read, path::Path};

use zip::ZipArchive;

/// A file in a wheel.
pub struct Packed {
    /// Its path there.
    pub name: String,
    /// Its mode, if it has one.
    pub mode: Option<u32>,
    /// What is in it.
    pub content: Vec<u8>,
}

impl Packed {
    /// Whether it is run or loaded by the system.
    pub fn is_native(&self) -> bool {
        ["\x7fELF".as_bytes(), b"MZ", b"\xcf\xfa\xed\xfe"].iter().any(|magic| self.content.starts_with(magic))
    }
}

/// All files of the wheel.
pub fn read(wheel: &Path) -> Result<Vec<Packed>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", wheel.display());
    let file = File::open(wheel).map_err(|error| failed(&error))?;
    let mut archive = ZipArchive::new(file).map_err(|error| failed(&error))?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| failed(&error))?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| failed(&error))?;
        files.push(Packed { name: entry.name().to_owned(), mode: entry.unix_mode(), content });
    }
    Ok(files)
}
