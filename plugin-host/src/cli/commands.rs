//! `plugin …`: see, check, install, remove and switch plugins, and make new ones.

pub(crate) mod arguments;
mod error;
mod index;
mod info;
mod install;
mod installed;
mod list;
mod managed;
pub(crate) mod new;
mod outdated;
mod package;
mod rollback;
mod search;
mod switch;
mod update;
mod verify;

use std::io::Write;

pub(crate) use self::managed::Managed;
pub use self::{arguments::ManagePlugins, error::ManageError};

/// Runs one of the commands.
pub(crate) fn run(managed: &Managed<'_>, command: &ManagePlugins, out: &mut impl Write) -> Result<(), ManageError> {
    match command {
        ManagePlugins::List(args) => list::run(managed, args, out),
        ManagePlugins::Verify(args) => verify::run(managed, args, out),
        ManagePlugins::Install(args) => install::install(managed, args, out),
        ManagePlugins::Update(args) => update::run(managed, args, out),
        ManagePlugins::Outdated(args) => outdated::run(managed, args, out),
        ManagePlugins::Rollback(args) => rollback::run(managed, args, out),
        ManagePlugins::Search(args) => search::run(managed, args, out),
        ManagePlugins::Info(args) => info::run(managed, args, out),
        ManagePlugins::Package(args) => package::run(managed, args, out),
        ManagePlugins::Key(args) => package::new_key(managed, args, out),
        ManagePlugins::Index(command) => index::run(command, out),
        ManagePlugins::Remove(args) => install::remove(managed, args, out),
        ManagePlugins::Disable(args) => switch::disable(managed, args, out),
        ManagePlugins::Enable(args) => switch::enable(managed, args, out),
        ManagePlugins::New(args) => new::run(managed, args, out),
    }
}
