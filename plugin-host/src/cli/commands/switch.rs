//! `plugin disable` and `plugin enable`: swapping a plugin out and in, wherever it is.

use std::io::Write;

use hookspec::Manifest;

use super::{arguments::NameArgs, error::ManageError, managed::Managed};
use crate::{
    cli::{
        disabled::{self, Disabled},
        find::found,
        names,
    },
    message::{warn, write_line},
};

/// Disables a plugin. A name that no plugin has is remembered all the same, so that one which comes
/// later is refused before it has run.
pub(super) fn disable(managed: &Managed<'_>, args: &NameArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let name = &args.name;
    if !Manifest::allows_name(name) {
        return Err(ManageError::NotAName { name: name.clone(), program: managed.program.name() });
    }
    let found = found(managed.program, managed.options);
    if !found.iter().any(|found| names::name_of(found) == Some(name)) {
        let hint = names::did_you_mean(name, found.iter().filter_map(names::name_of));
        warn(&format!("there is no plugin `{name}` now; should one come it will not be loaded{hint}"));
    }
    let changed = disabled::set(managed.program, name, true)?;
    Ok(write_line(out, &format!("{} {name}", if changed { "Disabled" } else { "Already disabled:" }))?)
}

/// Enables a plugin that was disabled.
pub(super) fn enable(managed: &Managed<'_>, args: &NameArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let name = &args.name;
    if disabled::set(managed.program, name, false)? {
        return Ok(write_line(out, &format!("Enabled {name}"))?);
    }
    let found = found(managed.program, managed.options);
    if !found.iter().any(|found| names::name_of(found) == Some(name)) {
        let disabled = Disabled::load(managed.program)?;
        let known = found.iter().filter_map(names::name_of).chain(disabled.names());
        let hint = names::did_you_mean(name, known);
        return Err(ManageError::Unknown { name: name.clone(), hint, program: managed.program.name() });
    }
    Ok(write_line(out, &format!("Already enabled: {name}"))?)
}
