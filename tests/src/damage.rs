//! Damaging a plugin's file, and loading what is left in a process of its own.
#![allow(clippy::cast_possible_truncation, reason = "the machine has 64 bits")]

mod installed;

use std::{
    fmt, fs,
    ops::{AddAssign, Range},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};

use fastrand::Rng;
use object::{
    NativeEndian,
    elf::{FileHeader64, SHF_ALLOC, SHT_DYNAMIC, SHT_DYNSYM, SHT_NOBITS, SHT_NOTE, SHT_PROGBITS, SHT_RELA},
    read::elf::{FileHeader, SectionHeader},
};
use wait_timeout::ChildExt;

pub use installed::InstalledPlugin;

use crate::load_plugin::{FAILED, REFUSED};

/// Longest that loading a file may take: damaged code may well run in a circle.
const PATIENCE: Duration = Duration::from_secs(10);

/// A sound plugin, and where in its file the dynamic linker looks.
#[derive(Clone, Debug)]
pub struct Specimen {
    /// The file.
    pub bytes: Vec<u8>,
    /// ELF header, program headers, section headers, dynamic table.
    pub headers: Vec<Range<usize>>,
    /// Symbols, their names, versions and hash table, notes.
    pub tables: Vec<Range<usize>>,
    /// Relocations.
    pub relocations: Vec<Range<usize>>,
}

impl Specimen {
    /// Reads the 64-bit ELF library at `path`.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        const ENDIAN: NativeEndian = NativeEndian;
        let bytes = fs::read(path).unwrap();
        let header = FileHeader64::<NativeEndian>::parse(&*bytes).unwrap();
        let range = |offset: u64, size: u64| offset as usize..(offset + size) as usize;
        let table = |offset: u64, count: u16, size: u16| range(offset, u64::from(count) * u64::from(size));
        let mut headers = vec![
            range(0, size_of_val(header) as u64),
            table(header.e_phoff(ENDIAN), header.e_phnum(ENDIAN), header.e_phentsize(ENDIAN)),
            table(header.e_shoff(ENDIAN), header.e_shnum(ENDIAN), header.e_shentsize(ENDIAN)),
        ];
        let (mut tables, mut relocations) = (Vec::new(), Vec::new());
        for section in header.section_headers(ENDIAN, &*bytes).unwrap() {
            let place = range(section.sh_offset(ENDIAN), section.sh_size(ENDIAN));
            if section.sh_flags(ENDIAN) & u64::from(SHF_ALLOC) == 0 || place.is_empty() {
                continue;
            }
            match section.sh_type(ENDIAN) {
                SHT_DYNAMIC => headers.push(place),
                SHT_RELA => relocations.push(place),
                SHT_DYNSYM | SHT_NOTE => tables.push(place),
                SHT_NOBITS => {}
                // String table, hash tables and versions; code and data are all of one kind, or
                // arrays that relocations fill in.
                kind if kind != SHT_PROGBITS && section.sh_flags(ENDIAN) == u64::from(SHF_ALLOC) => tables.push(place),
                _ => {}
            }
        }
        Self { bytes, headers, tables, relocations }
    }

    /// The file cut short.
    #[must_use]
    pub fn truncated(&self, len: usize) -> Vec<u8> {
        self.bytes[..len].to_vec()
    }

    /// The file with one byte changed, somewhere in `places`.
    #[must_use]
    pub fn flipped(&self, places: &[Range<usize>], rng: &mut Rng) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        let at = somewhere(places, rng);
        // Half of the time a single bit, as hardware does it.
        bytes[at] ^= if rng.bool() { 1 << rng.u8(..8) } else { rng.u8(1..) };
        bytes
    }

    /// The file damaged in up to eight ways at once, most of them where the checks look.
    #[must_use]
    pub fn mangled(&self, rng: &mut Rng) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for _ in 0..rng.usize(1..=8) {
            self.mangle(&mut bytes, rng);
        }
        bytes
    }

    fn mangle(&self, bytes: &mut Vec<u8>, rng: &mut Rng) {
        const TELLING: [u64; 12] = [
            0,
            1,
            7,
            0xff,
            0x1000,
            0x7fff_ffff,
            0xffff_ffff,
            1 << 32,
            1 << 47,
            i64::MAX as u64,
            u64::MAX - 7,
            u64::MAX,
        ];
        let whole = 0..self.bytes.len();
        let places = match rng.u8(..8) {
            0..4 => self.headers.as_slice(),
            4..6 => &self.tables,
            6 => &self.relocations,
            _ => std::slice::from_ref(&whole),
        };
        let at = somewhere(places, rng).min(bytes.len().saturating_sub(1));
        let room = bytes.len() - at.min(bytes.len());
        match rng.u8(..16) {
            _ if bytes.is_empty() => bytes.extend((0..rng.usize(..4096)).map(|_| rng.u8(..))),
            0..6 => bytes[at] ^= 1 << rng.u8(..8),
            6..8 => bytes[at] = rng.u8(..),
            8..12 => {
                let value = if rng.bool() { *rng.choice(&TELLING).unwrap() } else { rng.usize(..bytes.len()) as u64 };
                let (start, width) = (at & !7, [1, 2, 4, 8][rng.usize(..4)]);
                let width = width.min(bytes.len() - start);
                bytes[start..start + width].copy_from_slice(&value.to_le_bytes()[..width]);
            }
            12 => {
                let len = rng.usize(..=room.min(256));
                let from = rng.usize(..=bytes.len() - len);
                bytes.copy_within(from..from + len, at);
            }
            13 => bytes[at..at + room.min(64)].iter_mut().for_each(|byte| *byte = rng.u8(..)),
            14 => bytes.truncate(rng.usize(..=bytes.len())),
            _ => bytes.extend((0..rng.usize(..4096)).map(|_| rng.u8(..))),
        }
    }
}

fn somewhere(places: &[Range<usize>], rng: &mut Rng) -> usize {
    let place = rng.choice(places).expect("a place");
    rng.usize(place.clone())
}

/// What became of loading some damaged files, each in a process of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found to be damaged, and not loaded.
    pub refused: u32,
    /// Refused by the dynamic linker, or by the check of what it exports.
    pub failed: u32,
    /// Loaded, and a hook called.
    pub loaded: u32,
    /// Killed by a signal.
    pub killed: u32,
    /// Ended otherwise, as by `exit` in the dynamic linker.
    pub ended: u32,
    /// Did not come to an end.
    pub hung: u32,
}

impl Tally {
    /// `None` for a process that did not come to an end.
    fn of(status: Option<ExitStatus>) -> Self {
        let mut tally = Self::default();
        let count = match status.map(|status| status.code()) {
            None => &mut tally.hung,
            Some(None) => &mut tally.killed,
            Some(Some(0)) => &mut tally.loaded,
            Some(Some(code)) if code == i32::from(REFUSED) => &mut tally.refused,
            Some(Some(code)) if code == i32::from(FAILED) => &mut tally.failed,
            Some(Some(_)) => &mut tally.ended,
        };
        *count = 1;
        tally
    }

    /// How many files there were.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.refused + self.failed + self.loaded + self.harmed()
    }

    /// How many took their process with them.
    #[must_use]
    pub fn harmed(&self) -> u32 {
        self.killed + self.ended + self.hung
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.refused += other.refused;
        self.failed += other.failed;
        self.loaded += other.loaded;
        self.killed += other.killed;
        self.ended += other.ended;
        self.hung += other.hung;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refused, failed, loaded, killed, ended, hung } = self;
        write!(
            f,
            "{} files: {refused} refused before loading, {failed} refused while loading, {loaded} loaded and called, \
             {killed} killed by a signal, {ended} ended otherwise, {hung} hung",
            self.total()
        )
    }
}

/// Writes `bytes` to `file` and has `load_plugin` load it. A child that came to harm leaves its
/// file behind, under `keep`.
pub fn load_in_child(load_plugin: &Path, file: &Path, bytes: &[u8], keep: Option<&Path>) -> Tally {
    // A new file each time: one that a process has mapped is not written to.
    let _ = fs::remove_file(file);
    fs::write(file, bytes).unwrap();
    let mut command = Command::new(load_plugin);
    command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("load-plugin starts");
    let status = child.wait_timeout(PATIENCE).unwrap();
    if status.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let tally = Tally::of(status);
    if let Some(keep) = keep.filter(|_| tally.harmed() > 0) {
        fs::copy(file, keep).unwrap();
    }
    tally
}
