//! A Windows of one's own, as Wine plays it.

use std::{ffi::OsString, fs, path::Path, process::Command};

use super::{build::Build, place::Place};
use crate::process::succeeds;

/// A library of Windows that Wine lacks before its version 9, and in which the standard library has
/// its random numbers.
const RANDOM: &str = "#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
";

/// A new user of a new Windows, with what `build` makes.
pub fn place(build: &Build, compiler: &str, root: &Path) -> Result<Place, String> {
    Ok(Place {
        runner: vec!["wine".into()],
        env: system(compiler, root)?,
        host: build.output().join("host-demo.exe"),
        plugin: build.output().join("kedro_telemetry.dll"),
        suffix: ".dll",
        root: root.to_owned(),
        config: root.join("wine/drive_c/users/cook/AppData/Roaming/host-demo/config"),
        shown,
    })
}

/// A new Windows below `root`, as the environment of what runs there.
pub fn system(compiler: &str, root: &Path) -> Result<Vec<(OsString, OsString)>, String> {
    let prefix = root.join("wine");
    let env = [
        ("PATH", std::env::var_os("PATH").unwrap_or_default()),
        ("HOME", root.into()),
        ("USER", "cook".into()),
        // Names of files have umlauts.
        ("LC_ALL", "C.UTF-8".into()),
        ("WINEPREFIX", prefix.clone().into()),
        ("WINEARCH", "win64".into()),
        ("WINEDEBUG", "-all".into()),
        // It asks for neither .NET nor a browser, and makes no menu.
        ("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d".into()),
    ];
    let mut boot = Command::new("wineboot");
    succeeds(boot.arg("--init").env_clear().envs(env.clone()))?;
    let random = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if !random.exists() {
        let source = root.join("random.c");
        fs::write(&source, RANDOM).map_err(|error| format!("{}: {error}", source.display()))?;
        succeeds(Command::new(compiler).arg("-shared").arg(&source).arg("-ladvapi32").arg("-o").arg(&random))?;
    }
    Ok(env.map(|(name, value)| (name.into(), value)).into())
}

/// A path of this machine, as programs of Windows have it.
pub fn shown(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}
