//! Symbols, and the places that are filled with their addresses.

use object::{
    LittleEndian, U32,
    macho::{
        INDIRECT_SYMBOL_ABS, INDIRECT_SYMBOL_LOCAL, N_SECT, N_STAB, N_TYPE, Nlist64, S_INIT_FUNC_OFFSETS,
        S_LAZY_SYMBOL_POINTERS, S_NON_LAZY_SYMBOL_POINTERS, S_SYMBOL_STUBS, SECTION_TYPE,
    },
    pod::slice_from_bytes,
    read::ReadRef,
};

use super::{
    commands::Range,
    image::{ENDIAN, Image, Section, damaged},
};
use crate::error::LoadProblem;

/// How long an entry of a symbol and an address are, in bytes.
const SYMBOL: u64 = 16;
const ADDRESS: u64 = 8;

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// Where the symbols lie, their texts, and the list by number.
    pub(super) fn of_symbols(&self) -> Vec<Range> {
        let mut ranges = Vec::new();
        if let Some(symbols) = self.commands.symbols {
            let count = u64::from(symbols.nsyms.get(ENDIAN));
            ranges.push((symbols.symoff.get(ENDIAN).into(), count * SYMBOL));
            ranges.push((symbols.stroff.get(ENDIAN).into(), symbols.strsize.get(ENDIAN).into()));
        }
        if let Some(dynamic) = self.commands.dynamic {
            let count = u64::from(dynamic.nindirectsyms.get(ENDIAN));
            ranges.push((dynamic.indirectsymoff.get(ENDIAN).into(), count * 4));
        }
        ranges
    }

    /// Refuses symbols without a name or a place, and numbers of none.
    pub(super) fn check_symbols(&self) -> Result<(), LoadProblem> {
        let (Some(table), Some(dynamic)) = (self.commands.symbols, self.commands.dynamic) else { return Ok(()) };
        let count = table.nsyms.get(ENDIAN);
        let bytes = self.table(table.symoff.get(ENDIAN).into(), u64::from(count) * SYMBOL)?;
        let symbols = slice_from_bytes::<Nlist64<LittleEndian>>(bytes, count as usize);
        let (symbols, _) = symbols.map_err(|()| damaged("its symbols cannot be read"))?;
        let texts = table.strsize.get(ENDIAN);
        let sections = self.commands.sections.len();
        for symbol in symbols {
            let is_placed =
                symbol.n_type & (N_STAB | N_TYPE) != N_SECT || (1..=sections).contains(&usize::from(symbol.n_sect));
            if symbol.n_strx.get(ENDIAN) >= texts.max(1) || !is_placed {
                return Err(damaged("one of its symbols lies outside of it"));
            }
        }
        let parts = [
            (dynamic.ilocalsym, dynamic.nlocalsym),
            (dynamic.iextdefsym, dynamic.nextdefsym),
            (dynamic.iundefsym, dynamic.nundefsym),
        ];
        let holds = |(first, number): &(U32<LittleEndian>, U32<LittleEndian>)| {
            first.get(ENDIAN).checked_add(number.get(ENDIAN)).is_some_and(|end| end <= count)
        };
        let unwanted = [dynamic.ntoc, dynamic.nmodtab, dynamic.nextrel, dynamic.nlocrel];
        if !parts.iter().all(holds) || unwanted.iter().any(|number| number.get(ENDIAN) != 0) {
            return Err(damaged("its symbols are not as many as it says"));
        }
        self.check_numbers(dynamic.indirectsymoff.get(ENDIAN), dynamic.nindirectsyms.get(ENDIAN), count)
    }

    /// The list of numbers of symbols, and the sections that have a part of it each.
    fn check_numbers(&self, offset: u32, count: u32, symbols: u32) -> Result<(), LoadProblem> {
        let bytes = self.table(offset.into(), u64::from(count) * 4)?;
        let numbers = slice_from_bytes::<U32<LittleEndian>>(bytes, count as usize);
        let (numbers, _) = numbers.map_err(|()| damaged("its symbols cannot be read"))?;
        let is_symbol = |number: u32| number & (INDIRECT_SYMBOL_LOCAL | INDIRECT_SYMBOL_ABS) != 0 || number < symbols;
        let are_parts = self
            .commands
            .sections
            .iter()
            .all(|section| part(section).is_none_or(|(first, number)| first + number <= u64::from(count)));
        if are_parts && numbers.iter().all(|number| is_symbol(number.get(ENDIAN))) {
            return Ok(());
        }
        Err(damaged("it has a place for a symbol that is none"))
    }

    /// Refuses functions to run when the library is loaded that are not in its code.
    pub(super) fn check_functions(&self) -> Result<(), LoadProblem> {
        let run = self.commands.sections.iter().filter(|section| section.flags & SECTION_TYPE == S_INIT_FUNC_OFFSETS);
        for section in run {
            let bytes = self.content(section)?;
            let functions = slice_from_bytes::<U32<LittleEndian>>(bytes, bytes.len() / 4);
            let (functions, rest) = functions.map_err(|()| outside())?;
            let is_function = |offset: &U32<LittleEndian>| {
                self.base().checked_add(offset.get(ENDIAN).into()).is_some_and(|address| self.is_code(address))
            };
            if !rest.is_empty() || !functions.iter().all(is_function) {
                return Err(outside());
            }
        }
        Ok(())
    }
}

fn outside() -> LoadProblem {
    damaged("the function it would run when loaded is not where it says")
}

/// The part of the list of numbers that is a section's: from which on, and how many.
fn part(section: &Section) -> Option<(u64, u64)> {
    let entry = match section.flags & SECTION_TYPE {
        S_NON_LAZY_SYMBOL_POINTERS | S_LAZY_SYMBOL_POINTERS => ADDRESS,
        S_SYMBOL_STUBS => u64::from(section.reserved[1]),
        _ => return None,
    };
    // Stubs of no length would be without number.
    Some((section.reserved[0].into(), section.size.checked_div(entry).unwrap_or(u64::MAX >> 1)))
}
