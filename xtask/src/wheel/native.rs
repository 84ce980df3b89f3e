//! What the system has to bring for a wheel's native files, and what they must not tell.

use std::{env, path::PathBuf};

use object::{Object, read::elf::ElfFile64};
use tests::workspace;

use super::{packed::Packed, platform::OLDEST_GLIBC};
use crate::target::target;

/// Every fault of the native files.
pub fn faults(files: &[Packed]) -> Vec<String> {
    let natives: Vec<_> = files.iter().filter(|file| file.is_native()).collect();
    let mut faults: Vec<_> = natives.iter().flat_map(|file| tells(file)).collect();
    faults.extend(natives.iter().filter_map(|file| is_too_new(file)));
    faults.extend(natives.iter().filter_map(|file| has_symbols(file)));
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

/// The newest version of glibc that the file asks for, when it is too new.
fn is_too_new(file: &Packed) -> Option<String> {
    let newest = versions(&file.content).into_iter().max()?;
    (newest > OLDEST_GLIBC).then(|| format!("{} needs glibc {}.{}", file.name, newest.0, newest.1))
}

/// Each `GLIBC_2.17` that is written in the file.
fn versions(content: &[u8]) -> Vec<(u32, u32)> {
    let mark = b"\0GLIBC_";
    let found = content.windows(mark.len()).enumerate().filter(|(_, part)| part == mark);
    let version = |at: usize| {
        let rest = &content[at + mark.len()..];
        let end = rest.iter().position(|&byte| byte == 0)?;
        let (major, minor) = std::str::from_utf8(&rest[..end]).ok()?.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    found.filter_map(|(at, _)| version(at)).collect()
}

fn has_symbols(file: &Packed) -> Option<String> {
    let elf: ElfFile64 = ElfFile64::parse(&*file.content).ok()?;
    elf.symbols().next().map(|_| format!("{} is not stripped", file.name))
}
