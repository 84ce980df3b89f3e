//! `cargo xtask release --dry-run`: what users would download, made and tried, and not published.
//!
//! An [`archive`] of the host with its telemetry plugin for this platform, with manual pages,
//! completions and a [`bill`] of what is in it, checksums, and a signature of those; the plugin's
//! package. [`licences`] of what is linked in are looked at first, and in the end all is
//! [`tried`] from the files alone.

mod archive;
mod bill;
mod crates;
mod licences;
mod made;
mod tried;

use std::{fs, path::Path, process::ExitCode};

use tests::{Artifacts, Sandbox, workspace};

use self::made::{Release, host_run};
use crate::target::target;

/// What a dry run leaves unlooked at, and why.
const NOT_CHECKED: [&str; 2] = [
    "advisories: their database is fetched from the network; `cargo deny check advisories` looks there",
    "the public API against the last release: there has been none; `cargo semver-checks` compares from then on",
];

/// Runs the task.
pub fn run(options: &[&str]) -> ExitCode {
    if options != ["--dry-run"] {
        eprintln!("error: nothing is published from here; `cargo xtask release --dry-run` makes all and tries it");
        return ExitCode::from(2);
    }
    match dry_run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn dry_run() -> Result<(), String> {
    let linked = crates::linked(&["host-demo", "kedro-telemetry"])?;
    println!("licences: {}", licences::check(&linked)?);
    let folder = target().join("release-files");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let artifacts = Artifacts::release_demo();
    let name = format!("host-demo-{}-{}", env!("CARGO_PKG_VERSION"), platform());
    let staged = folder.join(&name);
    stage(&artifacts, &staged, &linked)?;
    let archive = archive::write(&staged, &folder)?;
    fs::remove_dir_all(&staged).map_err(|error| format!("cannot remove {}: {error}", staged.display()))?;

    let host = artifacts.binary("host-demo");
    let author = Sandbox::new();
    let secret = author.path("release.key");
    host_run(&author, &host, &["plugin", "key", &shown(&secret)])?;
    let library = artifacts.telemetry();
    host_run(
        &author,
        &host,
        &["plugin", "package", &shown(&library), "--key", &shown(&secret), "--out", &shown(&folder)],
    )?;
    let package = archive::with_ending(&folder, "json").ok_or("there is no package")?;
    let key = archive::sign_sums(&folder, &secret)?;
    let release = Release { folder, archive, package, key };
    for file in archive::files(&release.folder) {
        println!("made {} ({} KiB)", file.display(), fs::metadata(&file).map_or(0, |found| found.len() / 1024));
    }
    tried::install_and_run(&release)?;
    for what in NOT_CHECKED {
        println!("not checked: {what}");
    }
    Ok(())
}

/// Processor and system.
fn platform() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

/// Puts everything where it will be, below the prefix that somebody unpacks into.
fn stage(artifacts: &Artifacts, staged: &Path, linked: &[crates::Linked]) -> Result<(), String> {
    let host = artifacts.binary("host-demo");
    let copy = |from: &Path, to: &str| {
        let to = staged.join(to);
        let made = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from, &to).map(drop));
        made.map_err(|error| format!("cannot write {}: {error}", to.display()))
    };
    copy(&host, "bin/host-demo")?;
    let plugin = artifacts.telemetry();
    let file = plugin.file_name().unwrap_or_default().to_string_lossy();
    copy(&plugin, &format!("lib/host-demo/plugins/{file}"))?;
    for document in ["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"] {
        copy(&workspace().join(document), &format!("share/doc/host-demo/{document}"))?;
    }
    let sandbox = Sandbox::new();
    let manual = staged.join("share/man/man1");
    host_run(&sandbox, &host, &["man-pages", &shown(&manual)])?;
    for (shell, place) in [
        ("bash", "share/bash-completion/completions/host-demo"),
        ("zsh", "share/zsh/site-functions/_host-demo"),
        ("fish", "share/fish/vendor_completions.d/host-demo.fish"),
    ] {
        write(&staged.join(place), host_run(&sandbox, &host, &["completions", shell])?.as_bytes())?;
    }
    for part in linked {
        let place = format!("share/doc/host-demo/{}.cyclonedx.json", part.root.name);
        write(&staged.join(place), bill::of(part).as_bytes())?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    made.map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
