//! A Linux with musl's C library instead of glibc. Its loader comes with Debian's package `musl`
//! and runs on this machine; zig has what is linked.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{
    build::Build,
    place::Place,
    tools::{Tools, script},
};

/// What loads programs and libraries.
pub const LOADER: &str = "/lib/ld-musl-x86_64.so.1";

/// Rust links musl's programs statically, if nothing else is said; such programs load nothing.
pub const FLAGS: &str = "-Ctarget-feature=-crt-static";

/// The same for one program, with what zig has of a C library.
pub const STATIC: [&str; 2] = ["-Ctarget-feature=+crt-static", "-Clink-self-contained=no"];

/// Zig as a compiler and linker for musl. It links statically, too, if nothing else is said.
const LINK: &str = r#"kind=-dynamic
for word; do
    shift
    case "$word" in
        --target=*) ;;
        -static*) kind= && set -- "$@" "$word" ;;
        *) set -- "$@" "$word" ;;
    esac
done"#;

/// What links for musl.
pub fn linker(tools: &Tools) -> Result<PathBuf, String> {
    let linker = tools.dir.join("bin/musl-cc");
    let zig = tools.dir.join("zig/ziglang/zig");
    let cc = format!("'{}' cc -target x86_64-linux-musl -fno-sanitize=undefined", zig.display());
    script(&linker, &format!("{LINK}\nexec {cc} $kind \"$@\""))?;
    Ok(linker)
}

/// A library for another machine, of which there is no more than how it begins.
pub fn foreign(root: &Path) -> Result<PathBuf, String> {
    const MACHINE: usize = 18;
    const AARCH64: u8 = 183;
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let own = env::current_exe().unwrap_or_default();
    let mut bytes = fs::read(&own).map_err(|error| failed(&own, error))?;
    *bytes.get_mut(MACHINE).ok_or("this program is no ELF file")? = AARCH64;
    let path = root.join("foreign");
    fs::write(&path, bytes).map_err(|error| failed(&path, error))?;
    Ok(path)
}

/// A host that is linked statically, and so can load nothing, says this of a plugin, in one line.
pub fn try_static(build: &Build, place: &Place) -> Result<(), String> {
    let words = ["-p", "host-demo", "--bin", "host-demo", "--", STATIC[0], STATIC[1]];
    build.cargo("rustc", &words)?;
    let output = place.command(&["plugin", "install", &place.path(&place.plugin)]).output();
    let output = output.map_err(|error| format!("a static host: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() || said.lines().count() != 1 || !said.contains("linked statically") {
        return Err(format!("a static host that is to load a plugin says, with {}: {said}", output.status));
    }
    println!("  ok     a static host says that it can load no plugin");
    Ok(())
}
