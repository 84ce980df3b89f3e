//! Is in a wheel what belongs there, and nothing else?

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::packed::Packed;

/// What must be there, by its path; `*` stands for the ending that a platform gives to it.
const FILES: [&str; 13] = [
    "kedro_telemetry/__init__.py",
    "kedro_telemetry/__main__.py",
    "kedro_telemetry/_native.*",
    "kedro_telemetry/kedro-plugin-host*",
    "kedro_telemetry/plugins/*kedro_telemetry.*",
    "{info}/METADATA",
    "{info}/WHEEL",
    "{info}/RECORD",
    "{info}/entry_points.txt",
    "{info}/licenses/LICENSE",
    "{info}/licenses/THIRD-PARTY-LICENSES.txt",
    "{info}/sboms/kedro-plugin-host.cyclonedx.json",
    "{info}/sboms/kedro-telemetry.cyclonedx.json",
];
/// What else may be there.
const MORE: [&str; 2] = ["kedro_telemetry/*.py", "{info}/sboms/*.cyclonedx.json"];
/// What the metadata must say.
const METADATA: [&str; 6] = [
    "Name: kedro-telemetry",
    "Requires-Dist: kedro>=0.19,<2",
    "Requires-Python: >=3.10",
    "License-Expression: Apache-2.0",
    "License-File: LICENSE",
    "License-File: THIRD-PARTY-LICENSES.txt",
];
const ENTRY_POINTS: [&str; 4] = ["[console_scripts]", "[kedro.cli_hooks]", "[kedro.global_commands]", "[kedro.hooks]"];
/// What is linked into module, program and plugin, one crate each that must be listed.
const LINKED: [(&str, &str); 3] =
    [("kedro-bridge", "pyo3"), ("kedro-plugin-host", "hookspec-host"), ("kedro-telemetry", "rustls")];

/// Every fault of the wheel of this version and tag.
pub fn faults(files: &[Packed], version: &str, tag: &str) -> Vec<String> {
    let info = format!("kedro_telemetry-{version}.dist-info");
    let mut faults = names(files, &info);
    faults.extend(records(files, &info));
    faults.extend(lines(files, &format!("{info}/METADATA"), &METADATA));
    faults.extend(lines(files, &format!("{info}/METADATA"), &[format!("Version: {version}").as_str()]));
    faults.extend(lines(files, &format!("{info}/entry_points.txt"), &ENTRY_POINTS));
    let tags: Vec<_> = tag.split('.').map(|platform| format!("Tag: cp310-abi3-{platform}")).collect();
    faults.extend(lines(files, &format!("{info}/WHEEL"), &tags.iter().map(String::as_str).collect::<Vec<_>>()));
    faults.extend(lists(files, &info));
    let programs = files.iter().filter(|file| file.name.contains("/kedro-plugin-host") && file.is_native());
    let idle = programs.filter(|file| file.mode.is_none_or(|mode| mode & 0o111 != 0o111));
    faults.extend(
        idle.map(|file| format!("{} cannot be run: its mode is {:o}", file.name, file.mode.unwrap_or_default())),
    );
    faults
}

fn names(files: &[Packed], info: &str) -> Vec<String> {
    let of_this = |pattern: &&str| pattern.replace("{info}", info);
    let (needed, more): (Vec<_>, Vec<_>) = (FILES.iter().map(of_this).collect(), MORE.iter().map(of_this).collect());
    let lacking = needed.iter().filter(|pattern| !files.iter().any(|file| matches(pattern, &file.name)));
    let foreign = files.iter().filter(|file| !needed.iter().chain(&more).any(|pattern| matches(pattern, &file.name)));
    let lacking = lacking.map(|pattern| format!("{pattern} is missing"));
    lacking.chain(foreign.map(|file| format!("{} does not belong there", file.name))).collect()
}

/// Whether the name fits the pattern, in which each `*` is anything but another folder.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(behind) = name.strip_prefix(start) else { return false };
    let ends = behind.char_indices().map(|(at, _)| at).chain([behind.len()]);
    ends.take_while(|&at| !behind[..at].contains('/')).any(|at| matches(rest, &behind[at..]))
}

/// What RECORD says is what there is.
fn records(files: &[Packed], info: &str) -> Vec<String> {
    let name = format!("{info}/RECORD");
    let Some(record) = files.iter().find(|file| file.name == name) else { return Vec::new() };
    let recorded = String::from_utf8_lossy(&record.content);
    let line = |file: &Packed| {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&file.content));
        format!("{},sha256={digest},{}", file.name, file.content.len())
    };
    let others: Vec<_> = files.iter().filter(|file| file.name != name).collect();
    let unlike = others.iter().filter(|file| !recorded.lines().any(|recorded| recorded == line(file)));
    let mut faults: Vec<_> = unlike.map(|file| format!("RECORD does not have {} as it is", file.name)).collect();
    if recorded.lines().count() != files.len() {
        faults.push("RECORD has other files than there are".to_owned());
    }
    faults
}

fn lines(files: &[Packed], name: &str, wanted: &[&str]) -> Vec<String> {
    let Some(file) = files.iter().find(|file| file.name == name) else { return Vec::new() };
    let text = String::from_utf8_lossy(&file.content);
    let lacking = wanted.iter().filter(|wanted| !text.lines().any(|line| line == **wanted));
    lacking.map(|line| format!("{name} does not have `{line}`")).collect()
}

/// Each part has a list of what is linked into it.
fn lists(files: &[Packed], info: &str) -> Vec<String> {
    let lacks = |&&(part, linked): &&(&str, &str)| {
        let name = format!("{info}/sboms/{part}.cyclonedx.json");
        let list = files.iter().find(|file| file.name == name);
        let list = list.and_then(|file| serde_json::from_slice::<serde_json::Value>(&file.content).ok());
        let components = list.as_ref().and_then(|list| list["components"].as_array());
        !components.is_some_and(|components| components.iter().any(|component| component["name"] == linked))
    };
    LINKED.iter().filter(lacks).map(|(part, linked)| format!("no SBOM says that {part} has {linked} in it")).collect()
}
