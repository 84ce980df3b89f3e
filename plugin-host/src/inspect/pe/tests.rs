//! Windows' libraries are judged alike on each system.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::cast_possible_truncation, reason = "the library is small")]

mod dll;

use hookspec::Manifest;
use object::FileKind;

use self::dll::{
    BLOCK, CALLBACKS, DIRECTORIES, Dll, EXPORT_NAMES, EXPORTS, FUNCTIONS, IMPORT_NAMES, IMPORTS, LIBRARY_NAME, NT,
    RESOURCES, SLOTS, STORAGE, TABLE, UNWINDING, directory, place,
};
use crate::error::LoadProblem;

fn read(bytes: &[u8]) -> Result<Manifest, LoadProblem> {
    super::read(bytes, FileKind::Pe64, bytes.len() as u64)
}

#[test]
fn a_sound_library_is_a_plugin() {
    let manifest = read(&Dll::sound().0).unwrap();
    assert_eq!((manifest.name.as_str(), manifest.version.as_str()), ("tea", "1.0.0"));
}

#[test]
fn a_library_cut_short_at_any_length_is_refused() {
    let bytes = Dll::sound().0;
    for len in 0..bytes.len() {
        let problem = read(&bytes[..len]).unwrap_err();
        let is_said = len < 0x80
            || matches!(problem, LoadProblem::Truncated { found, expected } if (found as usize) == len && found < expected);
        assert!(is_said, "{len}: {problem}");
    }
}

#[test]
fn tables_that_lead_astray_are_refused() {
    const FAR: [u8; 8] = [0xf0, 0xff, 0xff, 0x7f, 0, 0, 0, 0];
    const PAST_END: [u8; 8] = [0xff; 8];
    let optional = NT + 24;
    let cases: &[(&str, usize, &[u8])] = &[
        ("no sections", NT + 6, &[0, 0]),
        ("too many sections", NT + 6, &[97, 0]),
        ("not linked", NT + 22, &[0x20]),
        ("without relocations", NT + 22, &[0x23]),
        ("a function to run outside of it", optional + 16, &FAR[..4]),
        ("a function to run in data", optional + 16, &[0, 0x30, 0, 0]),
        ("a place that no library can have", optional + 24, &[1]),
        ("sections side by side in half pages", optional + 32, &[0, 8, 0, 0]),
        ("pages of odd length", optional + 32, &[1, 0x10]),
        ("more memory than it has", optional + 56, &[0, 0x70]),
        ("headers within the first section", optional + 60, &[0, 0x20]),
        ("headers without the section table", optional + 60, &[0x80, 0]),
        ("too many directories", optional + 108, &[17]),
        ("a section over another", TABLE + 12 + 40, &[0, 0x10]),
        ("a gap between sections", TABLE + 12 + 40 * 4, &[0, 0x60]),
        ("a section of no end", TABLE + 8 + 40, &PAST_END[..4]),
        ("a section in the middle of a unit", TABLE + 20, &[1]),
        ("a section that nobody can read", TABLE + 39, &[0x20]),
        ("exports outside of it", DIRECTORIES, &FAR[..4]),
        ("exports of no end", DIRECTORIES + 4, &PAST_END[..4]),
        ("too many functions", place(EXPORTS) + 20, &PAST_END[..4]),
        ("functions outside of it", place(EXPORTS) + 28, &FAR[..4]),
        ("a root outside of it", place(EXPORTS) + 40, &FAR[..4]),
        ("a root in code", place(EXPORTS) + 40, &[0, 0x10]),
        ("a root across the end", place(EXPORTS) + 40, &[0xf8, 0x4f]),
        ("a root that another library has", place(EXPORTS) + 40, &[0x50, 0x28]),
        ("a function outside of it", place(EXPORTS) + 44, &FAR[..4]),
        ("a forward to nowhere", place(EXPORTS) + 44, &[0x58, 0x28]),
        ("a number of no function", place(EXPORTS) + 58, &[9]),
        ("a name outside of it", place(EXPORT_NAMES) + 4, &FAR[..4]),
        ("names out of order", place(EXPORT_NAMES) + 4, &[0x58, 0x28]),
        ("imports outside of it", directory(1), &FAR[..4]),
        ("imports of no end", directory(1) + 4, &[20]),
        ("half a library", place(IMPORTS) + 16, &[0; 4]),
        ("a library's name outside of it", place(IMPORTS) + 12, &FAR[..4]),
        ("a library by its path", place(LIBRARY_NAME), b"..\\"),
        ("a library by its place on a disk", place(LIBRARY_NAME), b"C:x"),
        ("an import's name outside of it", place(IMPORT_NAMES), &FAR),
        ("an import by a number that is none", place(IMPORT_NAMES) + 10, &[1]),
        ("lists of imports that differ", place(SLOTS), &[0xa1]),
        ("imports where nobody writes them", directory(12), &[0, 0x20]),
        ("imports that cannot be written", directory(12), &[0; 8]),
        ("delayed imports", directory(13), &[0, 0x20, 0, 0, 20]),
        ("bound imports", directory(11), &[0, 0x20, 0, 0, 20]),
        ("code for .NET", directory(14), &[0, 0x20, 0, 0, 72]),
        ("a table of old", directory(7), &[0, 0x20, 0, 0, 72]),
        ("no unwind table", directory(3), &[0; 8]),
        ("half an unwind entry", directory(3) + 4, &[20]),
        ("a function that ends before it begins", place(FUNCTIONS) + 4, &[0, 0x0f]),
        ("functions out of order", place(FUNCTIONS) + 12, &[8]),
        ("a function in data", place(FUNCTIONS) + 17, &[0x30]),
        ("unwinding outside of it", place(FUNCTIONS) + 8, &FAR[..4]),
        ("unwinding of another version", place(UNWINDING), &[7]),
        ("a handler that is no code", place(UNWINDING) + 24, &[0, 0x30]),
        ("no relocations", directory(5), &[0; 8]),
        ("relocations outside of it", directory(5), &FAR[..4]),
        ("a relocation of another page", place(BLOCK) + 1, &[0x40]),
        ("a relocation beyond all pages", place(BLOCK), &[0, 0xf0, 0xff, 0xff]),
        ("a block of no end", place(BLOCK) + 4, &PAST_END[..4]),
        ("a block without its own head", place(BLOCK) + 4, &[4]),
        ("a relocation of another kind", place(BLOCK) + 9, &[0x3b]),
        ("a relocation twice", place(BLOCK) + 10, &[0]),
        ("a relocation of no kind", place(BLOCK) + 18, &[1]),
        ("an address that is not relocated", place(BLOCK) + 8, &[0, 0]),
        ("a relocated address outside of it", place(STORAGE), &FAR),
        ("storage that ends before it begins", place(STORAGE) + 8, &[0, 0x20]),
        ("an index that cannot be written", place(STORAGE) + 16, &[0, 0x20]),
        ("storage without bound", place(STORAGE) + 32, &PAST_END[..4]),
        ("a function for threads in data", place(CALLBACKS), &[0, 0x30]),
        ("resources in a circle", place(RESOURCES) + 20, &[0]),
        ("too many resources", place(RESOURCES) + 14, &[0xff, 0xff]),
        ("a resource outside of it", place(RESOURCES) + 0x48, &FAR[..4]),
    ];
    for (name, at, patch) in cases {
        let mut dll = Dll::sound();
        dll.put(*at, patch);
        match read(&dll.0) {
            Ok(_) => panic!("{name} is accepted"),
            Err(LoadProblem::Damaged(_) | LoadProblem::Truncated { .. } | LoadProblem::NotALibrary(_)) => {}
            Err(LoadProblem::Companion(_)) if [directory(11), directory(13), directory(14)].contains(at) => {}
            Err(problem) => panic!("{name}: {problem}"),
        }
    }
}

#[test]
fn a_forward_to_another_library_is_no_fault_of_a_function() {
    let mut dll = Dll::sound();
    dll.put(place(EXPORTS) + 44, &[0xd0, 0x28]);
    dll.put(place(EXPORTS) + 0xd0, b"KERNEL32.ExitProcess");
    read(&dll.0).unwrap();
}

#[test]
fn a_program_and_what_is_no_plugin_are_named_as_such() {
    let said = |at: usize, patch: &[u8]| {
        let mut dll = Dll::sound();
        dll.put(at, patch);
        read(&dll.0).unwrap_err().to_string()
    };
    assert!(said(NT + 23, &[0]).contains("it is a program"));
    assert!(said(TABLE + 40 * 3 + 1, b"q").contains("it has no manifest"));
    assert!(said(directory(0), &[0; 8]).contains("does not export a plugin"));
    assert!(said(place(EXPORTS) + 0x58, b"^").contains("does not export a plugin"));
}

#[test]
fn no_damage_to_one_byte_stops_the_look() {
    let sound = Dll::sound();
    let mut refused = 0;
    for at in Dll::tables().into_iter().flatten() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bytes = sound.0.clone();
            bytes[at] = value;
            refused += usize::from(read(&bytes).is_err());
        }
    }
    assert!(refused > 1000, "{refused}");
}
