//! Whether usage may be recorded, and which rule says so.
//!
//! Any refusal wins: the variables `DO_NOT_TRACK` and `KEDRO_DISABLE_TELEMETRY` (present is enough, an empty value
//! counts), `GITHUB_REPOSITORY_OWNER=kedro-org`, the user's own machine-wide refusal, and `consent: false` in the
//! project's `.telemetry`, or what may be one in a `.telemetry` that cannot be understood. Otherwise usage is recorded: explicitly with `consent: true`, else implicitly, which the user is told
//! about once. Nothing here writes a file, but for the functions that record the user's own choice.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::env::Env;
use crate::files::{self, Created, FileError};
use crate::queue::remove_file;
use crate::statement::{self, NoStatement};

/// Each of these refuses by being present.
pub const REFUSING_VARIABLES: [&str; 2] = ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY"];
/// The project's statement, in its root.
pub const PROJECT_FILE: &str = ".telemetry";
/// Our own file holds two lines; more than this is something else.
const MAX_FILE: u64 = 16 * 1024;
/// The original reads a `.telemetry` of any size.
const MAX_PROJECT_FILE: u64 = 1024 * 1024;

/// The rule that decided.
#[derive(Debug)]
pub enum Source {
    /// One of [`REFUSING_VARIABLES`] is set.
    Variable(&'static str),
    /// The Kedro team's own CI.
    KedroOrganisation,
    /// The user's machine-wide refusal in this file.
    User(PathBuf),
    /// The user's file is there but says nothing legible: taken for the refusal it may be.
    UserIllegible(ChoiceError),
    /// `consent: …` in this `.telemetry` file.
    Project(PathBuf),
    /// The project's file is there, cannot be understood, and may state a refusal: taken for one.
    ProjectIllegible(ProjectFileError),
    /// Nobody said anything.
    Default,
}

impl Source {
    /// What decided, without the path that may name a user or a project: for the local log.
    #[must_use]
    pub fn without_path(&self) -> String {
        match self {
            Self::User(_) => "stated for this user".to_owned(),
            Self::Project(_) => format!("stated in the project's {PROJECT_FILE}"),
            Self::UserIllegible(_) => "the user's choice cannot be read; taken for a refusal".to_owned(),
            Self::ProjectIllegible(_) => format!("the project's {PROJECT_FILE} cannot be read; taken for a refusal"),
            Self::Variable(_) | Self::KedroOrganisation | Self::Default => self.to_string(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the environment variable {name} is set"),
            Self::KedroOrganisation => write!(f, "GITHUB_REPOSITORY_OWNER is kedro-org"),
            Self::User(path) | Self::Project(path) => write!(f, "stated in {}", path.display()),
            Self::UserIllegible(error) => write!(f, "{error}; taken for a refusal"),
            Self::ProjectIllegible(error) => write!(f, "{error}; taken for the refusal that it may be"),
            Self::Default => write!(f, "nothing states otherwise"),
        }
    }
}

/// A decision with its reason.
#[derive(Debug)]
pub struct Consent {
    granted: bool,
    source: Source,
    is_announced: bool,
    ignored: Option<ProjectFileError>,
}

impl Consent {
    fn new(granted: bool, source: Source) -> Self {
        Self { granted, source, is_announced: false, ignored: None }
    }

    /// Whether usage may be recorded and sent.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.granted
    }

    /// Granted by nobody's objection only, which is announced once.
    #[must_use]
    pub fn is_implicit(&self) -> bool {
        self.granted && matches!(self.source, Source::Default)
    }

    /// Granted by nobody's objection, of which this user has not been told yet.
    #[must_use]
    pub fn is_to_be_announced(&self) -> bool {
        self.is_implicit() && !self.is_announced
    }

    /// The rule that decided.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// A `.telemetry` file that is there but states nothing: worth a line in `telemetry status`.
    #[must_use]
    pub fn ignored(&self) -> Option<&ProjectFileError> {
        self.ignored.as_ref()
    }
}

/// Why a `.telemetry` file counts as no statement.
#[derive(Debug, thiserror::Error)]
pub enum ProjectFileError {
    /// Unreadable, not text, not a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Read, but not understood.
    #[error("{path} is not understood: {reason}")]
    Statement {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: NoStatement,
    },
}

/// Decides for a command in `project_root` (its absolute path; `None` outside any project) under the user's choice in `choice_file`.
///
/// Without a `choice_file` there is no home to keep a choice in, and no choice.
#[must_use]
pub fn decide(env: &Env, choice_file: Option<&Path>, project_root: Option<&Path>) -> Consent {
    if let Some(source) = refusing_variable(env) {
        return Consent::new(false, source);
    }
    let choice = match choice_file.map_or_else(|| Ok(UserChoice::default()), UserChoice::load) {
        Ok(choice) => choice,
        Err(error) => return Consent::new(false, Source::UserIllegible(error)),
    };
    if let (Some(false), Some(path)) = (choice.consent, choice_file) {
        return Consent::new(false, Source::User(path.into()));
    }
    Consent { is_announced: choice.notice_shown, ..decide_for_project(project_root) }
}

fn decide_for_project(project_root: Option<&Path>) -> Consent {
    let Some(project_root) = project_root else {
        return Consent::new(true, Source::Default);
    };
    let path = project_root.join(PROJECT_FILE);
    match project_statement(&path) {
        Stated::Consent(granted) => Consent::new(granted, Source::Project(path)),
        Stated::Nothing => Consent::new(true, Source::Default),
        Stated::Ignored(error) => Consent { ignored: Some(error), ..Consent::new(true, Source::Default) },
        Stated::MayRefuse(error) => Consent::new(false, Source::ProjectIllegible(error)),
    }
}

fn refusing_variable(env: &Env) -> Option<Source> {
    if let Some(name) = REFUSING_VARIABLES.into_iter().find(|name| env.is_set(name)) {
        return Some(Source::Variable(name));
    }
    let owner = env.get("GITHUB_REPOSITORY_OWNER")?;
    (owner == "kedro-org").then_some(Source::KedroOrganisation)
}

/// What a `.telemetry` file says.
enum Stated {
    Consent(bool),
    /// There is no such file.
    Nothing,
    /// Not understood, and no refusal.
    Ignored(ProjectFileError),
    /// Not understood; it may be a refusal.
    MayRefuse(ProjectFileError),
}

impl Stated {
    fn unclear(error: impl Into<ProjectFileError>, may_refuse: bool) -> Self {
        if may_refuse { Self::MayRefuse(error.into()) } else { Self::Ignored(error.into()) }
    }
}

fn project_statement(path: &Path) -> Stated {
    let bytes = match files::read(path, MAX_PROJECT_FILE) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Stated::Nothing,
        // A directory or a pipe states nothing; what is in a file that cannot be read, nobody knows.
        Err(error) => {
            let is_file = !matches!(error, FileError::NotRegular { .. });
            return Stated::unclear(error, is_file);
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let letters = String::from_utf8_lossy(error.as_bytes());
            return Stated::unclear(FileError::NotUtf8 { path: path.into() }, statement::may_refuse(&letters));
        }
    };
    match statement::consent(&text) {
        Ok(granted) => Stated::Consent(granted),
        Err(reason) => {
            let may_refuse = reason.is_unread() && statement::may_refuse(&text);
            Stated::unclear(ProjectFileError::Statement { path: path.into(), reason }, may_refuse)
        }
    }
}

/// States `granted` in the `.telemetry` file of the project at `project_root`.
///
/// The file is replaced whole, as it holds nothing else.
pub fn set_project(project_root: &Path, granted: bool) -> Result<(), FileError> {
    let text = format!("consent: {granted}\n");
    files::replace(&project_root.join(PROJECT_FILE), text.as_bytes())
}

/// What this user decided for the whole machine, in a small TOML file of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct UserChoice {
    /// `false` refuses everywhere; `true` is no more than the absence of a refusal.
    pub consent: Option<bool>,
    /// Whether implicit consent has been announced to this user.
    #[serde(default)]
    pub notice_shown: bool,
}

/// Why the user's choice could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// Unreadable, not text, not a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not the TOML we write.
    #[error("{path} cannot be understood: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in one line.
        reason: String,
    },
}

impl UserChoice {
    /// Reads the file; without one there is no choice.
    pub fn load(path: &Path) -> Result<Self, ChoiceError> {
        let Some(text) = files::read_text(path, MAX_FILE)? else {
            return Ok(Self::default());
        };
        toml::from_str(&text)
            .map_err(|error| ChoiceError::Malformed { path: path.into(), reason: error.message().replace('\n', " ") })
    }

    /// Writes the file in one step, its folder made if need be.
    pub fn store(self, path: &Path) -> Result<(), FileError> {
        files::replace(path, self.text().as_bytes())
    }

    fn text(self) -> String {
        let consent = self.consent.map(|consent| format!("consent = {consent}\n"));
        format!("{}notice_shown = {}\n", consent.unwrap_or_default(), self.notice_shown)
    }
}

/// Records the user's machine-wide choice, replacing what the file said, were it illegible.
pub fn set_user(choice_file: &Path, granted: bool) -> Result<(), FileError> {
    let choice = UserChoice {
        consent: Some(granted),
        // Whoever decides knows.
        notice_shown: true,
    };
    choice.store(choice_file)
}

/// Remembers that implicit consent has been announced; `true` when it had not been before. Of several processes that do
/// so at once for a new user, one is told `true`.
///
/// An illegible file is left alone: it counts as a refusal, and nothing is announced under one.
pub fn mark_notice_shown(choice_file: &Path) -> Result<bool, ChoiceError> {
    let announced = UserChoice { notice_shown: true, ..UserChoice::default() };
    if !choice_file.exists() && files::write_new(choice_file, announced.text().as_bytes())? == Created::Yes {
        return Ok(true);
    }
    let choice = UserChoice::load(choice_file)?;
    if choice.notice_shown {
        return Ok(false);
    }
    UserChoice { notice_shown: true, ..choice }.store(choice_file)?;
    Ok(true)
}

/// Takes back what [`mark_notice_shown`] has written: there was nothing to announce after all.
pub fn unmark_notice(choice_file: &Path) -> Result<(), ChoiceError> {
    let choice = UserChoice { notice_shown: false, ..UserChoice::load(choice_file)? };
    match choice.consent {
        Some(_) => choice.store(choice_file)?,
        None => drop(remove_file(choice_file)?),
    }
    Ok(())
}
