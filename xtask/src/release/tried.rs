//! What a user does with a release: look at checksums and signature, unpack, run, install the
//! plugin.

use std::{fs, path::Path, process::Command};

use minisign_verify::{PublicKey, Signature};
use tests::Sandbox;

use super::{
    archive::SUMS,
    made::{Release, host_run},
};
use crate::process::succeeds;

/// Does all that, from the files alone.
pub fn install_and_run(release: &Release) -> Result<(), String> {
    check_signature(release)?;
    succeeds(Command::new("sha256sum").args(["--check", "--strict", SUMS]).current_dir(&release.folder))?;
    println!("tried: signature and checksums hold");
    let user = Sandbox::new();
    let prefix = user.path("prefix");
    fs::create_dir(&prefix).map_err(|error| format!("cannot create {}: {error}", prefix.display()))?;
    let unpack = ["--extract", "--gzip", "--strip-components=1", "--file"];
    let archive = release.folder.join(&release.archive);
    succeeds(Command::new("tar").args(unpack).arg(archive).arg("--directory").arg(&prefix))?;
    let host = prefix.join("bin/host-demo");
    let version = host_run(&user, &host, &["--version"])?;
    println!("tried: {} runs from its archive", version.trim());
    expect(&host_run(&user, &host, &["plugin", "list"])?, "kedro-telemetry", "the plugin of the archive is found")?;
    check_files(&prefix)?;
    let package = release.package.to_string_lossy();
    let installed = host_run(&user, &host, &["plugin", "install", &package, "--accept-key", &release.key])?;
    expect(&installed, "kedro-telemetry", "the plugin's package installs")?;
    let status = host_run(&user, &host, &["telemetry", "status"])?;
    expect(&status, "DO_NOT_TRACK", "the plugin says that telemetry is refused here, and by what")
}

fn check_signature(release: &Release) -> Result<(), String> {
    let read = |name: String| {
        let path = release.folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let failed = |error: minisign_verify::Error| format!("the signature of the checksums does not hold: {error}");
    let signature = Signature::decode(&read(format!("{SUMS}.minisig"))?).map_err(failed)?;
    let key = PublicKey::from_base64(&release.key).map_err(failed)?;
    key.verify(read(SUMS.to_owned())?.as_bytes(), &signature, false).map_err(failed)
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
