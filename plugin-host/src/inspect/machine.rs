//! What a library is built for.

use std::{
    env::consts::{ARCH, OS},
    fmt,
    fs::File,
};

use object::{
    BigEndian, BinaryFormat, Endian, Endianness, FileKind, LittleEndian, U16, U32,
    elf::{
        ELFOSABI_FREEBSD, ELFOSABI_NETBSD, ELFOSABI_OPENBSD, ELFOSABI_SOLARIS, EM_386, EM_AARCH64, EM_ARM,
        EM_LOONGARCH, EM_MIPS, EM_PPC, EM_PPC64, EM_RISCV, EM_S390, EM_SPARCV9, EM_X86_64, FileHeader32, FileHeader64,
    },
    macho::{
        CPU_ARCH_ABI64, CPU_TYPE_ARM, CPU_TYPE_ARM64, CPU_TYPE_POWERPC, CPU_TYPE_POWERPC64, CPU_TYPE_X86,
        CPU_TYPE_X86_64,
    },
    pe::{
        IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64, IMAGE_FILE_MACHINE_ARM64EC, IMAGE_FILE_MACHINE_ARMNT,
        IMAGE_FILE_MACHINE_I386, IMAGE_FILE_MACHINE_RISCV64, ImageDosHeader,
    },
    read::{ReadCache, ReadRef, elf::FileHeader},
};

use crate::error::LoadProblem;

/// The names are those of [`ARCH`].
const OF_ELF: [(u16, u32, &str); 14] = [
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

const OF_PE: [(u16, &str); 6] = [
    (IMAGE_FILE_MACHINE_AMD64, "x86_64"),
    (IMAGE_FILE_MACHINE_I386, "x86"),
    (IMAGE_FILE_MACHINE_ARM64, "aarch64"),
    (IMAGE_FILE_MACHINE_ARM64EC, "arm64ec"),
    (IMAGE_FILE_MACHINE_ARMNT, "arm"),
    (IMAGE_FILE_MACHINE_RISCV64, "riscv64"),
];

const OF_MACHO: [(u32, &str); 6] = [
    (CPU_TYPE_X86_64, "x86_64"),
    (CPU_TYPE_ARM64, "aarch64"),
    (CPU_TYPE_X86, "x86"),
    (CPU_TYPE_ARM, "arm"),
    (CPU_TYPE_POWERPC, "powerpc"),
    (CPU_TYPE_POWERPC64, "powerpc64"),
];

/// Systems whose ELF libraries say so; Linux's need not say anything.
const OF_ABI: [(u8, &str); 4] = [
    (ELFOSABI_FREEBSD, "FreeBSD"),
    (ELFOSABI_NETBSD, "NetBSD"),
    (ELFOSABI_OPENBSD, "OpenBSD"),
    (ELFOSABI_SOLARIS, "Solaris"),
];

/// Most machines that one file may be for.
const MAX_MACHINES: u32 = 16;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Machine {
    name: String,
    bits: u32,
    big_endian: bool,
}

impl Machine {
    fn own() -> Self {
        Self { name: ARCH.to_owned(), bits: usize::BITS, big_endian: cfg!(target_endian = "big") }
    }

    fn named(name: Option<&str>, number: impl fmt::Display, bits: u32, big_endian: bool) -> Self {
        Self { name: name.map_or_else(|| format!("machine {number}"), str::to_owned), bits, big_endian }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.big_endian { "big" } else { "little" };
        write!(f, "{} ({}-bit, {order}-endian)", self.name, self.bits)
    }
}

/// Machines and the system on them.
struct Platform {
    machines: Vec<Machine>,
    system: String,
    format: BinaryFormat,
}

impl Platform {
    fn own() -> Self {
        let system = match OS {
            "linux" => "Linux",
            "windows" => "Windows",
            "macos" => "macOS",
            other => other,
        };
        Self { machines: vec![Machine::own()], system: system.to_owned(), format: own_format() }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, machine) in self.machines.iter().enumerate() {
            if number > 0 {
                f.write_str(" or ")?;
            }
            write!(f, "{machine}")?;
        }
        write!(f, " on {}", self.system)
    }
}

/// The format of this system's libraries.
fn own_format() -> BinaryFormat {
    match BinaryFormat::native_object() {
        BinaryFormat::Coff => BinaryFormat::Pe,
        format => format,
    }
}

/// Refuses a library for another machine or system than this one.
pub(super) fn check(data: &ReadCache<File>, kind: FileKind) -> Result<(), LoadProblem> {
    let found = match kind {
        FileKind::Elf32 => of_elf::<FileHeader32<Endianness>>(data),
        FileKind::Elf64 => of_elf::<FileHeader64<Endianness>>(data),
        FileKind::Pe32 | FileKind::Pe64 => of_pe(data, kind),
        FileKind::MachO32 | FileKind::MachO64 => of_macho(data, kind),
        FileKind::MachOFat32 | FileKind::MachOFat64 => of_fat(data, kind),
        FileKind::Coff | FileKind::CoffBig => {
            return Err(LoadProblem::NotALibrary("it is an object file that has not been linked".to_owned()));
        }
        _ => return Err(unknown()),
    };
    let found = found?;
    let own = Platform::own();
    // On a machine whose number is not in the list, the dynamic linker is left to judge it.
    let is_unlisted = own.format == BinaryFormat::Elf && OF_ELF.iter().all(|known| known.2 != ARCH);
    let fits = |machine: &Machine| {
        let same_name = machine.name == ARCH || is_unlisted && machine.name.starts_with("machine ");
        same_name && (machine.bits, machine.big_endian) == (own.machines[0].bits, own.machines[0].big_endian)
    };
    // Other systems do not need a library to name them.
    let is_same_system = found.system == own.system || OS != "linux";
    if found.format == own.format && is_same_system && found.machines.iter().any(fits) {
        return Ok(());
    }
    Err(LoadProblem::WrongMachine { found: found.to_string(), expected: own.to_string() })
}

fn of_elf<H: FileHeader<Endian = Endianness>>(data: &ReadCache<File>) -> Result<Platform, LoadProblem> {
    let header = H::parse(data).map_err(LoadProblem::not_a_library)?;
    let endian = header.endian().map_err(LoadProblem::not_a_library)?;
    let bits = if header.is_class_64() { 64 } else { 32 };
    let number = header.e_machine(endian);
    let name = OF_ELF.iter().find(|known| (known.0, known.1) == (number, bits)).map(|known| known.2);
    let system = OF_ABI.iter().find(|known| known.0 == header.e_ident().os_abi).map_or("Linux", |known| known.1);
    Ok(Platform {
        machines: vec![Machine::named(name, number, bits, endian.is_big_endian())],
        system: system.to_owned(),
        format: BinaryFormat::Elf,
    })
}

fn of_pe(data: &ReadCache<File>, kind: FileKind) -> Result<Platform, LoadProblem> {
    let header = ImageDosHeader::parse(data).map_err(LoadProblem::not_a_library)?;
    // Behind the signature.
    let number = word::<U16<LittleEndian>>(data, u64::from(header.nt_headers_offset()) + 4)?.get(LittleEndian);
    let name = OF_PE.iter().find(|known| known.0 == number).map(|known| known.1);
    let bits = if kind == FileKind::Pe64 { 64 } else { 32 };
    Ok(Platform {
        machines: vec![Machine::named(name, number, bits, false)],
        system: "Windows".to_owned(),
        format: BinaryFormat::Pe,
    })
}

fn of_macho(data: &ReadCache<File>, kind: FileKind) -> Result<Platform, LoadProblem> {
    let magic = word::<U32<BigEndian>>(data, 0)?.get(BigEndian);
    let big_endian = magic & 0xff00_0000 == 0xfe00_0000;
    let number = if big_endian {
        word::<U32<BigEndian>>(data, 4)?.get(BigEndian)
    } else {
        word::<U32<LittleEndian>>(data, 4)?.get(LittleEndian)
    };
    let bits = if kind == FileKind::MachO64 { 64 } else { 32 };
    Ok(macos(vec![of_cpu(number, bits, big_endian)]))
}

/// A file with a library for each of several machines. Its own numbers are big-endian.
fn of_fat(data: &ReadCache<File>, kind: FileKind) -> Result<Platform, LoadProblem> {
    let size = if kind == FileKind::MachOFat64 { 32 } else { 20 };
    let count = word::<U32<BigEndian>>(data, 4)?.get(BigEndian);
    // Java's classes begin with the same four bytes.
    if count == 0 || count > MAX_MACHINES {
        return Err(unknown());
    }
    let numbers = (0..u64::from(count)).map(|index| word::<U32<BigEndian>>(data, 8 + index * size));
    let machine = |number: &U32<BigEndian>| {
        let number = number.get(BigEndian);
        let bits = if number & CPU_ARCH_ABI64 == 0 { 32 } else { 64 };
        of_cpu(number, bits, [CPU_TYPE_POWERPC, CPU_TYPE_POWERPC64].contains(&number))
    };
    Ok(macos(numbers.map(|number| number.map(machine)).collect::<Result<_, _>>()?))
}

fn of_cpu(number: u32, bits: u32, big_endian: bool) -> Machine {
    Machine::named(OF_MACHO.iter().find(|known| known.0 == number).map(|known| known.1), number, bits, big_endian)
}

fn macos(machines: Vec<Machine>) -> Platform {
    Platform { machines, system: "macOS".to_owned(), format: BinaryFormat::MachO }
}

fn word<T: object::Pod>(data: &ReadCache<File>, offset: u64) -> Result<&T, LoadProblem> {
    data.read_at::<T>(offset).map_err(|()| LoadProblem::NotALibrary("it ends within its header".to_owned()))
}

fn unknown() -> LoadProblem {
    LoadProblem::NotALibrary("it is of an unknown kind".to_owned())
}
