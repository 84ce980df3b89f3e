//! The words of `telemetry`, among the commands of a program that uses clap.

use std::{ffi::OsString, vec};

/// What is typed after `telemetry`, for a variant of a program's own commands; see
/// [`Telemetry::run_command`](crate::Telemetry::run_command). Help is among these words, too.
///
/// ```
/// use usage_telemetry::TelemetryWords;
///
/// #[derive(clap::Subcommand)]
/// enum Command {
///     /// See, refuse and send usage events
///     Telemetry(TelemetryWords),
/// }
/// ```
#[derive(Debug, Clone, clap::Args)]
#[command(disable_help_flag = true)]
pub struct TelemetryWords {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    words: Vec<OsString>,
}

impl IntoIterator for TelemetryWords {
    type Item = OsString;
    type IntoIter = vec::IntoIter<OsString>;

    fn into_iter(self) -> Self::IntoIter {
        self.words.into_iter()
    }
}
