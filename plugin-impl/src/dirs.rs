//! Where files live: Kedro's own configuration (the user's identity), ours (the user's choice) and our state
//! (queue, log, lock, back-off).
//!
//! | | Linux and other Unix | macOS | Windows |
//! |---|---|---|---|
//! | Kedro's | `$XDG_CONFIG_HOME/kedro` | `~/Library/Application Support/kedro` | `%LOCALAPPDATA%\kedro\kedro` |
//! | ours | `$XDG_CONFIG_HOME/kedro-telemetry` | `~/Library/Application Support/kedro-telemetry` | `%LOCALAPPDATA%\kedro-telemetry` |
//! | state | `$XDG_STATE_HOME/kedro-telemetry` | `…/kedro-telemetry/state` | `…\kedro-telemetry\state` |
//!
//! with `~/.config` and `~/.local/state` for the XDG variables when they are unset, empty or relative (XDG Base
//! Directory Specification 0.8). Kedro's folder is what `appdirs.user_config_dir("kedro")` 1.4.4 gives, but for an empty or
//! relative `XDG_CONFIG_HOME`, with which that lands in the current directory: a command must not leave an
//! identity in whatever folder it was started in.

use std::path::{Path, PathBuf};

use crate::env::Env;

/// The conventions to follow; a parameter so that each can be tested anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// XDG Base Directory Specification.
    Xdg,
    /// `~/Library/Application Support`.
    MacOs,
    /// `%LOCALAPPDATA%`.
    Windows,
}

impl Platform {
    /// The one this library was built for.
    pub const CURRENT: Self = if cfg!(target_os = "macos") {
        Self::MacOs
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Xdg
    };
}

/// No absolute home directory is known, so there is nowhere to keep an identity, a choice or a queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no home directory: set {variable} to an absolute path")]
pub struct NoHome {
    /// The variable that would give it.
    pub variable: &'static str,
}

/// The folders in use; all absolute, none created by asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirs {
    kedro_config: PathBuf,
    config: PathBuf,
    state: PathBuf,
}

impl Dirs {
    /// Resolves the folders for `platform` from `env`.
    pub fn resolve(env: &Env, platform: Platform) -> Result<Self, NoHome> {
        match platform {
            Platform::Xdg => {
                let config = xdg_base(env, "XDG_CONFIG_HOME", ".config")?;
                let state = xdg_base(env, "XDG_STATE_HOME", ".local/state")?;
                Ok(Self {
                    kedro_config: config.join("kedro"),
                    config: config.join("kedro-telemetry"),
                    state: state.join("kedro-telemetry"),
                })
            }
            Platform::MacOs => {
                let base = absolute(env, "HOME")?.join("Library/Application Support");
                Ok(Self::below(base.join("kedro"), &base))
            }
            Platform::Windows => {
                let base = absolute(env, "LOCALAPPDATA")?;
                Ok(Self::below(base.join("kedro").join("kedro"), &base))
            }
        }
    }

    fn below(kedro_config: PathBuf, base: &Path) -> Self {
        let config = base.join("kedro-telemetry");
        Self { kedro_config, state: config.join("state"), config }
    }

    /// Kedro's `telemetry.toml`, which holds the user's identity and is shared with the original plugin.
    #[must_use]
    pub fn identity_file(&self) -> PathBuf {
        self.kedro_config.join("telemetry.toml")
    }

    /// The user's machine-wide choice, see [`crate::consent::UserChoice`].
    #[must_use]
    pub fn choice_file(&self) -> PathBuf {
        self.config.join("consent.toml")
    }

    /// Queue, log, lock and back-off live below this.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }
}

fn xdg_base(env: &Env, variable: &'static str, below_home: &str) -> Result<PathBuf, NoHome> {
    absolute(env, variable).or_else(|_| Ok(absolute(env, "HOME")?.join(below_home)))
}

fn absolute(env: &Env, variable: &'static str) -> Result<PathBuf, NoHome> {
    env.get(variable).map(PathBuf::from).filter(|path| path.is_absolute()).ok_or(NoHome { variable })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xdg(pairs: &[(&str, &str)]) -> Result<Dirs, NoHome> {
        Dirs::resolve(&pairs.iter().copied().collect(), Platform::Xdg)
    }

    #[test]
    fn xdg_folders_follow_the_variables_and_fall_back_to_home() {
        let dirs = xdg(&[("HOME", "/h")]).unwrap();
        assert_eq!(dirs.identity_file(), Path::new("/h/.config/kedro/telemetry.toml"));
        assert_eq!(dirs.choice_file(), Path::new("/h/.config/kedro-telemetry/consent.toml"));
        assert_eq!(dirs.state(), Path::new("/h/.local/state/kedro-telemetry"));

        let dirs = xdg(&[("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "/s")]).unwrap();
        assert_eq!(dirs.identity_file(), Path::new("/c/kedro/telemetry.toml"));
        assert_eq!(dirs.state(), Path::new("/s/kedro-telemetry"));
    }

    #[test]
    fn a_relative_or_empty_variable_never_leads_into_the_current_directory() {
        for value in ["", "conf", "./conf"] {
            let dirs = xdg(&[("HOME", "/h"), ("XDG_CONFIG_HOME", value)]).unwrap();
            assert_eq!(dirs.identity_file(), Path::new("/h/.config/kedro/telemetry.toml"));
            assert_eq!(xdg(&[("HOME", value)]), Err(NoHome { variable: "HOME" }));
        }
        assert_eq!(xdg(&[]).unwrap_err().to_string(), "no home directory: set HOME to an absolute path");
    }

    #[test]
    fn macos_and_windows_have_their_own_places() {
        let env: Env = [("HOME", "/Users/a"), ("LOCALAPPDATA", "/L")].into_iter().collect();
        let mac = Dirs::resolve(&env, Platform::MacOs).unwrap();
        let support = Path::new("/Users/a/Library/Application Support");
        assert_eq!(mac.identity_file(), support.join("kedro/telemetry.toml"));
        assert_eq!(mac.state(), support.join("kedro-telemetry/state"));
        let windows = Dirs::resolve(&env, Platform::Windows).unwrap();
        assert_eq!(windows.identity_file(), Path::new("/L/kedro/kedro/telemetry.toml"));
    }
}
