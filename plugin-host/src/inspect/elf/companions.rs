//! The libraries that the dynamic table names, and where it has them looked for.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use object::elf::{DT_RPATH, DT_RUNPATH};

use super::{dynamic::Dynamic, library::damaged};
use crate::{
    error::{CompanionProblem, LoadProblem},
    inspect::companions::{Companions, Rules},
    os,
};

/// Most folders that a library may have others looked for in.
const MAX_FOLDERS: usize = 256;

/// Most files that are looked at in these folders.
const MAX_LOOKS: usize = 1 << 15;

/// Entries by which libraries are loaded beside this one. The dynamic linker looks at the lower 31
/// bits of some of their tags (glibc, `elf/get-dynamic-info.h`).
const UNWANTED: [(u64, &str); 6] = [
    (0x7fff_ffff, "DT_FILTER"),
    (0x7fff_fffe, "DT_USED"),
    (0x7fff_fffd, "DT_AUXILIARY"),
    (0x6fff_fefc, "DT_AUDIT"),
    (0x6fff_fefb, "DT_DEPAUDIT"),
    (0x6fff_fefa, "DT_CONFIG"),
];
const TAG: u64 = 0x7fff_ffff;

/// How the dynamic linker reads paths in a library of this `folder`.
pub(in crate::inspect) fn rules(folder: &Path) -> Rules {
    let origins = ["$ORIGIN", "${ORIGIN}"].map(|token| (token, folder.to_owned()));
    Rules { origins: origins.into(), is_plain: |rest| !rest.contains(&b'$') }
}

/// Refuses a library with which others would be loaded that somebody else may have put there.
pub(super) fn check(dynamic: &Dynamic<'_>, companions: &mut Companions<'_>) -> Result<(), LoadProblem> {
    for tag in dynamic.tags() {
        if let Some((_, name)) = UNWANTED.iter().find(|(unwanted, _)| *unwanted == tag & TAG) {
            return Err(CompanionProblem::Unwanted(name).into());
        }
    }
    let mut folders = BTreeSet::new();
    for (tag, entry) in [(DT_RPATH, "RPATH"), (DT_RUNPATH, "RUNPATH")] {
        for value in dynamic.texts(tag) {
            folders.extend(check_folders(entry, value, companions)?);
        }
    }
    if dynamic.needed().count() * folders.len() > MAX_LOOKS {
        return Err(damaged("it has too many libraries looked for in too many places"));
    }
    for name in dynamic.needed() {
        check_needed(name, &folders, companions)?;
    }
    Ok(())
}

/// The folders in a list of them, as far as there are any.
fn check_folders(
    entry: &'static str,
    list: &[u8],
    companions: &mut Companions<'_>,
) -> Result<Vec<(&'static str, PathBuf)>, LoadProblem> {
    let parts = || list.split(|byte| *byte == b':');
    if parts().count() > MAX_FOLDERS {
        return Err(damaged(format!("its {entry} has too many parts")));
    }
    let mut folders = Vec::new();
    for part in parts() {
        // An empty one is the current directory.
        if part.is_empty() {
            return Err(companions.relative(entry, list));
        }
        let folder = companions.resolve(entry, part)?;
        if companions.check(entry, part, &folder)? {
            folders.push((entry, folder));
        }
    }
    Ok(folders)
}

fn check_needed(
    name: &[u8],
    folders: &BTreeSet<(&'static str, PathBuf)>,
    companions: &mut Companions<'_>,
) -> Result<(), LoadProblem> {
    const ENTRY: &str = "NEEDED";
    if name.contains(&b'/') || name.contains(&b'$') {
        let path = companions.resolve(ENTRY, name)?;
        companions.check(ENTRY, name, &path)?;
        return Ok(());
    }
    for (_, folder) in folders {
        if let Some(file) = os::path_of(name) {
            companions.check(ENTRY, name, &folder.join(file))?;
        }
    }
    Ok(())
}
