//! Everything where it will be, below the prefix that somebody unpacks into.

use std::{fs, path::Path};

use tests::{Artifacts, workspace};

use super::{
    bill,
    build::Built,
    crates::Linked,
    machine::Machine,
    platform::{self, Platform},
};

/// Puts it there. What the host says of itself, this platform's host says.
pub fn put(
    built: &Built,
    platform: &Platform,
    artifacts: &Artifacts,
    staged: &Path,
    linked: &[Linked],
) -> Result<(), String> {
    let copy = |from: &Path, to: &str| {
        let to = staged.join(to);
        let made = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(from, &to).map(drop));
        made.map_err(|error| format!("cannot write {}: {error}", to.display()))
    };
    copy(&built.host(), &format!("bin/{}", platform.program("host-demo")))?;
    copy(&built.plugin(), &format!("lib/host-demo/plugins/{}", platform.library("kedro_telemetry")))?;
    for document in ["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"] {
        copy(&workspace().join(document), &format!("share/doc/host-demo/{document}"))?;
    }
    let host = artifacts.binary("host-demo");
    let machine = Machine::of(platform::here(), artifacts)?;
    let manual = staged.join("share/man/man1");
    machine.run(&host, &["man-pages", &manual.to_string_lossy()])?;
    for (shell, place) in [
        ("bash", "share/bash-completion/completions/host-demo"),
        ("zsh", "share/zsh/site-functions/_host-demo"),
        ("fish", "share/fish/vendor_completions.d/host-demo.fish"),
    ] {
        write(&staged.join(place), machine.run(&host, &["completions", shell])?.as_bytes())?;
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
