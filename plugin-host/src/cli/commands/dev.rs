//! `plugin dev`: a plugin's crate, built and run as it changes.

use std::path::Path;

use super::{arguments::DevArgs, error::ManageError, managed::Managed};
use crate::cli::dev;

/// Watches the crate until it is interrupted.
pub(super) fn run(managed: &Managed<'_>, args: &DevArgs) -> Result<(), ManageError> {
    let dir = args.dir.as_deref().unwrap_or(Path::new("."));
    Ok(dev::watch(&managed.trial(None), dir, &args.words)?)
}
