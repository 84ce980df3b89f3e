//! Where files live: the user's identity and choice in a folder of configuration; queue, log, lock
//! and back-off in a folder of state.
//!
//! | on Linux and other Unix | |
//! |---|---|
//! | configuration | `$XDG_CONFIG_HOME/FOLDER` |
//! | state | `$XDG_STATE_HOME/FOLDER` |
//! | a shared identity | `$XDG_CONFIG_HOME/NAME` |
//! | a choice for all programs | `$XDG_CONFIG_HOME/usage-telemetry`, `/etc/usage-telemetry` |
//!
//! | on macOS, in `~/Library/Application Support` | |
//! |---|---|
//! | configuration | `FOLDER` |
//! | state | `FOLDER/state` |
//! | a shared identity | `NAME` |
//! | a choice for all programs | `usage-telemetry`, `/etc/usage-telemetry` |
//!
//! | on Windows, in `%LOCALAPPDATA%` | |
//! |---|---|
//! | configuration | `FOLDER` |
//! | state | `FOLDER\state` |
//! | a shared identity | `NAME\NAME` |
//! | a choice for all programs | `usage-telemetry` |
//!
//! with `~/.config` and `~/.local/state` for the XDG variables when they are unset, empty or
//! relative (XDG Base Directory Specification 0.8). The folder of a shared identity is what
//! `appdirs.user_config_dir(NAME)` 1.4.4 gives, but for an empty or relative `XDG_CONFIG_HOME`,
//! with which that lands in the current directory: a command must not leave an identity in whatever
//! folder it was started in.

use std::path::{Path, PathBuf};

use crate::{
    env::Env,
    os::{self, Platform},
    profile::Profile,
};

/// There is nowhere to keep an identity, a choice or a queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoHome {
    /// No absolute home directory is known.
    #[error("no home directory: set {variable} to an absolute path")]
    Unknown {
        /// The variable that would give it.
        variable: &'static str,
    },
    /// The home directory is not there, and not ours to make.
    #[error("the home directory {} does not exist", path.display())]
    Missing {
        /// The directory.
        path: PathBuf,
    },
}

/// What holds choices for all programs that record usage with this library.
const ALL_PROGRAMS: &str = "usage-telemetry";

/// What holds a choice, in a folder of configuration.
const CHOICE: &str = "consent.toml";

/// The files and folders in use; all absolute, none created by asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirs {
    base: PathBuf,
    identity_file: PathBuf,
    config: PathBuf,
    state: PathBuf,
    /// Where one of them depends on it.
    home: Option<PathBuf>,
}

impl Dirs {
    /// Resolves the folders of a profile for `platform` from `env`.
    pub fn resolve(profile: &Profile, env: &Env, platform: Platform) -> Result<Self, NoHome> {
        let folder = profile.folder();
        let (base, state) = match platform {
            Platform::Xdg => {
                let state = xdg_base(env, "XDG_STATE_HOME", ".local/state")?.join(&folder);
                (xdg_base(env, "XDG_CONFIG_HOME", ".config")?, Some(state))
            }
            Platform::MacOs => (absolute(env, "HOME")?.join("Library/Application Support"), None),
            Platform::Windows => (absolute(env, "LOCALAPPDATA")?, None),
        };
        let config = base.join(folder);
        let identity_file = match profile.shared_identity {
            Some(shared) if platform == Platform::Windows => {
                base.join(shared.program).join(shared.program).join(shared.file)
            }
            Some(shared) => base.join(shared.program).join(shared.file),
            None => config.join("identity.toml"),
        };
        let home = absolute(env, platform.home()).ok();
        let state = state.unwrap_or_else(|| config.join("state"));
        let home = home.filter(|home| base.starts_with(home) || state.starts_with(home));
        Ok(Self { base, identity_file, config, state, home })
    }

    /// Fails where the home directory is missing.
    pub fn with_home(self) -> Result<Self, NoHome> {
        match &self.home {
            Some(home) if !home.is_dir() => Err(NoHome::Missing { path: home.clone() }),
            _ => Ok(self),
        }
    }

    /// What holds the user's identity.
    #[must_use]
    pub fn identity_file(&self) -> &Path {
        &self.identity_file
    }

    /// The user's choice for this program, see [`crate::choice::UserChoice`].
    #[must_use]
    pub fn choice_file(&self) -> PathBuf {
        self.config.join(CHOICE)
    }

    /// The user's choice for all programs.
    #[must_use]
    pub fn choice_file_for_all(&self) -> PathBuf {
        self.base.join(ALL_PROGRAMS).join(CHOICE)
    }

    /// There once the user has been told that this program records usage.
    #[must_use]
    pub fn notice_file(&self) -> PathBuf {
        self.config.join("notice.toml")
    }

    /// The folders that hold what only this user may decide and read: the program's own.
    pub fn own(&self) -> [&Path; 2] {
        [&self.config, &self.state]
    }

    /// Queue, log, lock and back-off live below this.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }
}

/// The choice of whoever administers this machine, for all its users and programs.
#[must_use]
pub fn machine_choice_file() -> Option<PathBuf> {
    os::SETTINGS.map(|folder| Path::new(folder).join(ALL_PROGRAMS).join(CHOICE))
}

fn xdg_base(env: &Env, variable: &'static str, below_home: &str) -> Result<PathBuf, NoHome> {
    absolute(env, variable).or_else(|_| Ok(absolute(env, "HOME")?.join(below_home)))
}

fn absolute(env: &Env, variable: &'static str) -> Result<PathBuf, NoHome> {
    env.get(variable).map(PathBuf::from).filter(|path| path.is_absolute()).ok_or(NoHome::Unknown { variable })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::SharedIdentity;

    fn profile() -> Profile {
        Profile::new("notes", "1").with_shared_identity(SharedIdentity::new("tea", "telemetry.toml"))
    }

    #[cfg(unix)]
    fn xdg(pairs: &[(&str, &str)]) -> Result<Dirs, NoHome> {
        Dirs::resolve(&profile(), &pairs.iter().copied().collect(), Platform::Xdg)
    }

    #[cfg(unix)]
    #[test]
    fn xdg_folders_follow_the_variables_and_fall_back_to_home() {
        let dirs = xdg(&[("HOME", "/h")]).unwrap();
        assert_eq!(dirs.identity_file(), Path::new("/h/.config/tea/telemetry.toml"));
        assert_eq!(dirs.choice_file(), Path::new("/h/.config/notes-telemetry/consent.toml"));
        assert_eq!(dirs.choice_file_for_all(), Path::new("/h/.config/usage-telemetry/consent.toml"));
        assert_eq!(dirs.state(), Path::new("/h/.local/state/notes-telemetry"));

        let dirs = xdg(&[("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "/s")]).unwrap();
        assert_eq!(dirs.identity_file(), Path::new("/c/tea/telemetry.toml"));
        assert_eq!(dirs.state(), Path::new("/s/notes-telemetry"));

        let own = Dirs::resolve(&Profile::new("notes", "1"), &[("HOME", "/h")].into_iter().collect(), Platform::Xdg);
        assert_eq!(own.unwrap().identity_file(), Path::new("/h/.config/notes-telemetry/identity.toml"));
    }

    #[cfg(unix)]
    #[test]
    fn a_relative_or_empty_variable_never_leads_into_the_current_directory() {
        for value in ["", "conf", "./conf"] {
            let dirs = xdg(&[("HOME", "/h"), ("XDG_CONFIG_HOME", value)]).unwrap();
            assert_eq!(dirs.identity_file(), Path::new("/h/.config/tea/telemetry.toml"));
            assert_eq!(xdg(&[("HOME", value)]), Err(NoHome::Unknown { variable: "HOME" }));
        }
        assert_eq!(xdg(&[]).unwrap_err().to_string(), "no home directory: set HOME to an absolute path");
    }

    #[cfg(unix)]
    #[test]
    fn macos_has_its_own_places() {
        let env: Env = [("HOME", "/Users/a")].into_iter().collect();
        let mac = Dirs::resolve(&profile(), &env, Platform::MacOs).unwrap();
        let support = Path::new("/Users/a/Library/Application Support");
        assert_eq!(mac.identity_file(), support.join("tea/telemetry.toml"));
        assert_eq!(mac.state(), support.join("notes-telemetry/state"));
    }

    #[test]
    fn windows_has_its_own_places() {
        let local = std::env::temp_dir();
        let env: Env = [("LOCALAPPDATA", local.to_str().unwrap())].into_iter().collect();
        let windows = Dirs::resolve(&profile(), &env, Platform::Windows).unwrap();
        assert_eq!(windows.identity_file(), local.join("tea/tea/telemetry.toml"));
        assert_eq!(windows.state(), local.join("notes-telemetry/state"));
        let nothing: Env = [("HOME", "/h")].into_iter().collect();
        assert!(Dirs::resolve(&profile(), &nothing, Platform::Windows).is_err());
    }
}
