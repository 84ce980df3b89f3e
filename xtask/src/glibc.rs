//! Which glibc a program or library asks for.

use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader, SectionTable},
};

/// The oldest that all that is released runs with; maturin calls it `manylinux2014`.
pub const OLDEST: (u32, u32) = (2, 17);

/// What is wrong with the file `name`, when it asks for a newer one.
pub fn fault(name: &str, content: &[u8]) -> Option<String> {
    let newest = newest(content)?;
    (newest > OLDEST).then(|| format!("{name} needs glibc {}.{}", newest.0, newest.1))
}

/// The newest version among those that the file's symbols need, as `objdump -T` shows them; none
/// where it is no ELF file, or needs none.
pub fn newest(content: &[u8]) -> Option<(u32, u32)> {
    let header = FileHeader64::<Endianness>::parse(content).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, content).ok()?;
    needed(&sections, endian, content).iter().filter_map(|name| number(name)).max()
}

fn needed(sections: &SectionTable<'_, FileHeader64<Endianness>>, endian: Endianness, content: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let Ok(Some((mut files, strings))) = sections.gnu_verneed(endian, content) else { return names };
    let Ok(strings) = sections.strings(endian, content, strings) else { return names };
    while let Ok(Some((_, mut versions))) = files.next() {
        while let Ok(Some(version)) = versions.next() {
            names.extend(version.name(endian, strings).map(|name| String::from_utf8_lossy(name).into_owned()));
        }
    }
    names
}

/// `GLIBC_2.17` as numbers.
fn number(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.strip_prefix("GLIBC_")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(number("GLIBC_2.2.5"), Some((2, 2)));
        assert!(number("GLIBC_2.34") > Some(OLDEST));
        assert!(number("GLIBC_2.4") < Some(OLDEST));
        assert_eq!(number("GCC_3.0"), None);
    }
}
