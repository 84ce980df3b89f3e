//! A library for x86-64 Windows, byte by byte: a plugin with one of each table.

use std::ops::Range;

use hookspec::abi::{ABI_VERSION, ROOT_SIZE, ROOT_SYMBOL};

/// Where the headers end and the sections begin in the file.
const HEADERS: usize = 0x400;
/// How long each section is, in the file as in memory.
const SECTION: usize = 0x1000;
const BASE: u64 = 0x1_8000_0000;
/// Where the new headers are.
pub(super) const NT: usize = 0x80;
/// The data directories.
pub(super) const DIRECTORIES: usize = NT + 24 + 112;
/// The section table.
pub(super) const TABLE: usize = DIRECTORIES + 16 * 8;

const CODE: u32 = 0x1000;
const READ_ONLY: u32 = 0x2000;
const DATA: u32 = 0x3000;
const MANIFEST: u32 = 0x4000;
const RELOCATIONS: u32 = 0x5000;
const END: u32 = 0x6000;

/// The addresses of what tests damage.
pub(super) const ROOT: u32 = READ_ONLY;
pub(super) const EXPORTS: u32 = READ_ONLY + 0x800;
pub(super) const EXPORT_NAMES: u32 = EXPORTS + 48;
pub(super) const IMPORTS: u32 = READ_ONLY + 0x900;
pub(super) const IMPORT_NAMES: u32 = READ_ONLY + 0x940;
pub(super) const SLOTS: u32 = READ_ONLY + 0x960;
pub(super) const LIBRARY_NAME: u32 = READ_ONLY + 0x990;
pub(super) const FUNCTIONS: u32 = READ_ONLY + 0xa00;
pub(super) const UNWINDING: u32 = READ_ONLY + 0xa40;
pub(super) const STORAGE: u32 = READ_ONLY + 0xb00;
pub(super) const CALLBACKS: u32 = READ_ONLY + 0xb40;
pub(super) const RESOURCES: u32 = READ_ONLY + 0xc00;
pub(super) const BLOCK: u32 = RELOCATIONS;

/// Where in the file an address is.
pub(super) fn place(address: u32) -> usize {
    address as usize - CODE as usize + HEADERS
}

/// Where a data directory is in the file.
pub(super) fn directory(index: usize) -> usize {
    DIRECTORIES + index * 8
}

/// The bytes of the library.
pub(super) struct Dll(pub(super) Vec<u8>);

impl Dll {
    pub(super) fn sound() -> Self {
        let mut dll = Self(vec![0; HEADERS + SECTION * 5]);
        dll.headers();
        dll.exports();
        dll.imports();
        dll.exceptions();
        dll.storage();
        dll.resources();
        dll.text(
            MANIFEST,
            &format!("plugin-api manifest 1\nname=tea\nversion=1.0.0\napi=0.1.0\nabi={ABI_VERSION}\ndescription=\n"),
        );
        dll.relocations();
        dll
    }

    pub(super) fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn numbers(&mut self, at: usize, numbers: &[u32]) {
        for (index, number) in numbers.iter().enumerate() {
            self.put(at + index * 4, &number.to_le_bytes());
        }
    }

    fn words(&mut self, address: u32, words: &[u64]) {
        for (index, word) in words.iter().enumerate() {
            self.put(place(address) + index * 8, &word.to_le_bytes());
        }
    }

    fn text(&mut self, address: u32, text: &str) {
        self.put(place(address), text.as_bytes());
    }

    fn directory(&mut self, index: usize, address: u32, size: u32) {
        self.numbers(directory(index), &[address, size]);
    }

    fn headers(&mut self) {
        self.put(0, b"MZ");
        self.numbers(0x3c, &[0x80]);
        self.put(NT, b"PE\0\0\x64\x86\x05\0");
        // The size of what follows, and that it is a library.
        self.put(NT + 20, &[240, 0, 0x22, 0x20]);
        let optional = NT + 24;
        self.put(optional, &[0x0b, 2]);
        self.numbers(optional + 16, &[CODE]);
        self.put(optional + 24, &BASE.to_le_bytes());
        self.numbers(optional + 32, &[0x1000, 0x200]);
        self.numbers(optional + 56, &[END, HEADERS as u32]);
        self.numbers(optional + 108, &[16]);
        let sections: [(&[u8; 8], u32, u32); 5] = [
            (b".text\0\0\0", CODE, 0x6000_0020),
            (b".rdata\0\0", READ_ONLY, 0x4000_0040),
            (b".data\0\0\0", DATA, 0xc000_0040),
            (b".plugapi", MANIFEST, 0x4000_0040),
            (b".reloc\0\0", RELOCATIONS, 0x4200_0040),
        ];
        for (index, (name, address, flags)) in sections.into_iter().enumerate() {
            let at = TABLE + index * 40;
            self.put(at, name);
            self.numbers(at + 8, &[SECTION as u32, address, SECTION as u32, place(address) as u32]);
            self.numbers(at + 36, &[flags]);
        }
    }

    fn exports(&mut self) {
        const { assert!(ROOT_SIZE < 0x800, "the root has room") };
        self.directory(0, EXPORTS, 0x100);
        let names = EXPORTS + 0x50;
        self.numbers(place(EXPORTS), &[0, 0, 0, names, 1, 2, 2, EXPORTS + 40, EXPORT_NAMES, EXPORTS + 56]);
        self.numbers(place(EXPORTS) + 40, &[ROOT, CODE]);
        self.numbers(place(EXPORT_NAMES), &[names + 8, names + 0x60]);
        self.put(place(EXPORTS) + 56, &[0, 0, 1, 0]);
        self.text(names, "tea.dll");
        self.text(names + 8, ROOT_SYMBOL);
        self.text(names + 0x60, "zest");
    }

    fn imports(&mut self) {
        self.directory(1, IMPORTS, 40);
        self.directory(12, SLOTS, 24);
        self.numbers(place(IMPORTS), &[IMPORT_NAMES, 0, 0, LIBRARY_NAME, SLOTS]);
        let wanted = [u64::from(LIBRARY_NAME) + 16, 1 << 63 | 7, 0];
        self.words(IMPORT_NAMES, &wanted);
        self.words(SLOTS, &wanted);
        self.text(LIBRARY_NAME, "KERNEL32.dll");
        self.text(LIBRARY_NAME + 18, "ExitProcess");
    }

    fn exceptions(&mut self) {
        self.directory(3, FUNCTIONS, 24);
        self.numbers(place(FUNCTIONS), &[CODE, CODE + 16, UNWINDING, CODE + 16, CODE + 64, UNWINDING + 16]);
        // One without, and one with a handler.
        self.put(place(UNWINDING), &[1, 0, 2, 0]);
        self.put(place(UNWINDING) + 16, &[9, 0, 1, 0]);
        self.numbers(place(UNWINDING) + 24, &[CODE + 32]);
    }

    fn storage(&mut self) {
        self.directory(9, STORAGE, 40);
        let at = |address: u32| BASE + u64::from(address);
        self.words(STORAGE, &[at(DATA), at(DATA + 8), at(DATA + 16), at(CALLBACKS)]);
        self.words(CALLBACKS, &[at(CODE), 0]);
    }

    /// One of a kind, a name and a language.
    fn resources(&mut self) {
        self.directory(2, RESOURCES, 0x100);
        for (depth, next) in [0x8000_0018, 0x8000_0030, 0x48].into_iter().enumerate() {
            let at = place(RESOURCES) + depth * 24;
            self.put(at + 14, &[1]);
            self.numbers(at + 16, &[16, next]);
        }
        self.numbers(place(RESOURCES) + 0x48, &[RESOURCES + 0x80, 16]);
    }

    fn relocations(&mut self) {
        let addresses = [STORAGE, STORAGE + 8, STORAGE + 16, STORAGE + 24, CALLBACKS];
        let entries: Vec<u32> = addresses.iter().map(|address| 0xa000 | address & 0xfff).chain([0]).collect();
        self.directory(5, BLOCK, 8 + 2 * entries.len() as u32);
        self.numbers(place(BLOCK), &[READ_ONLY, 8 + 2 * entries.len() as u32]);
        for (index, entry) in entries.iter().enumerate() {
            self.put(place(BLOCK) + 8 + 2 * index, &entry.to_le_bytes()[..2]);
        }
    }

    /// Where the headers and tables are in the file.
    pub(super) fn tables() -> Vec<Range<usize>> {
        let range = |address: u32, size: usize| place(address)..place(address) + size;
        vec![
            0..TABLE + 5 * 40,
            range(EXPORTS, 0x100),
            range(IMPORTS, 0xa0),
            range(FUNCTIONS, 0x200),
            range(RESOURCES, 0x60),
            range(BLOCK, 20),
        ]
    }
}
