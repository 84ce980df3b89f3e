//! macOS' libraries are judged alike on each system.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::cast_possible_truncation, reason = "the library is small")]

mod dylib;
mod linked;

use std::path::Path;

use hookspec::Manifest;
use object::FileKind;

use self::dylib::{
    BIND, BUILD, CHAINS, Dylib, EXPORTS, INDIRECT, INFO, LIBRARY, NAME, REBASE, SECTIONS, SEGMENTS, SYMBOLS, SYMTAB,
};
use super::{super::companions::Companions, rules};
use crate::{
    error::{CompanionProblem, LoadProblem},
    trust::{Judge, Trust},
};

fn read(bytes: &[u8]) -> Result<Manifest, LoadProblem> {
    let judge = Judge::new(Trust::Owner);
    let mut companions = Companions::new(&judge, rules(Path::new("/usr/lib")));
    let kind = FileKind::parse(bytes).map_err(LoadProblem::not_a_library)?;
    super::read(bytes, kind, bytes.len() as u64, &mut companions)
}

#[test]
fn a_sound_library_is_a_plugin() {
    for dylib in [Dylib::sound(), Dylib::chained()] {
        let manifest = read(&dylib.0).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.version.as_str()), ("tea", "1.0.0"));
    }
}

#[test]
fn a_library_cut_short_at_any_length_is_refused() {
    let bytes = Dylib::sound().0;
    for len in 0..bytes.len() {
        let problem = read(&bytes[..len]).unwrap_err();
        let is_said = len < 16
            || matches!(problem, LoadProblem::Truncated { found, expected } if (found as usize) == len && found < expected);
        assert!(is_said, "{len}: {problem}");
    }
}

#[test]
fn load_commands_and_tables_that_lead_astray_are_refused() {
    const FAR: [u8; 8] = [0xf0, 0xff, 0xff, 0x7f, 0, 0, 0, 0];
    const PAST_END: [u8; 8] = [0xff; 8];
    let segment = |number: usize, field: usize| SEGMENTS[number] + field;
    let cases: &[(&str, usize, &[u8])] = &[
        ("fewer load commands than there are", 16, &[3]),
        ("more load commands than there are", 16, &[40]),
        ("load commands of no end", 20, &[0, 0, 0xf0, 0x7f]),
        ("a load command of odd length", SEGMENTS[0] + 4, &[0x99]),
        ("a load command of no length", SYMTAB + 4, &[0]),
        ("a load command that is for programs", BUILD, &[0x28, 0, 0, 0x80]),
        ("a load command that nobody knows", BUILD, &[0x7f, 0, 0, 0x80]),
        ("the symbols twice", BUILD, &[2]),
        ("a phone's library", BUILD + 8, &[2]),
        ("more sections than there are", segment(0, 64), &[3]),
        ("a segment of no end", segment(1, 32), &PAST_END),
        ("a segment past all addresses", segment(1, 24), &PAST_END),
        ("a segment over another", segment(1, 24), &[0, 0]),
        ("a segment in the middle of a page", segment(1, 24), &[1]),
        ("a segment from the middle of a page", segment(1, 40), &[1]),
        ("more of the file than of memory", segment(1, 32), &[0, 0x08]),
        ("headers that are not mapped", segment(0, 40), &[0, 0x10]),
        ("code that can be written", segment(0, 60), &[7]),
        ("data that can be run", segment(1, 60), &[7]),
        ("more than it may", segment(1, 56), &[1]),
        ("nothing that it may", segment(1, 60), &[0]),
        ("no tables' segment", segment(2, 8), b"__LINKEDIN"),
        ("tables that can be written", segment(2, 60), &[3]),
        ("a section outside of its segment", SECTIONS[0] + 32, &FAR),
        ("a section of no end", SECTIONS[0] + 40, &PAST_END),
        ("a section elsewhere in the file", SECTIONS[0] + 48, &[0, 0x01]),
        ("symbols outside of it", SYMTAB + 8, &FAR[..4]),
        ("symbols of no end", SYMTAB + 12, &PAST_END[..4]),
        ("symbols in the exports", SYMTAB + 8, &[(EXPORTS & 0xff) as u8, (EXPORTS >> 8) as u8]),
        ("texts outside of it", SYMTAB + 16, &FAR[..4]),
        ("a symbol without a name", SYMBOLS, &FAR[..4]),
        ("a symbol in no section", SYMBOLS + 5, &[9]),
        ("more local symbols than there are", SYMTAB + 24 + 12, &[9]),
        ("a number of no symbol", INDIRECT + 4, &[9]),
        ("more places than numbers", SECTIONS[1] + 40, &[0x80]),
        ("exports outside of it", INFO + 40, &FAR[..4]),
        ("no exports", INFO + 44, &[0]),
        ("exports that lead outside of them", EXPORTS + 2, &[0xff]),
        ("exports in a circle", EXPORTS + 1, &[1, b'_', 0, 0]),
        ("steps outside of it", INFO + 8, &FAR[..4]),
        ("an address in no segment", REBASE + 1, &[0x29]),
        ("an address outside of its segment", REBASE + 2, &[0xf8, 0x7f, 0x51]),
        ("an address where nobody writes", REBASE + 1, &[0x20]),
        ("an address of another kind", REBASE, &[0x12]),
        ("addresses without number", REBASE + 4, &[0x60, 0xff, 0xff, 0x7f]),
        ("a step that nobody makes", REBASE, &[0xf1]),
        ("a symbol of a library that is not there", BIND, &[0x15]),
        ("a symbol without end", INFO + 20, &[4]),
        ("no place for a symbol", BIND + 9, &[0x51, 0x51]),
        ("a place in code", BIND + 9, &[0x70]),
        ("steps for another machine", BIND, &[0xd0]),
        ("a library that is named nowhere", LIBRARY + 8, &[0xff]),
        ("no name of its own", NAME, &[0x0c]),
    ];
    for (name, at, patch) in cases {
        let mut dylib = Dylib::sound();
        dylib.put(*at, patch);
        match read(&dylib.0) {
            Ok(_) => panic!("{name} is accepted"),
            Err(LoadProblem::Damaged(_) | LoadProblem::Truncated { .. } | LoadProblem::NotALibrary(_)) => {}
            Err(problem) => assert!(name.contains("export"), "{name}: {problem}"),
        }
    }
}

#[test]
fn chains_that_lead_astray_are_refused() {
    let cases: &[(&str, usize, &[u8])] = &[
        ("chains of another age", CHAINS, &[1]),
        ("starts outside of them", CHAINS + 4, &[0xff, 0xff]),
        ("imports outside of them", CHAINS + 8, &[0xff, 0xff]),
        ("imports of another kind", CHAINS + 20, &[9]),
        ("imports without number", CHAINS + 16, &[0xff, 0xff, 0xff, 0xff]),
        ("an import of a library that is not there", dylib::IMPORT, &[7]),
        ("an import without a name", dylib::IMPORT + 2, &[0xff, 0xff]),
        ("more segments than there are", dylib::STARTS, &[9]),
        ("addresses of another kind", dylib::STARTS + 22, &[1]),
        ("pages of odd length", dylib::STARTS + 20, &[1]),
        ("a page past the end", dylib::STARTS + 38, &[0xf8, 0xff]),
        ("an import that is none", dylib::DATA + 8, &[5]),
        ("an address outside of it", dylib::DATA, &[0, 0, 0xff]),
        ("a chain past the end", dylib::DATA + 6, &[0xf8, 0x7f]),
    ];
    for (name, at, patch) in cases {
        let mut dylib = Dylib::chained();
        dylib.put(*at, patch);
        match read(&dylib.0) {
            Ok(_) => panic!("{name} is accepted"),
            Err(LoadProblem::Damaged(_)) => {}
            Err(problem) => panic!("{name}: {problem}"),
        }
    }
}

#[test]
fn libraries_named_from_the_current_directory_are_refused() {
    for name in ["lib", "libx.dylib", "./libx.dylib", "@rpath2"] {
        let mut dylib = Dylib::sound();
        dylib.text(LIBRARY + 24, name);
        let problem = read(&dylib.0).unwrap_err();
        assert!(matches!(problem, LoadProblem::Companion(CompanionProblem::Relative { .. })), "{name}: {problem}");
    }
    for name in ["/usr/lib/libSystem.B.dylib", "@rpath/libx.dylib", "@loader_path/libx.dylib"] {
        let mut dylib = Dylib::sound();
        dylib.text(LIBRARY + 24, name);
        read(&dylib.0).unwrap();
    }
}

#[test]
fn what_is_no_plugin_is_named_as_such() {
    let said = |at: usize, patch: &[u8]| {
        let mut dylib = Dylib::sound();
        dylib.put(at, patch);
        read(&dylib.0).unwrap_err().to_string()
    };
    assert!(said(12, &[2]).contains("it is a program"));
    assert!(said(12, &[8]).contains("it is a bundle"));
    assert!(said(SECTIONS[2] + 1, b"q").contains("it has no manifest"));
    assert!(said(EXPORTS + 3, b"q").contains("does not export a plugin"));
    let fat: Vec<u8> =
        [0xcafe_babe_u32, 1, 0x0100_000c, 0, 4096, 64, 12].into_iter().flat_map(u32::to_be_bytes).collect();
    assert!(read(&fat).unwrap_err().to_string().contains("lipo -thin"));
}

#[test]
fn no_damage_to_one_byte_stops_the_look() {
    let mut refused = 0;
    for sound in [Dylib::sound(), Dylib::chained()] {
        for at in Dylib::tables().into_iter().flatten() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut bytes = sound.0.clone();
                bytes[at] = value;
                refused += usize::from(read(&bytes).is_err());
            }
        }
    }
    assert!(refused > 2000, "{refused}");
}
