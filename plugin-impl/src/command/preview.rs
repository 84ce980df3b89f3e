//! `telemetry preview`: the body that a command would send, made without running it and without sending it.

use std::{ffi::OsString, path::Path};

use hookspec::{Result, command::CommandCall, specs::Project};
use serde_json::Value;

use super::{NAME, Subcommand};
use crate::{event::single_body, identity, mask, project, settings, source, source::Facts};

pub(super) const COMMAND: Subcommand = Subcommand {
    name: "preview",
    about: "Print the exact body that a command would send, and send nothing",
    usage: "-- COMMAND…",
    help: "Prints what COMMAND would send, but for line breaks, the time and the event's key. Runs nothing, writes nothing, sends nothing.",
    example: "preview -- catalog list --env prod",
    options: &[],
    run,
};

/// Stands where the identity would, when there is none yet: it is made with the first event.
const NO_IDENTITY: &str = "00000000000000000000000000000000";

fn run(facts: &Facts, call: &CommandCall, args: Vec<OsString>) -> Result<i32> {
    let args: Vec<String> = args.into_iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let command = args.strip_prefix(["--".to_owned()].as_slice()).unwrap_or(&args);
    let line = hookspec::specs::CommandLine::of(command);
    let rehearsal = facts.plugin_host().call(hookspec::specs::RehearseCommand, line)?;
    let rehearsal =
        rehearsal.ok_or_else(|| hookspec::Error::new("this program cannot tell what a command would send"))?;
    let run = rehearsal.run();
    if run.args().first() == Some(&NAME) {
        call.print_error("telemetry's own commands are not recorded: nothing would be sent\n");
        return Ok(0);
    }
    let project = run.project();
    let root = project.as_ref().map(|project| Path::new(project.path()));
    let consent = facts.consent(root);
    if !consent.is_granted() {
        call.print_error(&format!("telemetry is off ({}): this would not be sent\n", consent.source()));
    }

    let user = match facts.dirs() {
        Ok(dirs) => identity::or_empty(
            identity::get(&dirs.identity_file()).map(|user| user.unwrap_or_else(|| NO_IDENTITY.to_owned())),
        ),
        Err(_) => String::new(),
    };
    let package_name = project.as_ref().map(Project::package_name);
    let described = root.map(|root| project::describe(root, package_name)).unwrap_or_default();
    let mut event = facts.event(&user, &described.project);
    event.set_command(&facts.host(), &mask::mask(&source::vocabulary(&run.vocabulary()), &run.args()));
    if let Some(catalog) = rehearsal.catalog() {
        event.set_statistics(&source::statistics(&catalog));
    }

    let app_id = facts.settings().map_or_else(|_| settings::DEFAULT_APP_ID.to_owned(), |settings| settings.app_id);
    let body: Value = serde_json::from_str(&single_body(&app_id, &event.to_json()))?;
    call.print(&format!("{body:#}\n"))?;
    Ok(0)
}
