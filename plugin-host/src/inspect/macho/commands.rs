//! The load commands, each of which `dyld` does as it is told.

use object::{
    LittleEndian, U32,
    macho::{
        DyldInfoCommand, DylibCommand, DysymtabCommand, LC_BUILD_VERSION, LC_CODE_SIGNATURE, LC_DATA_IN_CODE,
        LC_DYLD_CHAINED_FIXUPS, LC_DYLD_EXPORTS_TRIE, LC_DYLD_INFO, LC_DYLD_INFO_ONLY, LC_DYLIB_CODE_SIGN_DRS,
        LC_DYSYMTAB, LC_FUNCTION_STARTS, LC_ID_DYLIB, LC_LINKER_OPTIMIZATION_HINT, LC_LOAD_DYLIB, LC_LOAD_DYLINKER,
        LC_LOAD_UPWARD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_NOTE, LC_REEXPORT_DYLIB, LC_RPATH, LC_SEGMENT_64,
        LC_SEGMENT_SPLIT_INFO, LC_SOURCE_VERSION, LC_SUB_CLIENT, LC_SUB_FRAMEWORK, LC_SUB_LIBRARY, LC_SUB_UMBRELLA,
        LC_SYMTAB, LC_UUID, LC_VERSION_MIN_MACOSX, LinkeditDataCommand, PLATFORM_MACOS, RpathCommand, Section64,
        SegmentCommand64, SymtabCommand,
    },
    pod::{Pod, slice_from_bytes},
    read::macho::{LoadCommandData, LoadCommandIterator},
};

use super::image::{ENDIAN, Section, Segment, damaged};
use crate::error::LoadProblem;

/// Another library that is loaded along, or a folder to look in: the entry, and its text.
pub(super) type Named<'data> = (&'static str, &'data [u8]);

/// A part of the file: where it begins, and how long it is.
pub(super) type Range = (u64, u64);

/// What the load commands say.
#[derive(Default)]
pub(super) struct Commands<'data> {
    pub(super) segments: Vec<Segment>,
    pub(super) sections: Vec<Section>,
    pub(super) named: Vec<Named<'data>>,
    /// How many libraries symbols can be from.
    pub(super) libraries: u64,
    pub(super) symbols: Option<&'data SymtabCommand<LittleEndian>>,
    pub(super) dynamic: Option<&'data DysymtabCommand<LittleEndian>>,
    pub(super) exports: Option<Range>,
    /// What is relocated, bound at once, bound weakly, and bound when it is called.
    pub(super) info: Option<[Range; 4]>,
    pub(super) fixups: Option<Range>,
    /// Tables that are only to be where they should.
    pub(super) others: Vec<Range>,
    has_name: bool,
    is_for_macos: Option<bool>,
}

impl<'data> Commands<'data> {
    /// All `count` of them, which take `size` bytes.
    pub(super) fn of(
        mut list: LoadCommandIterator<'data, LittleEndian>,
        count: u32,
        size: u64,
    ) -> Result<Self, LoadProblem> {
        let mut found = Self::default();
        let (mut taken, mut number) = (0, 0);
        while let Some(command) = list.next().map_err(LoadProblem::not_a_library)? {
            if command.cmdsize() % 8 != 0 {
                return Err(damaged("one of its load commands is of odd length"));
            }
            found.take(command)?;
            taken += u64::from(command.cmdsize());
            number += 1;
        }
        if taken != size || number != count {
            return Err(damaged("its load commands are not as many as its header says"));
        }
        found.check_all_there()?;
        Ok(found)
    }

    fn take(&mut self, command: LoadCommandData<'data, LittleEndian>) -> Result<(), LoadProblem> {
        match command.cmd() {
            LC_SEGMENT_64 => self.take_segment(command)?,
            LC_ID_DYLIB => {
                let own: &DylibCommand<LittleEndian> = whole(command)?;
                text(command, own.dylib.name)?;
                once(&mut self.has_name)?;
            }
            LC_LOAD_DYLIB | LC_LOAD_WEAK_DYLIB | LC_REEXPORT_DYLIB | LC_LOAD_UPWARD_DYLIB => {
                let library: &DylibCommand<LittleEndian> = whole(command)?;
                self.named.push(("LC_LOAD_DYLIB", text(command, library.dylib.name)?));
                self.libraries += 1;
            }
            LC_RPATH => {
                let folder: &RpathCommand<LittleEndian> = whole(command)?;
                self.named.push(("LC_RPATH", text(command, folder.path)?));
            }
            LC_SYMTAB => put(&mut self.symbols, whole(command)?)?,
            LC_DYSYMTAB => put(&mut self.dynamic, whole(command)?)?,
            LC_DYLD_INFO | LC_DYLD_INFO_ONLY => self.take_info(whole(command)?)?,
            LC_DYLD_EXPORTS_TRIE => put(&mut self.exports, range(command)?)?,
            LC_DYLD_CHAINED_FIXUPS => put(&mut self.fixups, range(command)?)?,
            LC_CODE_SIGNATURE
            | LC_FUNCTION_STARTS
            | LC_DATA_IN_CODE
            | LC_SEGMENT_SPLIT_INFO
            | LC_DYLIB_CODE_SIGN_DRS
            | LC_LINKER_OPTIMIZATION_HINT => self.others.push(range(command)?),
            LC_BUILD_VERSION => self.is_for_macos = Some(first_number(command)? == PLATFORM_MACOS),
            LC_VERSION_MIN_MACOSX => self.is_for_macos = Some(true),
            // What tells something, and makes nothing be done.
            LC_UUID | LC_SOURCE_VERSION | LC_NOTE | LC_LOAD_DYLINKER | LC_SUB_CLIENT | LC_SUB_FRAMEWORK
            | LC_SUB_LIBRARY | LC_SUB_UMBRELLA => {}
            other => return Err(damaged(format!("it has a load command that is not for a library ({other:#x})"))),
        }
        Ok(())
    }

    fn take_segment(&mut self, command: LoadCommandData<'data, LittleEndian>) -> Result<(), LoadProblem> {
        let segment: &SegmentCommand64<LittleEndian> = whole(command)?;
        let rest = command.raw_data().get(size_of::<SegmentCommand64<LittleEndian>>()..).unwrap_or_default();
        let count = segment.nsects.get(ENDIAN) as usize;
        match slice_from_bytes::<Section64<LittleEndian>>(rest, count) {
            Ok((sections, [])) => {
                let number = self.segments.len();
                self.sections.extend(sections.iter().map(|section| Section::of(section, number)));
            }
            _ => return Err(damaged("one of its segments has not the sections that it says")),
        }
        self.segments.push(Segment::of(segment));
        Ok(())
    }

    fn take_info(&mut self, info: &DyldInfoCommand<LittleEndian>) -> Result<(), LoadProblem> {
        let range = |offset: U32<LittleEndian>, size: U32<LittleEndian>| {
            (u64::from(offset.get(ENDIAN)), u64::from(size.get(ENDIAN)))
        };
        put(&mut self.exports, range(info.export_off, info.export_size))?;
        let ranges = [
            range(info.rebase_off, info.rebase_size),
            range(info.bind_off, info.bind_size),
            range(info.weak_bind_off, info.weak_bind_size),
            range(info.lazy_bind_off, info.lazy_bind_size),
        ];
        put(&mut self.info, ranges)
    }

    fn check_all_there(&self) -> Result<(), LoadProblem> {
        if self.is_for_macos != Some(true) {
            let why = "it is built for a system of Apple's other than macOS";
            return Err(LoadProblem::NotALibrary(why.to_owned()));
        }
        let has_tables = self.symbols.is_some() && self.dynamic.is_some();
        if !self.has_name || !has_tables || self.libraries == 0 || self.info.is_some() == self.fixups.is_some() {
            return Err(damaged("it lacks load commands that each library has"));
        }
        if self.exports.is_some() { Ok(()) } else { Err(LoadProblem::no_root()) }
    }
}

fn whole<T: Pod>(command: LoadCommandData<'_, LittleEndian>) -> Result<&T, LoadProblem> {
    command.data().map_err(|_| damaged("one of its load commands is too short"))
}

fn range(command: LoadCommandData<'_, LittleEndian>) -> Result<Range, LoadProblem> {
    let data: &LinkeditDataCommand<LittleEndian> = whole(command)?;
    Ok((data.dataoff.get(ENDIAN).into(), data.datasize.get(ENDIAN).into()))
}

fn text(
    command: LoadCommandData<'_, LittleEndian>,
    place: object::macho::LcStr<LittleEndian>,
) -> Result<&[u8], LoadProblem> {
    command.string(ENDIAN, place).map_err(|_| damaged("one of its load commands names nothing"))
}

/// What stands behind the kind and the length of a command.
fn first_number(command: LoadCommandData<'_, LittleEndian>) -> Result<u32, LoadProblem> {
    whole::<[U32<LittleEndian>; 3]>(command).map(|numbers| numbers[2].get(ENDIAN))
}

fn put<T>(place: &mut Option<T>, value: T) -> Result<(), LoadProblem> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(twice()),
    }
}

fn once(place: &mut bool) -> Result<(), LoadProblem> {
    if std::mem::replace(place, true) { Err(twice()) } else { Ok(()) }
}

fn twice() -> LoadProblem {
    damaged("one of its load commands is there twice")
}
