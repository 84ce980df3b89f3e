//! The functions and data that the library offers, as a tree by the letters of their names.

use hookspec::abi::{ROOT_SIZE, ROOT_SYMBOL};
use object::{
    macho::{
        EXPORT_SYMBOL_FLAGS_KIND_ABSOLUTE, EXPORT_SYMBOL_FLAGS_KIND_MASK, EXPORT_SYMBOL_FLAGS_REEXPORT,
        EXPORT_SYMBOL_FLAGS_STUB_AND_RESOLVER, VM_PROT_EXECUTE,
    },
    read::ReadRef,
};

use super::{
    image::{Image, damaged},
    leb::Bytes,
};
use crate::error::LoadProblem;

/// What ends at a node of the tree: where something is, or that it is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Export {
    Place(u64),
    Code(u64, u64),
    Fixed,
    Elsewhere(u64),
}

/// A node, and what is behind it.
struct Node<'data> {
    export: Option<Export>,
    children: Vec<(&'data [u8], usize)>,
}

impl<'data, R: ReadRef<'data>> Image<'data, R> {
    /// The library exports the root of a plugin: data, in one piece.
    pub(super) fn check_root(&self) -> Result<(), LoadProblem> {
        let tree = self.tree()?;
        let place = match find(tree, format!("_{ROOT_SYMBOL}").as_bytes())? {
            None => return Err(LoadProblem::no_root()),
            Some(Export::Place(place)) => place,
            Some(Export::Elsewhere(_)) => return Err(damaged("the plugin it exports is in another library")),
            Some(_) => return Err(damaged("the plugin it exports is not where it says")),
        };
        let address = self.base().checked_add(place);
        let segment = address.and_then(|address| self.segment_at(address, ROOT_SIZE));
        let is_data = segment.is_some_and(|segment| !segment.has(VM_PROT_EXECUTE));
        if is_data && address.is_some_and(|address| address % 8 == 0) {
            return Ok(());
        }
        Err(damaged("the plugin it exports is not where it says"))
    }

    /// Refuses a tree that leads out of itself, in a circle, or to nothing of the library.
    pub(super) fn check_exports(&self) -> Result<(), LoadProblem> {
        let tree = self.tree()?;
        let (mut waiting, mut seen) = (vec![0], 0);
        while let Some(at) = waiting.pop() {
            seen += 1;
            // No node is shorter than a byte, and to each leads one way.
            if seen > tree.len() {
                return Err(damaged("its exports lead in a circle"));
            }
            let node = node(tree, at)?;
            if !node.export.is_none_or(|export| self.is_there(export)) {
                return Err(damaged("one of its exports lies outside of it"));
            }
            waiting.extend(node.children.iter().map(|(_, child)| *child));
        }
        Ok(())
    }

    fn is_there(&self, export: Export) -> bool {
        let at = |place: u64| self.base().checked_add(place);
        match export {
            Export::Place(place) => at(place).is_some_and(|address| self.segment_at(address, 1).is_some()),
            Export::Code(stub, function) => {
                [stub, function].into_iter().all(|place| at(place).is_some_and(|address| self.is_code(address)))
            }
            Export::Fixed => true,
            Export::Elsewhere(library) => (1..=self.commands.libraries).contains(&library),
        }
    }

    fn tree(&self) -> Result<&'data [u8], LoadProblem> {
        let (offset, size) = self.commands.exports.filter(|(_, size)| *size > 0).ok_or_else(LoadProblem::no_root)?;
        self.table(offset, size)
    }
}

/// What is exported by this name.
fn find(tree: &[u8], name: &[u8]) -> Result<Option<Export>, LoadProblem> {
    let (mut at, mut rest) = (0, name);
    // Each step takes a letter at least, so that there is no circle.
    loop {
        let node = node(tree, at)?;
        if rest.is_empty() {
            return Ok(node.export);
        }
        let next = node.children.iter().find_map(|(letters, child)| {
            let left = rest.strip_prefix(*letters).filter(|_| !letters.is_empty())?;
            Some((*child, left))
        });
        match next {
            Some(next) => (at, rest) = next,
            None => return Ok(None),
        }
    }
}

fn node(tree: &[u8], at: usize) -> Result<Node<'_>, LoadProblem> {
    let outside = || damaged("its exports lead outside of them");
    let mut bytes = Bytes { rest: tree.get(at..).ok_or_else(outside)? };
    let size = usize::try_from(bytes.number()?).map_err(|_| outside())?;
    let (own, behind) = bytes.rest.split_at_checked(size).ok_or_else(outside)?;
    let export = if size == 0 { None } else { Some(export(&mut Bytes { rest: own })?) };
    let mut bytes = Bytes { rest: behind };
    let count = bytes.byte()?;
    let children = (0..count).map(|_| {
        let letters = bytes.text()?;
        let child = usize::try_from(bytes.number()?).map_err(|_| outside())?;
        Ok((letters, child))
    });
    Ok(Node { export, children: children.collect::<Result<_, LoadProblem>>()? })
}

fn export(own: &mut Bytes<'_>) -> Result<Export, LoadProblem> {
    let flags = own.number()?;
    let has = |flag: u32| flags & u64::from(flag) != 0;
    if has(EXPORT_SYMBOL_FLAGS_REEXPORT) {
        let library = own.number()?;
        own.text()?;
        return Ok(Export::Elsewhere(library));
    }
    let place = own.number()?;
    if has(EXPORT_SYMBOL_FLAGS_STUB_AND_RESOLVER) {
        return Ok(Export::Code(place, own.number()?));
    }
    let kind = flags & u64::from(EXPORT_SYMBOL_FLAGS_KIND_MASK);
    Ok(if kind == u64::from(EXPORT_SYMBOL_FLAGS_KIND_ABSOLUTE) { Export::Fixed } else { Export::Place(place) })
}
