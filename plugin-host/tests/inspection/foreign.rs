//! Libraries of other systems and machines. Of each, all that is read is how it begins.

use std::env::consts::{ARCH, OS};

use hookspec_host::LoadProblem;

use crate::refused;

/// An ELF header.
fn elf(class: u8, order: u8, abi: u8, machine: u16) -> Vec<u8> {
    let number = |number: u16| if order == 2 { number.to_be_bytes() } else { number.to_le_bytes() };
    let mut bytes = vec![0x7f, b'E', b'L', b'F', class, order, 1, abi];
    bytes.resize(16, 0);
    bytes.extend([number(3), number(machine), if order == 2 { [0, 0] } else { [1, 0] }].concat());
    bytes.resize(4096, 0);
    bytes
}

/// The headers of a library for Windows.
fn pe(machine: u16, magic: u16) -> Vec<u8> {
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3c, 0);
    bytes.extend([0x40, 0, 0, 0, b'P', b'E', 0, 0]);
    bytes.extend(machine.to_le_bytes());
    bytes.resize(0x40 + 24, 0);
    bytes.extend(magic.to_le_bytes());
    bytes.resize(4096, 0);
    bytes
}

/// The header of a library for macOS.
fn macho(magic: u32, cpu: u32) -> Vec<u8> {
    let mut bytes = [magic, cpu, 3, 6, 0, 0, 0, 0].map(u32::to_le_bytes).concat();
    bytes.resize(4096, 0);
    bytes
}

/// A file with a library for each of several machines.
fn fat(cpus: &[u32]) -> Vec<u8> {
    let mut numbers = vec![0xcafe_babe, u32::try_from(cpus.len()).unwrap()];
    for cpu in cpus {
        numbers.extend([*cpu, 3, 4096, 4096, 12]);
    }
    let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
    bytes.resize(16384, 0);
    bytes
}

#[test]
fn a_library_for_another_platform_is_named_by_it_in_one_line() {
    let little = |machine: &str, bits: u32| format!("{machine} ({bits}-bit, little-endian)");
    let cases = [
        (elf(2, 1, 0, 62), little("x86_64", 64), "Linux"),
        (elf(2, 1, 0, 183), little("aarch64", 64), "Linux"),
        (elf(2, 1, 3, 243), little("riscv64", 64), "Linux"),
        (elf(2, 1, 0, 258), little("loongarch64", 64), "Linux"),
        (elf(1, 1, 0, 3), little("x86", 32), "Linux"),
        (elf(1, 1, 0, 40), little("arm", 32), "Linux"),
        (elf(2, 2, 0, 22), "s390x (64-bit, big-endian)".to_owned(), "Linux"),
        (elf(2, 1, 0, 21), little("powerpc64", 64), "Linux"),
        (elf(2, 2, 0, 21), "powerpc64 (64-bit, big-endian)".to_owned(), "Linux"),
        (elf(2, 1, 9, 183), little("aarch64", 64), "FreeBSD"),
        (elf(2, 1, 9, 62), little("x86_64", 64), "FreeBSD"),
        (elf(2, 1, 2, 62), little("x86_64", 64), "NetBSD"),
        (elf(2, 1, 0, 4711), little("machine 4711", 64), "Linux"),
        (pe(0x8664, 0x20b), little("x86_64", 64), "Windows"),
        (pe(0xaa64, 0x20b), little("aarch64", 64), "Windows"),
        (pe(0x014c, 0x10b), little("x86", 32), "Windows"),
        (macho(0xfeed_facf, 0x0100_0007), little("x86_64", 64), "macOS"),
        (macho(0xfeed_facf, 0x0100_000c), little("aarch64", 64), "macOS"),
        (macho(0xfeed_face, 7), little("x86", 32), "macOS"),
        (fat(&[0x0100_0007, 0x0100_000c]), format!("{} or {}", little("x86_64", 64), little("aarch64", 64)), "macOS"),
    ];
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("libplugin.bin");
    let mut own = 0;
    for (bytes, machine, system) in cases {
        let problem = refused(&path, &bytes).problem;
        let for_here = system.to_lowercase() == OS
            && machine.split(" or ").any(|machine| machine.starts_with(&format!("{ARCH} (")));
        match problem {
            LoadProblem::WrongMachine { found, expected } => {
                assert_eq!(found, format!("{machine} on {system}"));
                assert!(expected.starts_with(ARCH), "{expected}");
            }
            // No more than a header: it is for here, but no library.
            other => {
                assert!(for_here, "{machine} on {system}: {other}");
                own += 1;
            }
        }
    }
    assert!(own <= 2, "{own}");
}

#[test]
fn what_is_no_library_of_any_platform_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("libplugin.bin");
    let mut class = b"\xca\xfe\xba\xbe\0\0\0\x34".to_vec();
    class.resize(512, 0);
    let mut object = b"\x64\x86\x03\0".to_vec();
    object.resize(512, 0);
    for bytes in [b"MZ".to_vec(), b"MZ".repeat(600), class, object, b"\xfe\xed".to_vec(), vec![0; 4096]] {
        let problem = refused(&path, &bytes).problem;
        assert!(matches!(problem, LoadProblem::NotALibrary(_)), "{problem}");
    }
}

#[test]
fn headers_that_count_without_end_are_not_read_into_memory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("libplugin.bin");
    let mut commands = macho(0xfeed_facf, 0x0100_0007);
    commands[16..24].fill(0xff);
    let mut machines = fat(&[7]);
    machines[4..8].fill(0xff);
    let mut sections = pe(0x8664, 0x20b);
    sections[0x46..0x48].fill(0xff);
    let mut far = pe(0x8664, 0x20b);
    far[0x3c..0x40].fill(0xff);
    for bytes in [commands, machines, sections, far] {
        refused(&path, &bytes);
    }
}
