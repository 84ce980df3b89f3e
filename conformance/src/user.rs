//! Users: where they keep everything, and what they have been told.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where the user `home` keeps everything.
pub fn environment(home: &Path) -> [(&'static str, PathBuf); 5] {
    [
        ("HOME", home.to_owned()),
        ("XDG_CONFIG_HOME", home.join("config")),
        ("XDG_STATE_HOME", home.join("state")),
        ("XDG_DATA_HOME", home.join("data")),
        ("XDG_CACHE_HOME", home.join("cache")),
    ]
}

/// Makes a home that of a user who has been told of telemetry, as what comes with the notice would
/// wait for the next command, and who is the same in every program.
pub fn settle_in(home: &Path) -> io::Result<()> {
    let shared = home.join("config/kedro/telemetry.toml");
    for program in ["kedro", "host-demo"] {
        let folder = home.join("config/kedro-telemetry").join(program);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("notice.toml"), "")?;
        if shared.is_file() {
            fs::copy(&shared, folder.join("identity.toml"))?;
        }
    }
    Ok(())
}
