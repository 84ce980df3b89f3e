//! Virtual environments with packages of certain versions.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::workspace;

/// A virtual environment.
#[derive(Clone, Debug)]
pub struct Environment {
    dir: PathBuf,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// A program that makes it is missing, or does not work without a network.
    #[error("{program} does not work here: {reason}")]
    Program {
        /// Which one.
        program: &'static str,
        /// The end of what it said.
        reason: String,
    },
    /// A file of it.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Environment {
    /// The environment in `dir`, made when it is not there or has other packages than `pinned`, each
    /// as pip takes it. Packages named in `without` are taken out again.
    ///
    /// # Errors
    /// When there is no Python, or it cannot install packages.
    pub fn with(dir: &Path, pinned: &[&str], without: &[&str]) -> Result<Self, EnvironmentError> {
        Self::of("python3", dir, pinned, without)
    }

    /// The same of an interpreter of this name.
    ///
    /// # Errors
    /// When there is none, or it cannot install packages.
    pub fn of(
        interpreter: &'static str,
        dir: &Path,
        pinned: &[&str],
        without: &[&str],
    ) -> Result<Self, EnvironmentError> {
        let environment = Self { dir: dir.to_owned() };
        let stamp = dir.join("pinned");
        let wanted = format!("{}\nwithout {}", pinned.join("\n"), without.join(" "));
        if fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == wanted) {
            return Ok(environment);
        }
        Self::fresh(Path::new(interpreter), dir)?;
        environment.pip(&[&["install"], pinned].concat())?;
        if !without.is_empty() {
            environment.pip(&[&["uninstall", "--yes"], without].concat())?;
        }
        fs::write(&stamp, wanted).map_err(|error| EnvironmentError::File { path: stamp, error })?;
        Ok(environment)
    }

    /// A new environment in `dir`, of this interpreter, with pip and nothing else.
    ///
    /// # Errors
    /// When the interpreter makes none.
    pub fn fresh(python: &Path, dir: &Path) -> Result<Self, EnvironmentError> {
        succeeds("python -m venv", Command::new(python).args(["-m", "venv", "--clear"]).arg(dir))?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Its interpreter.
    pub fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// A program that one of its packages brings.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join("bin").join(name)
    }

    /// The folder of its packages.
    ///
    /// # Errors
    /// When Python does not say.
    pub fn site_packages(&self) -> Result<PathBuf, EnvironmentError> {
        let mut python = Command::new(self.python());
        python.args(["-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]);
        Ok(PathBuf::from(succeeds("python", &mut python)?.trim_end()))
    }

    /// Runs pip.
    ///
    /// # Errors
    /// What it said, when it failed.
    pub fn pip(&self, args: &[&str]) -> Result<String, EnvironmentError> {
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "--disable-pip-version-check", "--quiet"]).args(args).current_dir(workspace());
        succeeds("pip", &mut pip)
    }
}

/// Longest that is shown of what a program said, in characters.
const SHOWN: usize = 2000;

fn succeeds(program: &'static str, command: &mut Command) -> Result<String, EnvironmentError> {
    let failed = |reason: String| EnvironmentError::Program { program, reason };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let beginning = said.char_indices().rev().nth(SHOWN).map_or(0, |(index, _)| index);
    Err(failed(said.get(beginning..).unwrap_or_default().trim().to_owned()))
}
