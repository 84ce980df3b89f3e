//! `plugin disable` and `plugin enable`: swapping a plugin out and in, wherever it is.

use std::io::Write;

use hookspec::Manifest;

use crate::{
    cli::plugin::NameArgs,
    context::Context,
    error::Error,
    plugins::{
        self,
        disabled::{self, Disabled},
        names,
        services::warn,
    },
};

/// Disables a plugin. A name that no plugin has is remembered all the same, so that one which comes later is refused before it has run.
pub fn disable(context: &Context, args: &NameArgs, out: &mut impl Write) -> Result<(), Error> {
    let name = &args.name;
    if !Manifest::allows_name(name) {
        return Err(Error::Usage(format!(
            "`{name}` cannot be the name of a plugin; `host-demo plugin list` shows them"
        )));
    }
    let found = plugins::found(&context.global);
    if !found.iter().any(|found| names::name_of(found) == Some(name)) {
        let hint = names::did_you_mean(name, found.iter().filter_map(names::name_of));
        warn(&format!("there is no plugin `{name}` now; should one come it will not be loaded{hint}"));
    }
    let changed = disabled::set(name, true)?;
    Ok(writeln!(out, "{} {name}", if changed { "Disabled" } else { "Already disabled:" })?)
}

/// Enables a plugin that was disabled.
pub fn enable(context: &Context, args: &NameArgs, out: &mut impl Write) -> Result<(), Error> {
    let name = &args.name;
    if disabled::set(name, false)? {
        return Ok(writeln!(out, "Enabled {name}")?);
    }
    let found = plugins::found(&context.global);
    if !found.iter().any(|found| names::name_of(found) == Some(name)) {
        let disabled = Disabled::load()?;
        let known = found.iter().filter_map(names::name_of).chain(disabled.names());
        return Err(Error::UnknownPlugin { name: name.clone(), hint: names::did_you_mean(name, known) });
    }
    Ok(writeln!(out, "Already enabled: {name}")?)
}
