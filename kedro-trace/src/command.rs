//! `trace status` and `trace send`.

use std::time::{Duration, SystemTime};

use hookspec::{
    Failed, Host, Result,
    command::{CommandCall, PluginCommand, PluginCommandSource},
};
use reqwest::header::HeaderName;

use crate::{
    folders,
    sending::{self, Sent},
    settings::Settings,
    spool::{Spool, SpooledRun},
};

/// The word that calls them.
pub(crate) const NAME: &str = "trace";
/// The word behind it that sends what waits.
pub(crate) const SEND: &str = "send";
const STATUS: &str = "status";

/// `trace`, with its subcommands.
pub(crate) struct TraceCommand(pub(crate) Host);

impl PluginCommandSource for TraceCommand {
    fn name(&self) -> &str {
        NAME
    }

    fn about(&self) -> &str {
        "See where the spans of pipeline runs go, and send those that wait"
    }

    fn usage(&self) -> &str {
        "[status | send]"
    }

    fn commands(&self) -> Vec<PluginCommand> {
        vec![
            PluginCommand::new(Listed(STATUS, "Show where the spans of pipeline runs go, and what waits")),
            PluginCommand::new(Listed(SEND, "Send what waits to the endpoint")),
        ]
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        match call.args().as_slice() {
            [] | [STATUS] => status(&self.0, &call),
            [SEND] => send(&self.0, &call),
            _ => Err(Failed::new(format_args!("try `{NAME} {STATUS}` or `{NAME} {SEND}`"))),
        }
    }
}

/// A subcommand as the host is told of it.
struct Listed(&'static str, &'static str);

impl PluginCommandSource for Listed {
    fn name(&self) -> &str {
        self.0
    }

    fn about(&self) -> &str {
        self.1
    }

    /// Only the outermost command is run.
    fn run(&self, _: CommandCall) -> Result<i32> {
        Err(Failed::new(format_args!("run it as `{NAME}`")))
    }
}

fn status(host: &Host, call: &CommandCall) -> Result<i32> {
    let settings = Settings::read(host)?;
    if !settings.is_on() {
        call.print("Writes nothing: set `file` or `endpoint` for the plugin kedro-trace to have runs traced.\n")?;
    }
    if let Some(file) = &settings.file {
        call.print(&format!("file      {}\n", file.path().display()))?;
    }
    if let Some(endpoint) = &settings.endpoint {
        call.print(&format!("endpoint  {}\n", endpoint.shown()))?;
        let names: Vec<_> = endpoint.headers.keys().map(HeaderName::as_str).collect();
        if !names.is_empty() {
            call.print(&format!("headers   {} (values not shown)\n", names.join(", ")))?;
        }
    }
    let Some(spool) = spool(host) else { return Ok(0) };
    let runs = spool.runs()?;
    if let Some(oldest) = runs.first() {
        let (runs, minutes) = (counted(runs.len()), minutes(oldest));
        call.print(&format!("waiting   {runs}, the oldest for {minutes} min, in {}\n", spool.folder().display()))?;
    } else if settings.endpoint.is_some() {
        call.print("waiting   nothing\n")?;
    }
    Ok(0)
}

fn send(host: &Host, call: &CommandCall) -> Result<i32> {
    let none = || Failed::new("there is no endpoint to send to: set `endpoint` for the plugin kedro-trace");
    let endpoint = Settings::read(host)?.endpoint.ok_or_else(none)?;
    let spool = spool(host).ok_or_else(|| Failed::new("no home directory: there is nothing to send"))?;
    let sent = sending::send(&spool, &endpoint)?;
    tell(&sent, call)?;
    Ok(i32::from(sent.dropped > 0 || sent.obstacle.is_some()))
}

fn tell(sent: &Sent, call: &CommandCall) -> Result<()> {
    if sent.accepted > 0 {
        call.print(&format!("Sent {}\n", counted(sent.accepted)))?;
    }
    if sent.dropped > 0 {
        let reason = sent.refusal.as_deref().unwrap_or("too old or too many");
        call.print_error(&format!("Dropped {}: {reason}\n", counted(sent.dropped)));
    }
    if let Some(obstacle) = &sent.obstacle {
        call.print_error(&format!("Kept {} for another time: {obstacle}\n", counted(sent.waiting)));
    }
    if sent.accepted == 0 && sent.dropped == 0 && sent.obstacle.is_none() {
        call.print("Nothing waits to be sent\n")?;
    }
    Ok(())
}

fn spool(host: &Host) -> Option<Spool> {
    folders::of_program(host.name()).map(Spool::new)
}

fn counted(runs: usize) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") }
}

fn minutes(run: &SpooledRun) -> u64 {
    let waited = SystemTime::now().duration_since(run.since).unwrap_or(Duration::ZERO);
    waited.as_secs() / 60
}
