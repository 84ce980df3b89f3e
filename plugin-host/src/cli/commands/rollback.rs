//! `plugin rollback`: what an install or an update replaced, put back.

use std::io::Write;

use super::{
    arguments::NameArgs,
    error::ManageError,
    install::{told, warn_of_hindrances},
    managed::Managed,
};
use crate::{
    cli::{
        before,
        by_name::locked_now,
        install::{self, Incoming, Promised},
        locked::Origin,
    },
    message::write_line,
};

/// Puts a plugin back; what it replaces is kept in turn, so that this undoes itself.
pub(super) fn run(managed: &Managed<'_>, args: &NameArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let name = &args.name;
    let trial = managed.trial(None);
    let there = locked_now(&trial, name)?;
    let before = before::of_plugin(managed.program, name)?;
    let is_another =
        |digest: Option<&str>| there.as_ref().is_none_or(|there| there.content() != digest || digest.is_none());
    let before = before.filter(|before| is_another(before.plugin.content()));
    let before = before.ok_or_else(|| ManageError::NothingBefore(name.clone()))?;
    let plugin = &before.plugin;
    let incoming = Incoming {
        library: &before.path,
        shown_as: &before.path,
        origin: Origin {
            place: plugin.origin.clone(),
            index: plugin.index.clone(),
            key: plugin.key.clone(),
            command: "plugin rollback",
        },
        promised: Some(Promised {
            name: &plugin.name,
            version: &plugin.version,
            digest: plugin.content().unwrap_or_default(),
        }),
        key_before: there.and_then(|there| there.key),
        allows_older: true,
        allows_useless: true,
    };
    let installed = install::install(&trial, &incoming)?;
    write_line(out, &told(&installed))?;
    warn_of_hindrances(managed, &installed);
    Ok(())
}
