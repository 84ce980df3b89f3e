//! `plugin info`: what an index and this machine know of a plugin.

use std::io::Write;

use serde_json::json;

use super::{
    arguments::{Format, InfoArgs},
    error::ManageError,
    managed::Managed,
};
use crate::{
    cli::{
        by_name::locked_now,
        index::{self, PluginDocument},
        package::PackageManifest,
        table,
        which_index::index_of,
    },
    message::{write_json, write_line},
};

/// Prints a plugin's releases, and which would be installed.
pub(super) fn run(managed: &Managed<'_>, args: &InfoArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let locked = locked_now(&managed.trial(None), &args.name)?;
    let settings = managed.settings()?;
    let recorded = locked.as_ref().and_then(|locked| locked.index.as_deref());
    let index = index_of(managed.program, &settings, args.index.as_deref().or(recorded))?;
    let document = PluginDocument::read(&index, &args.name)?;
    let said = document.releases.iter().filter_map(|release| PackageManifest::parse(release.manifest.get()).ok());
    let mut releases: Vec<_> = said.filter(|release| release.name == args.name).collect();
    releases.sort_by_key(|release| std::cmp::Reverse(release.semver().ok()));
    let choice = index::choose(&index, document, None);
    let newest = choice.candidates.first().map(|candidate| candidate.version.to_string());
    let installed = locked.as_ref().map(|locked| &locked.version);
    match args.format {
        Format::Json => write_json(
            out,
            &json!({
                "name": args.name,
                "index": index.to_string(),
                "installed": installed,
                "newest": newest,
                "passed_over": choice.passed_over,
                "releases": releases,
            }),
        )?,
        Format::Table => {
            line(out, "plugin", &args.name)?;
            if let Some(release) = releases.first() {
                for (what, value) in [
                    ("description", &release.description),
                    ("licence", &release.license),
                    ("homepage", &release.homepage),
                ] {
                    line(out, what, value)?;
                }
            }
            line(out, "index", &index.to_string())?;
            line(out, "installed", installed.map_or("no", String::as_str))?;
            line(out, "newest here", newest.as_deref().unwrap_or("none that works with this program"))?;
            if !choice.passed_over.is_empty() {
                line(out, "left out", &choice.reasons())?;
            }
            writeln!(out)?;
            let rows: Vec<_> = releases.iter().map(row).collect();
            table::write(out, ["VERSION", "PLATFORM", "ABI", "MADE FOR", "SIZE", "SIGNED BY"], &rows)?;
        }
    }
    Ok(())
}

fn row(release: &PackageManifest) -> [String; 6] {
    [
        release.version.clone(),
        release.platform.clone(),
        release.abi.to_string(),
        release.interfaces.join(", "),
        format!("{} KiB", release.size.div_ceil(1024)),
        release.key.clone().unwrap_or_else(|| "nobody".to_owned()),
    ]
}

/// Nothing for what is not known.
fn line(out: &mut impl Write, what: &str, value: &str) -> std::io::Result<()> {
    if value.is_empty() { Ok(()) } else { write_line(out, &format!("{what:<11}  {value}")) }
}
