//! `plugin verify`: whether a plugin works here, and if not, why, in full.

use std::{
    io::{self, Write},
    path::Path,
};

use super::{
    arguments::{Format, VerifyArgs},
    error::ManageError,
    installed,
    managed::Managed,
};
use crate::{
    cli::{
        find::found,
        install::InstallError,
        names,
        report::{HookImplState, Report, ReportedHookImpl},
        table,
    },
    message::{write_json, write_line},
};

/// Checks a plugin and prints what was found.
pub(super) fn run(managed: &Managed<'_>, args: &VerifyArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let Some(plugin) = &args.plugin else { return installed::run(managed, args.format, out) };
    let report = examine(managed, plugin, args.timeout)?;
    match args.format {
        Format::Table => write_text(&report, out)?,
        Format::Json => write_json(out, &report)?,
    }
    match report.problem {
        None => Ok(()),
        Some(problem) => Err(ManageError::Unsound { path: report.path, problem }),
    }
}

/// A file is named by a path, anything else is the name of a plugin in the plugin directories.
fn examine(managed: &Managed<'_>, plugin: &Path, timeout: Option<u64>) -> Result<Report, ManageError> {
    let check = |path: &Path| {
        let trial = managed.trial(timeout);
        trial.run(path).map_err(|error| InstallError::Unchecked { path: path.to_owned(), error }.into())
    };
    if names::is_path(plugin) {
        return check(plugin);
    }
    let name = plugin.to_string_lossy();
    let found = found(managed.program, managed.options);
    let Some(meant) = found.iter().find(|found| names::is_meant(found, &name)) else {
        return if plugin.is_file() {
            check(plugin)
        } else {
            Err(ManageError::unknown(managed.program.name(), &name, &found))
        };
    };
    // Named by name, it is one that this program would load, and so under the rules by which it
    // does.
    match meant.manifest() {
        Err(error) => Ok(Report::unusable(meant.path().to_owned(), None, &error.problem)),
        Ok(_) => check(meant.path()),
    }
}

fn write_text(report: &Report, out: &mut impl Write) -> io::Result<()> {
    if let Some(manifest) = &report.manifest {
        line(out, "plugin", &format!("{} {}", manifest.name, manifest.version))?;
        if !manifest.description.is_empty() {
            line(out, "description", &manifest.description)?;
        }
        if !manifest.interfaces.is_empty() {
            line(out, "made for", &manifest.interfaces.join(", "))?;
        }
        line(out, "built with", &format!("hookspec {} (ABI {})", manifest.api_version, manifest.abi_version))?;
        let authors = manifest.authors.join(", ");
        let (licence, homepage, source) = (&manifest.license, &manifest.homepage, &manifest.repository);
        for (what, value) in [("licence", licence), ("homepage", homepage), ("source", source), ("authors", &authors)] {
            if !value.is_empty() {
                line(out, what, value)?;
            }
        }
    }
    if let Some(settings) = report.manifest.as_ref().and_then(|manifest| manifest.settings.as_ref()) {
        line(out, "settings", &settings.join(", "))?;
    }
    line(out, "file", &report.path.display().to_string())?;
    if !report.hookimpls.is_empty() {
        writeln!(out)?;
        let rows: Vec<[String; 4]> = report.hookimpls.iter().map(row).collect();
        table::write(out, ["HOOK", "OPTIONS", "STATE", "REASON"], &rows)?;
    }
    section(out, "Left out:", Some(&report.left_out.join("\n")))?;
    section(out, "It printed:", Some(&report.output))?;
    section(out, "The whole comparison:", report.details.as_deref())?;
    writeln!(out)?;
    match &report.problem {
        None if report.is_never_called() => {
            writeln!(out, "Sound, but of no use here: this program has none of its hooks.")
        }
        None => writeln!(out, "Sound: this program can use it."),
        Some(_) => writeln!(out, "Not sound; do not use it with this program."),
    }
}

fn row(hookimpl: &ReportedHookImpl) -> [String; 4] {
    let state = match hookimpl.state {
        HookImplState::Fits => "fits",
        HookImplState::Differs => "does not fit",
        HookImplState::Pending => "pending",
        HookImplState::Optional => "pending, optional",
    };
    let reason = hookimpl.reason.clone().unwrap_or_default();
    [hookimpl.hook.clone(), hookimpl.options.join(", "), state.to_owned(), reason]
}

fn line(out: &mut impl Write, what: &str, value: &str) -> io::Result<()> {
    write_line(out, &format!("{what:<11}  {value}"))
}

/// Text of many lines, indented under a heading; nothing when there is none.
fn section(out: &mut impl Write, heading: &str, text: Option<&str>) -> io::Result<()> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(());
    };
    writeln!(out, "\n{heading}")?;
    for line in text.lines() {
        write_line(out, &format!("  {line}"))?;
    }
    Ok(())
}
