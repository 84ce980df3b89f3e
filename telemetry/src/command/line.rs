//! How a command was called, and where it prints.

use std::{ffi::OsString, fmt, path::Path};

use crate::{error::Error, event::Event, output::Output};

/// Makes of an event of this user, with nothing in it, the one that these words would record after
/// the program's name; `None` when they record none, and an error when that is not known. Nothing is
/// run and nothing written.
pub type Rehearsal<'a> = dyn Fn(&[String], Event) -> Result<Option<Event>, Error> + 'a;

/// A command line behind `telemetry`, and where the command prints.
#[derive(Clone)]
pub struct CommandLine<'a> {
    args: Vec<OsString>,
    output: &'a dyn Output,
    project: Option<&'a Path>,
    rehearsal: Option<&'a Rehearsal<'a>>,
}

impl<'a> CommandLine<'a> {
    /// These words, behind `telemetry`.
    pub fn new(args: impl IntoIterator<Item = impl Into<OsString>>, output: &'a dyn Output) -> Self {
        Self { args: args.into_iter().map(Into::into).collect(), output, project: None, rehearsal: None }
    }

    /// Typed in the project at this absolute path, if any.
    #[must_use]
    pub fn in_project(mut self, project: Option<&'a Path>) -> Self {
        self.project = project;
        self
    }

    /// With a way to rehearse commands, for `telemetry preview`.
    #[must_use]
    pub fn with_rehearsal(mut self, rehearsal: &'a Rehearsal<'a>) -> Self {
        self.rehearsal = Some(rehearsal);
        self
    }

    pub(crate) fn printing_to(self, output: &'a dyn Output) -> Self {
        Self { output, ..self }
    }

    pub(crate) fn args(&self) -> &[OsString] {
        &self.args
    }

    pub(crate) fn output(&self) -> &'a dyn Output {
        self.output
    }

    pub(crate) fn project(&self) -> Option<&'a Path> {
        self.project
    }

    pub(crate) fn rehearsal(&self) -> Option<&'a Rehearsal<'a>> {
        self.rehearsal
    }
}

impl fmt::Debug for CommandLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandLine").field("args", &self.args).field("project", &self.project).finish_non_exhaustive()
    }
}
