//! What the operations cannot do without: the least that the same would take.

use std::{
    fs::{self, File, OpenOptions},
    hint::black_box,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use libloading::Library;

use crate::{counted, done::Done};

/// As large as an event.
const EVENT: [u8; 700] = [b'x'; 700];

extern "C" fn add_one(number: i64) -> i64 {
    number + 1
}

/// A call through a pointer.
pub fn pointer(times: usize) -> Done {
    let pointer: extern "C" fn(i64) -> i64 = black_box(add_one);
    let mut sum = 0;
    counted::part(times, |_| sum += pointer(black_box(1)));
    if sum == 0 { Err("nothing was called".into()) } else { Ok(()) }
}

/// Opening a library, at which nothing else is looked.
pub fn dlopen(libraries: &[PathBuf]) -> Done {
    let mut opened = Vec::with_capacity(libraries.len());
    counted::part(libraries.len(), |index| {
        // SAFETY: the library is a fixture that does nothing when it is loaded.
        opened.push(unsafe { Library::new(&libraries[index]) });
    });
    for library in opened {
        library?;
    }
    Ok(())
}

/// A file that is there as a whole or not at all.
pub fn file(folder: &Path, times: usize) -> Done {
    let paths: Vec<_> =
        (0..times).map(|time| (folder.join(format!("{time}.new")), folder.join(time.to_string()))).collect();
    let write = |(new, whole): &(PathBuf, PathBuf)| -> io::Result<()> {
        let mut file = File::create_new(new)?;
        file.write_all(&EVENT)?;
        drop(file);
        fs::rename(new, whole)
    };
    let mut failed = None;
    counted::part(times, |time| failed = write(&paths[time]).err().or_else(|| failed.take()));
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// As much at the end of a file that is open.
pub fn append(folder: &Path, times: usize) -> Done {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("segment"))?;
    let mut failed = None;
    counted::part(times, |_| failed = file.write_all(&EVENT).err().or_else(|| failed.take()));
    failed.map_or(Ok(()), |error| Err(error.into()))
}
