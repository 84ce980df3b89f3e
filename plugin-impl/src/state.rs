//! What goes on in this process, as far as it decides what is recorded.

use std::{sync::Arc, time::SystemTime};

use usage_telemetry::{CommandStage, DeliveryStep};

use crate::{current_project::LoadedProject, mask::KnownCommand};

/// What goes on in this process.
#[derive(Default)]
pub(crate) enum State {
    /// No command, as in a notebook: each catalog that is read is an event of its own.
    #[default]
    Idle,
    /// A command.
    Running(Running),
    /// A command of telemetry's own: looking at telemetry, or refusing it, is nobody's business.
    Own,
    /// A command whose own words refuse: nothing is recorded until the next one.
    RefusedByWords,
}

/// A command, and what has become of its events.
#[derive(Default)]
pub(crate) struct Running {
    /// What its events say of it; `None` when it was refused as it began, as its project may be.
    /// Another project that is loaded meanwhile is asked for itself.
    command: Option<Arc<StartedCommand>>,
    /// Whether the catalog's event has told of the command, so that it needs none of its own.
    is_recorded: bool,
    /// Whether something waits to be delivered when the command ends.
    is_delivery_due: bool,
}

/// A command that is to be recorded. Its events are made when they are, and the ids of user and
/// project with them: a project that is found later may refuse.
pub(crate) struct StartedCommand {
    pub(crate) at: SystemTime,
    pub(crate) args: Vec<String>,
    pub(crate) vocabulary: KnownCommand,
    pub(crate) project: Option<LoadedProject>,
}

/// What is left to do for a command that has ended.
pub(crate) struct Ended {
    /// To be recorded, as nothing has told of it.
    pub(crate) unrecorded: Option<Arc<StartedCommand>>,
    /// Whether something waits to be delivered.
    pub(crate) is_delivery_due: bool,
}

impl State {
    /// A command runs, which is to be recorded unless it is `None`.
    pub(crate) fn running(command: Option<StartedCommand>) -> Self {
        Self::Running(Running { command: command.map(Arc::new), ..Running::default() })
    }

    /// Whether sessions are recorded, if there is consent.
    pub(crate) fn records_sessions(&self) -> bool {
        matches!(self, Self::Idle | Self::Running(_))
    }

    /// The command that an event of now is part of.
    pub(crate) fn command(&self) -> Option<Arc<StartedCommand>> {
        if let Self::Running(running) = self { running.command.clone() } else { None }
    }

    /// How far the command is.
    pub(crate) fn stage(&self) -> CommandStage {
        if matches!(self, Self::Running(_)) { CommandStage::Running } else { CommandStage::Ending }
    }

    /// The command has been told of.
    pub(crate) fn set_recorded(&mut self) {
        if let Self::Running(running) = self {
            running.is_recorded = true;
        }
    }

    /// Remembers what delivery has come to.
    pub(crate) fn note_delivery(&mut self, step: DeliveryStep) {
        if let (Self::Running(running), DeliveryStep::AtCommandEnd) = (self, step) {
            running.is_delivery_due = true;
        }
    }

    /// The command has ended.
    pub(crate) fn end(&mut self) -> Ended {
        let running = match std::mem::take(self) {
            Self::Running(running) => running,
            Self::Idle | Self::Own => Running::default(),
            Self::RefusedByWords => {
                *self = Self::RefusedByWords;
                Running::default()
            }
        };
        let unrecorded = running.command.filter(|_| !running.is_recorded);
        Ended { unrecorded, is_delivery_due: running.is_delivery_due }
    }
}
