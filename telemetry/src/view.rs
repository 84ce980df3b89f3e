//! What is known on this machine, as a page.

mod browser;
mod content;
mod known;

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use small_files::FileError;

pub use self::browser::{has_desktop, show};
use self::known::Known;
use crate::{error::Error, facts::Facts};

/// The page about everything that this user's telemetry has kept, for a command in this project.
pub fn page(facts: &Facts, project: Option<&Path>) -> Result<String, Error> {
    let known = match facts.dirs() {
        Ok(dirs) => Known::read(dirs.state(), &facts.profile().agent())?,
        // Where nothing can be kept, nothing is known.
        Err(_) => Known::default(),
    };
    Ok(content::page(facts, project, &known, SystemTime::now()))
}

/// Where the page is, unless another place is asked for.
pub fn page_file(state: &Path) -> PathBuf {
    state.join("view.html")
}

/// Removes the page: it shows what is deleted.
pub fn forget_page(state: &Path) -> Result<(), FileError> {
    small_files::remove(&page_file(state)).map(drop)
}
