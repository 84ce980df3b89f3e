//! A library for macOS, byte by byte: a plugin with one of each table.

use std::ops::Range;

use hookspec::abi::{ABI_VERSION, ROOT_SIZE, ROOT_SYMBOL};

/// How long a segment is, in the file as in memory.
const SEGMENT: usize = 0x1000;

/// Where the load commands are that tests damage.
pub(super) const SEGMENTS: [usize; 3] = [32, 184, 496];
pub(super) const SECTIONS: [usize; 4] = [104, 256, 336, 416];
pub(super) const SYMTAB: usize = 568;
pub(super) const INFO: usize = SYMTAB + 24 + 80;
pub(super) const NAME: usize = INFO + 48;
pub(super) const LIBRARY: usize = NAME + 56;
pub(super) const BUILD: usize = LIBRARY + 56;
const END: usize = BUILD + 24;

/// The code, the data, and in it the root.
const CODE: usize = 0x800;
pub(super) const DATA: usize = SEGMENT;
const ROOT: usize = DATA + 0x400;
const MANIFEST: usize = DATA + 0x800;

/// The tables.
const TABLES: usize = SEGMENT * 2;
pub(super) const REBASE: usize = TABLES;
pub(super) const BIND: usize = TABLES + 0x10;
pub(super) const EXPORTS: usize = TABLES + 0x40;
pub(super) const SYMBOLS: usize = TABLES + 0x100;
pub(super) const INDIRECT: usize = TABLES + 0x120;
const TEXTS: usize = TABLES + 0x128;
const TEXT_SIZE: usize = 0x40;
/// In the place of rebase, bind and the space to the exports; the exports follow.
pub(super) const CHAINS: usize = TABLES + 0x200;
pub(super) const STARTS: usize = CHAINS + 32;
pub(super) const IMPORT: usize = STARTS + 48;
const LENGTH: usize = TABLES + 0x300;

/// The bytes of the library.
pub(super) struct Dylib(pub(super) Vec<u8>);

impl Dylib {
    pub(super) fn sound() -> Self {
        let mut dylib = Self(vec![0; LENGTH]);
        dylib.headers();
        dylib.numbers(INFO, &[0x8000_0022, 48]);
        let info = [REBASE, 8, BIND, 24, 0, 0, 0, 0, EXPORTS, exports().len()];
        dylib.numbers(INFO + 8, &info.map(|number| number as u32));
        // Pointers; to the data, at its beginning; one.
        dylib.put(REBASE, &[0x11, 0x21, 0x00, 0x51, 0x00]);
        // Of the first library; the name; a pointer; in the data, behind the first; done.
        dylib.put(BIND, &[0x11, 0x40, b'_', b'f', b'r', b'e', b'e', 0, 0x51, 0x71, 0x08, 0x90, 0x00]);
        dylib
    }

    /// The same, with chains of addresses, as newer linkers make them.
    pub(super) fn chained() -> Self {
        let mut dylib = Self(vec![0; LENGTH]);
        dylib.headers();
        dylib.0[16] = 11;
        let exported = [0x8000_0033, 16, EXPORTS, exports().len()];
        dylib.numbers(INFO, &exported.map(|number| number as u32));
        let chained = [0x8000_0034, 16, CHAINS, 0xa0];
        dylib.numbers(INFO + 16, &chained.map(|number| number as u32));
        // One that tells something, where the others are shorter.
        dylib.numbers(INFO + 32, &[0x2a, 16]);
        dylib.numbers(CHAINS, &[0, 32, 80, 84, 1, 1, 0]);
        // Three segments, of which the second has addresses.
        dylib.numbers(STARTS, &[3, 0, 16, 0]);
        dylib.numbers(STARTS + 16, &[24, 0x6_1000, SEGMENT as u32, 0, 0, 1]);
        // Of the first library, by the first name.
        dylib.numbers(IMPORT, &[1 | 1 << 9]);
        dylib.text(CHAINS + 84 + 1, "_free");
        // The root, with the next two steps on; then the import.
        dylib.put(DATA, &(ROOT as u64 | 2 << 51).to_le_bytes());
        dylib.put(DATA + 8, &(1_u64 << 63).to_le_bytes());
        dylib
    }

    pub(super) fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn numbers(&mut self, at: usize, numbers: &[u32]) {
        for (index, number) in numbers.iter().enumerate() {
            self.put(at + index * 4, &number.to_le_bytes());
        }
    }

    pub(super) fn text(&mut self, at: usize, text: &str) {
        self.put(at, text.as_bytes());
        self.put(at + text.len(), &[0]);
    }

    /// Where tests damage single bytes.
    pub(super) fn tables() -> [Range<usize>; 2] {
        [0..END, TABLES..TABLES + 0x2a0]
    }

    fn headers(&mut self) {
        self.numbers(0, &[0xfeed_facf, 0x0100_000c, 0, 6, 9, (END - 32) as u32, 0x85, 0]);
        self.segment(SEGMENTS[0], "__TEXT", 0, SEGMENT, 5, 1);
        self.section(SECTIONS[0], "__text", CODE, 0x10, 0);
        self.segment(SEGMENTS[1], "__DATA", DATA, SEGMENT, 3, 3);
        self.section(SECTIONS[1], "__got", DATA, 0x10, 6);
        self.section(SECTIONS[2], "__plugin_api", MANIFEST, manifest().len(), 0);
        self.section(SECTIONS[3], "__const", ROOT, ROOT_SIZE as usize, 0);
        self.segment(SEGMENTS[2], "__LINKEDIT", TABLES, LENGTH - TABLES, 1, 0);
        let texts = [2, 24, SYMBOLS, 2, TEXTS, TEXT_SIZE].map(|number| number as u32);
        self.numbers(SYMTAB, &texts);
        let mut dynamic = [0; 20];
        dynamic[..8].copy_from_slice(&[0xb, 80, 0, 0, 0, 1, 1, 1]);
        dynamic[14..16].copy_from_slice(&[INDIRECT as u32, 2]);
        self.numbers(SYMTAB + 24, &dynamic);
        for (at, command, name) in [(NAME, 0xd, "libtea.dylib"), (LIBRARY, 0xc, "/usr/lib/libSystem.B.dylib")] {
            self.numbers(at, &[command, 56, 24]);
            self.text(at + 24, name);
        }
        self.numbers(BUILD, &[0x32, 24, 1]);
        self.put(MANIFEST, manifest().as_bytes());
        self.put(EXPORTS, &exports());
        // A symbol of the third section, and one of another library; the places for both.
        self.numbers(SYMBOLS, &[1, 0x040f, ROOT as u32, 0, 2, 0x0100_0001, 0, 0]);
        self.numbers(INDIRECT, &[0x8000_0000, 1]);
    }

    fn segment(&mut self, at: usize, name: &str, place: usize, size: usize, allowed: u32, sections: u32) {
        self.numbers(at, &[0x19, 72 + sections * 80]);
        self.put(at + 8, name.as_bytes());
        let memory = size.next_multiple_of(SEGMENT) as u32;
        self.numbers(at + 24, &[place as u32, 0, memory, 0, place as u32, 0, size as u32, 0]);
        self.numbers(at + 56, &[allowed, allowed, sections]);
    }

    fn section(&mut self, at: usize, name: &str, place: usize, size: usize, kind: u32) {
        self.put(at, name.as_bytes());
        self.numbers(at + 32, &[place as u32, 0, size as u32, 0, place as u32, 0, 0, 0, kind]);
    }
}

fn manifest() -> String {
    format!("plugin-api manifest 1\nname=tea\nversion=1.0.0\napi=0.1.0\nabi={ABI_VERSION}\ndescription=\n")
}

/// A tree with the root alone.
fn exports() -> Vec<u8> {
    let mut tree = vec![0, 1, b'_'];
    tree.extend(ROOT_SYMBOL.as_bytes());
    tree.push(0);
    let leaf = tree.len() as u8 + 1;
    tree.push(leaf);
    // Three bytes: no flags, and the address in pieces of seven bits.
    tree.extend([3, 0, (ROOT & 0x7f) as u8 | 0x80, (ROOT >> 7) as u8, 0]);
    tree
}
