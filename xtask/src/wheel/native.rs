//! What the system has to bring for a wheel's native files, and what they must not tell.

use std::{env, path::PathBuf};

use object::{Object, read::elf::ElfFile64};
use tests::workspace;

use super::packed::Packed;
use crate::{glibc, interpreter, target::target};

/// What the package's program is called on Linux.
const PROGRAM: &str = "/kedro-plugin-host";

/// Every fault of the native files.
pub fn faults(files: &[Packed]) -> Vec<String> {
    let natives: Vec<_> = files.iter().filter(|file| file.is_native()).collect();
    let mut faults: Vec<_> = natives.iter().flat_map(|file| tells(file)).collect();
    faults.extend(natives.iter().filter_map(|file| glibc::fault(&file.name, &file.content)));
    faults.extend(natives.iter().filter_map(|file| has_symbols(file)));
    faults.extend(natives.iter().filter(|file| file.name.ends_with(PROGRAM)).filter_map(|file| is_static(file)));
    if natives.len() != 3 {
        faults.push(format!("there are {} native files instead of a module, a program and a plugin", natives.len()));
    }
    faults
}

/// Folders of this machine that are named in the file.
fn tells(file: &Packed) -> Vec<String> {
    let home = env::home_dir().unwrap_or_default();
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let folders = [workspace().to_owned(), target(), cargo_home, home.join(".rustup")];
    let told = folders.iter().filter(|folder| {
        let folder = folder.as_os_str().as_encoded_bytes();
        file.content.windows(folder.len()).any(|part| part == folder)
    });
    told.map(|folder| format!("{} names {}", file.name, folder.display())).collect()
}

fn has_symbols(file: &Packed) -> Option<String> {
    let elf: ElfFile64 = ElfFile64::parse(&*file.content).ok()?;
    elf.symbols().next().map(|_| format!("{} is not stripped", file.name))
}

fn is_static(file: &Packed) -> Option<String> {
    let _: ElfFile64 = ElfFile64::parse(&*file.content).ok()?;
    let is_static = interpreter::of(&file.content).is_none();
    is_static.then(|| format!("{} is linked statically, and could load no plugin", file.name))
}
