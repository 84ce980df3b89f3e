//! The functions and data that the library offers.

use hookspec::abi::{ROOT_SIZE, ROOT_SYMBOL};
use object::{
    pe::{IMAGE_DIRECTORY_ENTRY_EXPORT, IMAGE_SCN_MEM_EXECUTE},
    read::ReadRef,
};

use super::image::{Image, damaged, number, number_at};
use crate::error::LoadProblem;

/// Most that a library may offer: it is counted in 16 bits.
const MAX_EXPORTS: u32 = 1 << 16;

/// Longest name, in bytes.
const MAX_NAME: u32 = 16 << 10;

/// What is offered, by name.
pub(super) struct Exports<'data> {
    table: (u32, u32),
    names: Vec<(&'data [u8], u32)>,
    functions: Vec<u32>,
}

impl Exports<'_> {
    /// Whether an address is the name of something in another library, in the place of a function.
    fn is_forwarder(&self, address: u32) -> bool {
        address.wrapping_sub(self.table.0) < self.table.1
    }
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    pub(super) fn exports(&self) -> Result<Exports<'data>, LoadProblem> {
        const WHAT: &str = "table of exports";
        let Some((address, bytes)) = self.table(IMAGE_DIRECTORY_ENTRY_EXPORT, WHAT)? else {
            return Err(LoadProblem::no_root());
        };
        let field = |offset| number_at(bytes, offset).ok_or_else(|| damaged("its table of exports is too short"));
        let (functions, names) = (field(20)?, field(24)?);
        if functions > MAX_EXPORTS || names > MAX_EXPORTS {
            return Err(damaged("it offers more than any linker can count"));
        }
        if self.text_at(field(12)?, MAX_NAME).is_none() {
            return Err(damaged("its own name lies outside of it"));
        }
        let functions = self.bytes_at(field(28)?, functions * 4, WHAT)?;
        let functions: Vec<u32> = functions.chunks_exact(4).filter_map(|bytes| number_at(bytes, 0)).collect();
        let ordinals = self.bytes_at(field(36)?, names * 2, WHAT)?.chunks_exact(2);
        let names = self.bytes_at(field(32)?, names * 4, WHAT)?.chunks_exact(4);
        let names = names.zip(ordinals).map(|(name, ordinal)| {
            let name = number_at(name, 0).and_then(|name| self.text_at(name, MAX_NAME));
            let function = usize::try_from(number(ordinal)).ok().and_then(|index| functions.get(index));
            name.zip(function.copied()).ok_or_else(|| damaged("one of its exports lies outside of it"))
        });
        let names = names.collect::<Result<_, _>>()?;
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok(Exports { table: (address, size), names, functions })
    }

    /// The library exports the root of a plugin: data, in one piece.
    pub(super) fn check_root(&self, exports: &Exports<'data>) -> Result<(), LoadProblem> {
        let root = exports.names.iter().find(|(name, _)| *name == ROOT_SYMBOL.as_bytes());
        let (_, root) = root.ok_or_else(LoadProblem::no_root)?;
        if exports.is_forwarder(*root) {
            return Err(damaged("the plugin it exports is in another library"));
        }
        let size = u32::try_from(ROOT_SIZE).unwrap_or(u32::MAX);
        let section = self.section_at(*root, size).filter(|section| !section.has(IMAGE_SCN_MEM_EXECUTE));
        if section.is_some() && root % self.word() == 0 && self.bytes_at(*root, size, "root").is_ok() {
            return Ok(());
        }
        Err(damaged("the plugin it exports is not where it says"))
    }

    pub(super) fn check_exports(&self, exports: &Exports<'data>) -> Result<(), LoadProblem> {
        // Names are looked for by halves.
        if !exports.names.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return Err(damaged("its exports are out of order"));
        }
        for address in exports.functions.iter().filter(|address| **address != 0) {
            let sound = if exports.is_forwarder(*address) {
                self.text_at(*address, MAX_NAME).is_some_and(is_forwarder_text)
            } else {
                self.section_at(*address, 0).is_some()
            };
            if !sound {
                return Err(damaged("one of its exports lies outside of it"));
            }
        }
        Ok(())
    }
}

/// `library.function` or `library.#7`, and no path.
fn is_forwarder_text(text: &[u8]) -> bool {
    let dot = text.iter().rposition(|byte| *byte == b'.');
    let is_plain = text.iter().all(|byte| byte.is_ascii_graphic() && !b"\\/:".contains(byte));
    is_plain && dot.is_some_and(|dot| dot > 0 && dot + 1 < text.len())
}
