//! What machine a library is built for.

use std::{env::consts::ARCH, fmt, fs::File};

use object::{
    Endian, Endianness,
    elf::{
        EM_386, EM_AARCH64, EM_ARM, EM_LOONGARCH, EM_MIPS, EM_PPC, EM_PPC64, EM_RISCV, EM_S390, EM_SPARCV9, EM_X86_64,
    },
    read::{ReadCache, elf::FileHeader},
};

use crate::error::LoadProblem;

/// The names are those of [`ARCH`].
const NAMES: [(u16, u32, &str); 14] = [
    (EM_X86_64, 64, "x86_64"),
    (EM_386, 32, "x86"),
    (EM_AARCH64, 64, "aarch64"),
    (EM_ARM, 32, "arm"),
    (EM_RISCV, 64, "riscv64"),
    (EM_RISCV, 32, "riscv32"),
    (EM_PPC64, 64, "powerpc64"),
    (EM_PPC, 32, "powerpc"),
    (EM_S390, 64, "s390x"),
    (EM_LOONGARCH, 64, "loongarch64"),
    (EM_LOONGARCH, 32, "loongarch32"),
    (EM_MIPS, 64, "mips64"),
    (EM_MIPS, 32, "mips"),
    (EM_SPARCV9, 64, "sparc64"),
];

struct Machine {
    name: String,
    bits: u32,
    big_endian: bool,
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.big_endian { "big" } else { "little" };
        write!(f, "{} ({}-bit, {order}-endian)", self.name, self.bits)
    }
}

/// Refuses a library for another machine than this one.
pub(super) fn check<H: FileHeader<Endian = Endianness>>(data: &ReadCache<File>) -> Result<(), LoadProblem> {
    let header = H::parse(data).map_err(LoadProblem::not_a_library)?;
    let endian = header.endian().map_err(LoadProblem::not_a_library)?;
    let bits = if header.is_class_64() { 64 } else { 32 };
    let number = header.e_machine(endian);
    let name = NAMES.iter().find(|known| (known.0, known.1) == (number, bits)).map(|known| known.2);
    let found = Machine {
        name: name.map_or_else(|| format!("machine {number}"), str::to_owned),
        bits,
        big_endian: endian.is_big_endian(),
    };
    let expected = Machine { name: ARCH.to_owned(), bits: usize::BITS, big_endian: cfg!(target_endian = "big") };
    // On a machine whose number is not in the list, the dynamic linker is left to judge it.
    let same_name = name == Some(ARCH) || (name.is_none() && NAMES.iter().all(|known| known.2 != ARCH));
    if same_name && (found.bits, found.big_endian) == (expected.bits, expected.big_endian) {
        return Ok(());
    }
    Err(LoadProblem::WrongMachine { found: found.to_string(), expected: expected.to_string() })
}
