//! What a user does with a release: look at checksums and signature, unpack, run, install the
//! plugin.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use minisign_verify::{PublicKey, Signature};

use super::{
    archive::SUMS,
    machine::Machine,
    made::{Archive, Release},
    platform::System,
};
use crate::process::succeeds;

/// Looks at signature and checksums.
pub fn check_signature(release: &Release) -> Result<(), String> {
    let read = |name: String| {
        let path = release.folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let failed = |error: minisign_verify::Error| format!("the signature of the checksums does not hold: {error}");
    let signature = Signature::decode(&read(format!("{SUMS}.minisig"))?).map_err(failed)?;
    let key = PublicKey::from_base64(&release.key).map_err(failed)?;
    key.verify(read(SUMS.to_owned())?.as_bytes(), &signature, false).map_err(failed)?;
    succeeds(Command::new("sha256sum").args(["--check", "--strict", SUMS]).current_dir(&release.folder))?;
    println!("tried: signature and checksums hold");
    Ok(())
}

/// Unpacks an archive, runs the host, and installs the plugin, from the files alone.
pub fn install_and_run(release: &Release, archive: &Archive, machine: &Machine) -> Result<(), String> {
    println!("trying {}", archive.file_name);
    let prefix = unpack(release, archive, machine)?;
    check_files(&prefix)?;
    let host = run_from(&prefix, archive, machine)?;
    let package = release.package.as_ref().filter(|_| archive.platform.is_here());
    let installed = match package {
        Some(package) => {
            machine.run(&host, &["plugin", "install", &machine.path(package), "--accept-key", &release.key])?
        }
        None => machine.run(&host, &["plugin", "install", &machine.path(&shipped(&prefix, archive))])?,
    };
    expect(&installed, "kedro-telemetry", "the plugin installs")?;
    expect(&machine.run(&host, &["plugin", "list"])?, "kedro-telemetry", "what was installed is listed")?;
    is_asked(&host, machine)
}

/// The same on the first of the platform's processors, for which nothing else was unpacked before.
pub fn on_an_old_processor(release: &Release, archive: &Archive, machine: &Machine) -> Result<(), String> {
    println!("trying {} on the first x86-64 processors", archive.file_name);
    let prefix = unpack(release, archive, machine)?;
    let host = run_from(&prefix, archive, machine)?;
    let installed = machine.run(&host, &["plugin", "install", &machine.path(&shipped(&prefix, archive))])?;
    expect(&installed, "kedro-telemetry", "the plugin installs")?;
    is_asked(&host, machine)
}

/// Version and plugins of the archive's host.
fn run_from(prefix: &Path, archive: &Archive, machine: &Machine) -> Result<PathBuf, String> {
    let host = prefix.join("bin").join(archive.platform.program("host-demo"));
    let version = machine.run(&host, &["--version"])?;
    println!("tried: {} runs from its archive", version.trim());
    expect(&machine.run(&host, &["plugin", "list"])?, "kedro-telemetry", "the plugin of the archive is found")?;
    Ok(host)
}

/// Has the plugin loaded, and asks it.
fn is_asked(host: &Path, machine: &Machine) -> Result<(), String> {
    let status = machine.run(host, &["telemetry", "status"])?;
    expect(&status, "DO_NOT_TRACK", "the plugin says that telemetry is refused here, and by what")
}

fn shipped(prefix: &Path, archive: &Archive) -> PathBuf {
    prefix.join("lib/host-demo/plugins").join(archive.platform.library("kedro_telemetry"))
}

/// Unpacks as a user would. Gives the prefix.
fn unpack(release: &Release, archive: &Archive, machine: &Machine) -> Result<PathBuf, String> {
    let folder = machine.sandbox.path("unpacked");
    fs::create_dir(&folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let path = release.folder.join(&archive.file_name);
    let ending = if archive.platform.system == System::Windows {
        let failed = |error: &dyn std::fmt::Display| format!("cannot unpack {}: {error}", path.display());
        let file = fs::File::open(&path).map_err(|error| failed(&error))?;
        let mut archive = zip::ZipArchive::new(file).map_err(|error| failed(&error))?;
        archive.extract(&folder).map_err(|error| failed(&error))?;
        ".zip"
    } else {
        let mut tar = Command::new("tar");
        succeeds(tar.args(["--extract", "--gzip", "--file"]).arg(&path).arg("--directory").arg(&folder))?;
        ".tar.gz"
    };
    Ok(folder.join(archive.file_name.trim_end_matches(ending)))
}

/// What packagers look for.
fn check_files(prefix: &Path) -> Result<(), String> {
    for file in [
        "share/man/man1/host-demo.1",
        "share/man/man1/host-demo-plugin-install.1",
        "share/bash-completion/completions/host-demo",
        "share/zsh/site-functions/_host-demo",
        "share/fish/vendor_completions.d/host-demo.fish",
        "share/doc/host-demo/host-demo.cyclonedx.json",
        "share/doc/host-demo/kedro-telemetry.cyclonedx.json",
        "share/doc/host-demo/LICENSE",
    ] {
        let length = fs::metadata(prefix.join(file)).map_or(0, |found| found.len());
        if length == 0 {
            return Err(format!("the archive lacks {file}"));
        }
    }
    println!("tried: manual pages, completions, licence and bills of materials are in the archive");
    Ok(())
}

fn expect(said: &str, wanted: &str, what: &str) -> Result<(), String> {
    if said.contains(wanted) {
        println!("tried: {what}");
        return Ok(());
    }
    Err(format!("not so: {what}; it says: {said}"))
}
