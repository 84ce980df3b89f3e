//! `cargo xtask release --dry-run`: what users would download, made and tried, and not published.
//!
//! For each [`platform`] the host with its telemetry plugin is [`build`]t and [`staged`] with manual
//! pages, completions and a [`bill`] of what is in it, and packed into an [`archive`]; then there
//! are checksums and a signature of those, and the plugin's package for this platform.
//! [`licences`] of what is linked in are looked at first, then on how old a system all of it runs
//! ([`baseline`]), and in the end it is [`tried`] from the files alone, by whatever runs it
//! ([`machine`]).

mod archive;
mod baseline;
mod bill;
mod build;
mod crates;
mod licences;
mod machine;
mod made;
mod options;
mod platform;
mod staged;
mod tried;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use tests::Artifacts;

use self::{
    build::Built,
    machine::Machine,
    made::{Archive, Release},
    platform::Platform,
};
use crate::{target::target, zig::Zig};

/// What a dry run leaves unlooked at, and why.
const NOT_CHECKED: [&str; 2] = [
    "advisories: their database is fetched from the network; `cargo deny check advisories` looks there",
    "the public API against the last release: there has been none; `cargo semver-checks` compares from then on",
];

/// Runs the task.
pub fn run(words: &[&str]) -> ExitCode {
    let platforms = match options::parse(words) {
        Ok(platforms) => platforms,
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::from(2);
        }
    };
    match dry_run(&platforms) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn dry_run(platforms: &[&'static Platform]) -> Result<(), String> {
    let folder = target().join("release-files");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let zig = Zig::get(&target().join("wheel")).map_err(|why| format!("zig, which links, cannot be had: {why}"))?;
    // This platform's own tells what goes into all, and signs.
    let artifacts = Artifacts::at(build::make(&zig, platform::here())?.folder);
    let mut archives = Vec::new();
    for platform in platforms {
        println!("building for {}", platform.triple);
        let made = pack(&zig, platform, &artifacts, &folder);
        build::clean(platform);
        archives.push(made.map_err(|why| format!("{}: {why}", platform.triple))?);
    }
    let release = sign(&artifacts, folder, archives)?;
    for file in archive::files(&release.folder) {
        println!("made {} ({} KiB)", file.display(), fs::metadata(&file).map_or(0, |found| found.len() / 1024));
    }
    try_all(&release, &artifacts)?;
    for what in NOT_CHECKED {
        println!("not checked: {what}");
    }
    Ok(())
}

/// Builds for the platform, looks at what came of it, and packs it.
fn pack(zig: &Zig, platform: &'static Platform, artifacts: &Artifacts, folder: &Path) -> Result<Archive, String> {
    let linked = crates::linked(&["host-demo", "kedro-telemetry"], platform.triple)?;
    println!("licences: {}", licences::check(&linked)?);
    let built: Built = build::make(zig, platform)?;
    println!("{}: {}", platform.triple, baseline::check(platform, &built.host(), &built.plugin())?);
    let name = format!("host-demo-{}-{}", env!("CARGO_PKG_VERSION"), platform.name);
    let staged: PathBuf = folder.join(&name);
    staged::put(&built, platform, artifacts, &staged, &linked)?;
    let file_name = archive::write(&staged, folder, platform)?;
    fs::remove_dir_all(&staged).map_err(|error| format!("cannot remove {}: {error}", staged.display()))?;
    Ok(Archive { platform, file_name })
}

/// Adds the plugin's package for this platform, and signs all.
fn sign(artifacts: &Artifacts, folder: PathBuf, archives: Vec<Archive>) -> Result<Release, String> {
    let host = artifacts.binary("host-demo");
    let author = Machine::of(platform::here(), artifacts)?;
    let secret = author.sandbox.path("release.key");
    author.run(&host, &["plugin", "key", &shown(&secret)])?;
    let library = archives.iter().find(|archive| archive.platform.is_here()).map(|_| artifacts.telemetry());
    if let Some(library) = library {
        let words = ["plugin", "package", &shown(&library), "--key", &shown(&secret), "--out", &shown(&folder)];
        author.run(&host, &words)?;
    }
    let package = archive::with_ending(&folder, "json");
    let key = archive::sign_sums(&folder, &secret)?;
    Ok(Release { folder, archives, package, key })
}

fn try_all(release: &Release, artifacts: &Artifacts) -> Result<(), String> {
    tried::check_signature(release)?;
    for archive in &release.archives {
        let triple = archive.platform.triple;
        match Machine::of(archive.platform, artifacts) {
            Ok(machine) => tried::install_and_run(release, archive, &machine),
            Err(why) => {
                println!("not run: the archive for {triple}: {why}");
                continue;
            }
        }
        .map_err(|why| format!("{triple}: {why}"))?;
        if archive.platform.triple != "x86_64-unknown-linux-gnu" {
            continue;
        }
        match Machine::of_old(artifacts) {
            Ok(machine) => tried::on_an_old_processor(release, archive, &machine)?,
            Err(why) => println!("not run on the first of its processors: {triple}: {why} (Debian: qemu-user-static)"),
        }
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
