//! How old a system may be that runs what is released.

use std::{fs, path::Path};

use super::platform::Platform;
use crate::{glibc, interpreter};

/// Fails where a file asks for more than is promised. Gives what was found, in a line.
pub fn check(platform: &Platform, host: &Path, plugin: &Path) -> Result<String, String> {
    if platform.triple.ends_with("-linux-musl") {
        let loader = interpreter::of(&read(host)?).ok_or("the host is linked statically, and could load no plugin")?;
        return Ok(format!("needs no glibc, and is loaded by {loader}"));
    }
    if !platform.triple.ends_with("-linux-gnu") {
        return Ok("needs no glibc".to_owned());
    }
    let mut newest = (0, 0);
    for file in [host, plugin] {
        let content = read(file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if let Some(fault) = glibc::fault(&name, &content) {
            return Err(fault);
        }
        let found = glibc::newest(&content).ok_or_else(|| format!("{name} does not say which glibc it needs"))?;
        newest = newest.max(found);
    }
    Ok(format!("needs glibc {}.{}, of {}.{}", newest.0, newest.1, glibc::OLDEST.0, glibc::OLDEST.1))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}
