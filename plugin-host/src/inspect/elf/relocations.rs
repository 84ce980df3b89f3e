//! The relocations: where the dynamic linker writes, what it writes there, and what it runs.

use object::{
    NativeEndian,
    elf::{
        DT_FINI_ARRAY, DT_FINI_ARRAYSZ, DT_INIT_ARRAY, DT_INIT_ARRAYSZ, DT_JMPREL, DT_PLTREL, DT_PLTRELSZ, DT_REL,
        DT_RELA, DT_RELACOUNT, DT_RELASZ, DT_RELSZ, R_386_COPY, R_386_IRELATIVE, R_386_RELATIVE, R_390_COPY,
        R_390_IRELATIVE, R_390_RELATIVE, R_AARCH64_COPY, R_AARCH64_IRELATIVE, R_AARCH64_RELATIVE, R_ARM_COPY,
        R_ARM_IRELATIVE, R_ARM_RELATIVE, R_LARCH_COPY, R_LARCH_IRELATIVE, R_LARCH_RELATIVE, R_PPC64_COPY,
        R_PPC64_IRELATIVE, R_PPC64_RELATIVE, R_RISCV_COPY, R_RISCV_IRELATIVE, R_RISCV_RELATIVE, R_X86_64_COPY,
        R_X86_64_IRELATIVE, R_X86_64_RELATIVE,
    },
    read::elf::{FileHeader, Rel, Rela},
};

use super::{
    dynamic::{DT_RELR, DT_RELRSZ, Dynamic},
    library::{ENDIAN, Library, Segment, damaged, entries},
};
use crate::error::LoadProblem;

const WORD: u64 = size_of::<usize>() as u64;

/// The relocations of this machine that need a look of their own; `None` where they are not known.
struct Kinds {
    relative: Option<u32>,
    indirect: Option<u32>,
    copy: Option<u32>,
}

const KINDS: Kinds = {
    let (relative, indirect, copy) = if cfg!(target_arch = "x86_64") {
        (R_X86_64_RELATIVE, R_X86_64_IRELATIVE, R_X86_64_COPY)
    } else if cfg!(target_arch = "x86") {
        (R_386_RELATIVE, R_386_IRELATIVE, R_386_COPY)
    } else if cfg!(target_arch = "aarch64") {
        (R_AARCH64_RELATIVE, R_AARCH64_IRELATIVE, R_AARCH64_COPY)
    } else if cfg!(target_arch = "arm") {
        (R_ARM_RELATIVE, R_ARM_IRELATIVE, R_ARM_COPY)
    } else if cfg!(any(target_arch = "riscv64", target_arch = "riscv32")) {
        (R_RISCV_RELATIVE, R_RISCV_IRELATIVE, R_RISCV_COPY)
    } else if cfg!(target_arch = "powerpc64") {
        (R_PPC64_RELATIVE, R_PPC64_IRELATIVE, R_PPC64_COPY)
    } else if cfg!(target_arch = "s390x") {
        (R_390_RELATIVE, R_390_IRELATIVE, R_390_COPY)
    } else if cfg!(target_arch = "loongarch64") {
        (R_LARCH_RELATIVE, R_LARCH_IRELATIVE, R_LARCH_COPY)
    } else {
        (0, 0, 0)
    };
    Kinds { relative: known(relative), indirect: known(indirect), copy: known(copy) }
};

const fn known(kind: u32) -> Option<u32> {
    if kind == 0 { None } else { Some(kind) }
}

/// One relocation.
struct Relocation {
    address: u64,
    kind: u32,
    symbol: u32,
    /// What is added to the address the library is loaded at; `None` where that is in the place
    /// itself.
    addend: Option<u64>,
}

impl Relocation {
    fn is(&self, kind: Option<u32>) -> bool {
        Some(self.kind) == kind
    }
}

/// The functions that are run when a library is loaded or the process ends, and how many of them
/// relocations have filled in.
struct Functions<'data> {
    address: u64,
    size: u64,
    filled: u64,
    /// What the file has in their place.
    content: &'data [u8],
}

impl Functions<'_> {
    fn of(dynamic: &Dynamic<'_>, address: u32, size: u32) -> Self {
        let (address, size) = dynamic.range(address, size);
        Self { address, size, filled: 0, content: &[] }
    }

    fn holds(&self, address: u64) -> bool {
        address.wrapping_sub(self.address) < self.size
    }

    fn content_at(&self, address: u64) -> Option<u64> {
        let start = usize::try_from(address.checked_sub(self.address)?).ok()?;
        self.content.get(start..start.checked_add(size_of::<usize>())?).map(word_of)
    }
}

impl Library<'_> {
    /// Refuses relocations that write outside of writable memory or point outside of the library,
    /// and functions to be run that are none.
    pub(super) fn check_relocations<H: FileHeader<Endian = NativeEndian>>(
        &self,
        dynamic: &Dynamic<'_>,
        symbols: usize,
    ) -> Result<(), LoadProblem> {
        let mut functions = [
            Functions::of(dynamic, DT_INIT_ARRAY, DT_INIT_ARRAYSZ),
            Functions::of(dynamic, DT_FINI_ARRAY, DT_FINI_ARRAYSZ),
        ];
        let mut tables = vec![(DT_RELA, dynamic.range(DT_RELA, DT_RELASZ)), (DT_REL, dynamic.range(DT_REL, DT_RELSZ))];
        let plt = if dynamic.value(DT_PLTREL) == Some(DT_REL.into()) { DT_REL } else { DT_RELA };
        tables.push((plt, dynamic.range(DT_JMPREL, DT_PLTRELSZ)));
        for (kind, (address, size)) in tables {
            if size == 0 {
                continue;
            }
            let bytes = self.bytes_at(address, size, "relocation table")?;
            if kind == DT_RELA {
                let all = entries::<H::Rela>(bytes).iter().map(with_addend::<H>);
                self.check_table(all, symbols, &mut functions)?;
            } else {
                self.check_table(entries::<H::Rel>(bytes).iter().map(without_addend::<H>), symbols, &mut functions)?;
            }
        }
        self.check_relative_count::<H>(dynamic)?;
        self.check_packed(dynamic, &mut functions)?;
        if functions.iter().any(|functions| functions.filled != functions.size / WORD) {
            return Err(damaged("a function it would run when loaded is missing"));
        }
        Ok(())
    }

    /// Most of the look at a library is this: of thousands of relocations nearly each one writes to
    /// the segment that the one before has written to.
    fn check_table(
        &self,
        relocations: impl Iterator<Item = Relocation>,
        symbols: usize,
        functions: &mut [Functions<'_>],
    ) -> Result<(), LoadProblem> {
        let (mut written, mut pointed_at): (Option<&Segment>, Option<&Segment>) = (None, None);
        for relocation in relocations.filter(|relocation| relocation.kind != 0) {
            if !written.is_some_and(|segment| segment.holds(relocation.address, WORD)) {
                written = self.segment_at(relocation.address, WORD).filter(|segment| segment.is_writable());
            }
            if written.is_none() || relocation.symbol as usize >= symbols || relocation.is(KINDS.copy) {
                return Err(leads_outside());
            }
            let target = relocation.addend.filter(|_| relocation.is(KINDS.relative) || relocation.is(KINDS.indirect));
            // One past the end is an address too, as of an empty table.
            if target.is_some_and(|target| !pointed_at.is_some_and(|segment| segment.holds(target, 0))) {
                pointed_at = target.and_then(|target| self.segment_at(target, 0));
                if pointed_at.is_none() {
                    return Err(damaged("a relocation points outside of it"));
                }
            }
            let function = functions.iter_mut().find(|functions| functions.holds(relocation.address));
            let run = function.is_some() || relocation.is(KINDS.indirect);
            if run && target.is_some_and(|target| !self.is_code(target)) {
                return Err(damaged("an initialiser does not point at code"));
            }
            if let Some(function) = function {
                function.filled += 1;
            }
        }
        Ok(())
    }

    /// The dynamic linker takes that many for relative ones without looking.
    fn check_relative_count<H: FileHeader<Endian = NativeEndian>>(
        &self,
        dynamic: &Dynamic<'_>,
    ) -> Result<(), LoadProblem> {
        let (Some(count), Some(_)) = (dynamic.value(DT_RELACOUNT), KINDS.relative) else {
            return Ok(());
        };
        let (address, size) = dynamic.range(DT_RELA, DT_RELASZ);
        let all = entries::<H::Rela>(self.bytes_at(address, size, "relocation table")?).iter().map(with_addend::<H>);
        let leading = all.take_while(|relocation| relocation.is(KINDS.relative)).count();
        if count > leading as u64 { Err(damaged("it counts its relocations wrongly")) } else { Ok(()) }
    }

    /// Relative relocations packed as bitmaps (`DT_RELR`, System V gABI, chapter 4).
    fn check_packed<'data>(
        &'data self,
        dynamic: &Dynamic<'_>,
        functions: &mut [Functions<'data>],
    ) -> Result<(), LoadProblem> {
        let (address, size) = dynamic.range(DT_RELR, DT_RELRSZ);
        if size == 0 {
            return Ok(());
        }
        for functions in functions.iter_mut() {
            functions.content = self.bytes_at(functions.address, functions.size, "list of functions")?;
        }
        let mut next = 0_u64;
        for word in self.bytes_at(address, size, "relocation table")?.chunks_exact(size_of::<usize>()) {
            let entry = word_of(word);
            if entry & 1 == 0 {
                self.check_packed_at(entry, functions)?;
                next = entry.wrapping_add(WORD);
                continue;
            }
            for bit in (1..WORD * 8).filter(|bit| entry >> bit & 1 == 1) {
                self.check_packed_at(next.wrapping_add((bit - 1) * WORD), functions)?;
            }
            next = next.wrapping_add((WORD * 8 - 1) * WORD);
        }
        Ok(())
    }

    fn check_packed_at(&self, address: u64, functions: &mut [Functions<'_>]) -> Result<(), LoadProblem> {
        if !self.is_writable(address, WORD) {
            return Err(leads_outside());
        }
        let Some(function) = functions.iter_mut().find(|functions| functions.holds(address)) else {
            return Ok(());
        };
        function.filled += 1;
        if function.content_at(address).is_some_and(|target| self.is_code(target)) {
            return Ok(());
        }
        Err(damaged("an initialiser does not point at code"))
    }
}

#[cold]
fn leads_outside() -> LoadProblem {
    damaged("a relocation leads outside of it")
}

#[inline]
fn with_addend<H: FileHeader<Endian = NativeEndian>>(entry: &H::Rela) -> Relocation {
    let addend: i64 = entry.r_addend(ENDIAN).into();
    Relocation {
        address: entry.r_offset(ENDIAN).into(),
        kind: entry.r_type(ENDIAN, false),
        symbol: entry.r_sym(ENDIAN, false),
        addend: Some(u64::from_ne_bytes(addend.to_ne_bytes())),
    }
}

fn without_addend<H: FileHeader<Endian = NativeEndian>>(entry: &H::Rel) -> Relocation {
    Relocation {
        address: entry.r_offset(ENDIAN).into(),
        kind: entry.r_type(ENDIAN),
        symbol: entry.r_sym(ENDIAN),
        addend: None,
    }
}

fn word_of(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, |bytes| usize::from_ne_bytes(bytes) as u64)
}
