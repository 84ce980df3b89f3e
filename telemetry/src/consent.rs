//! Whether usage may be recorded, and which rule says so.
//!
//! Any refusal wins: the variables of the profile that refuse by being set (an empty value counts)
//! or by a value, the user's own refusal on this machine, and a no in the project's file, or what
//! may be one in a file that cannot be understood. Otherwise usage is recorded: explicitly with a
//! yes of the project, else implicitly, which the user is told about once. Nothing here writes a
//! file, but for the functions that record the user's own choice.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    env::Env,
    files::{self, Created, FileError},
    profile::{Profile, ProjectFile, ProjectStatement},
};

/// Our own file holds two lines; more than this is something else.
const MAX_FILE: u64 = 16 * 1024;
/// A project's file may hold more than we would write.
const MAX_PROJECT_FILE: u64 = 1024 * 1024;

/// The rule that decided.
#[derive(Debug)]
pub enum ConsentSource {
    /// This variable is set.
    Variable(String),
    /// This variable has this value.
    Value(String, String),
    /// The user's refusal on this machine, in this file.
    User(PathBuf),
    /// The user's file is there but says nothing legible: taken for the refusal it may be.
    UserIllegible(ChoiceError),
    /// What the project's file says, at this path.
    Project(PathBuf),
    /// The project's file is there, cannot be understood, and may state a refusal: taken for one.
    ProjectIllegible(ProjectFileError),
    /// Nobody said anything.
    Default,
}

impl ConsentSource {
    /// What decided, without the path that may name a user or a project: for the local log.
    #[must_use]
    pub fn without_path(&self) -> String {
        match self {
            Self::User(_) => "stated for this user".to_owned(),
            Self::Project(path) => format!("stated in the project's {}", name_of(path)),
            Self::UserIllegible(_) => "the user's choice cannot be read; taken for a refusal".to_owned(),
            Self::ProjectIllegible(error) => {
                format!("the project's {} cannot be read; taken for a refusal", name_of(error.path()))
            }
            Self::Variable(_) | Self::Value(..) | Self::Default => self.to_string(),
        }
    }
}

impl fmt::Display for ConsentSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the environment variable {name} is set"),
            Self::Value(name, value) => write!(f, "{name} is {value}"),
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
    source: ConsentSource,
    is_announced: bool,
    ignored: Option<ProjectFileError>,
}

impl Consent {
    fn new(granted: bool, source: ConsentSource) -> Self {
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
        self.granted && matches!(self.source, ConsentSource::Default)
    }

    /// Granted by nobody's objection, of which this user has not been told yet.
    pub(crate) fn is_to_be_announced(&self) -> bool {
        self.is_implicit() && !self.is_announced
    }

    /// Which rule decided, for people to read.
    #[must_use]
    pub fn reason(&self) -> String {
        self.source.to_string()
    }

    /// The rule that decided.
    pub(crate) fn source(&self) -> &ConsentSource {
        &self.source
    }

    /// A project's file that is there but states nothing: worth a line in `telemetry status`.
    pub(crate) fn ignored(&self) -> Option<&ProjectFileError> {
        self.ignored.as_ref()
    }
}

/// Why a project's file counts as no statement.
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
        reason: String,
    },
}

impl ProjectFileError {
    fn path(&self) -> &Path {
        match self {
            Self::File(error) => error.path(),
            Self::Statement { path, .. } => path,
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Decides for a command in `project_root` (its absolute path; `None` outside any project) under
/// the user's choice in `choice_file`.
///
/// Without a `choice_file` there is no home to keep a choice in, and no choice.
#[must_use]
pub fn decide(profile: &Profile, env: &Env, choice_file: Option<&Path>, project_root: Option<&Path>) -> Consent {
    if let Some(source) = refusing_variable(profile, env) {
        return Consent::new(false, source);
    }
    let choice = match choice_file.map_or_else(|| Ok(UserChoice::default()), UserChoice::load) {
        Ok(choice) => choice,
        Err(error) => return Consent::new(false, ConsentSource::UserIllegible(error)),
    };
    if let (Some(false), Some(path)) = (choice.consent, choice_file) {
        return Consent::new(false, ConsentSource::User(path.into()));
    }
    Consent { is_announced: choice.notice_shown, ..decide_for_project(profile.project_file, project_root) }
}

fn decide_for_project(file: Option<ProjectFile>, project_root: Option<&Path>) -> Consent {
    let (Some(file), Some(project_root)) = (file, project_root) else {
        return Consent::new(true, ConsentSource::Default);
    };
    let path = project_root.join(file.name);
    match project_statement(file, &path) {
        Stated::Consent(granted) => Consent::new(granted, ConsentSource::Project(path)),
        Stated::Nothing => Consent::new(true, ConsentSource::Default),
        Stated::Ignored(error) => Consent { ignored: Some(error), ..Consent::new(true, ConsentSource::Default) },
        Stated::MayRefuse(error) => Consent::new(false, ConsentSource::ProjectIllegible(error)),
    }
}

fn refusing_variable(profile: &Profile, env: &Env) -> Option<ConsentSource> {
    if let Some(name) = profile.refusing_variables.iter().find(|name| env.is_set(name)) {
        return Some(ConsentSource::Variable(name.to_string()));
    }
    let mut values = profile.refusing_values.iter();
    let (name, value) = values.find(|(name, value)| env.get(name).is_some_and(|found| found == value.as_ref()))?;
    Some(ConsentSource::Value(name.to_string(), value.to_string()))
}

/// What a project's file says.
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

fn project_statement(file: ProjectFile, path: &Path) -> Stated {
    let bytes = match files::read(path, MAX_PROJECT_FILE) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Stated::Nothing,
        // A directory or a pipe states nothing; what is in a file that cannot be read, nobody
        // knows.
        Err(error) => {
            let is_file = !matches!(error, FileError::NotRegular { .. });
            return Stated::unclear(error, is_file);
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let letters = String::from_utf8_lossy(error.as_bytes());
            return Stated::unclear(FileError::NotUtf8 { path: path.into() }, (file.may_refuse)(&letters));
        }
    };
    let unclear = |reason| ProjectFileError::Statement { path: path.into(), reason };
    match (file.read)(&text) {
        ProjectStatement::Consent(granted) => Stated::Consent(granted),
        ProjectStatement::Nothing(reason) => Stated::Ignored(unclear(reason)),
        ProjectStatement::MayRefuse(reason) => Stated::MayRefuse(unclear(reason)),
    }
}

/// States `granted` in this file of the project at `project_root`.
///
/// The file is replaced whole, as it holds nothing else.
pub fn set_project(file: ProjectFile, project_root: &Path, granted: bool) -> Result<(), FileError> {
    files::replace(&project_root.join(file.name), (file.write)(granted).as_bytes())
}

/// What this user decided on this machine, in a small TOML file of the program's own.
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

/// Records the user's choice on this machine, replacing what the file said, were it illegible.
pub fn set_user(choice_file: &Path, granted: bool) -> Result<(), FileError> {
    let choice = UserChoice {
        consent: Some(granted),
        // Whoever decides knows.
        notice_shown: true,
    };
    choice.store(choice_file)
}

/// Remembers that implicit consent has been announced; `true` when it had not been before. Of
/// several processes that do so at once for a new user, one is told `true`.
///
/// An illegible file is left alone: it counts as a refusal, and nothing is announced under one.
pub fn mark_notice_shown(choice_file: &Path) -> Result<bool, ChoiceError> {
    let announced = UserChoice { notice_shown: true, ..UserChoice::default() };
    if !choice_file.exists() && files::create_new(choice_file, announced.text().as_bytes())? == Created::Yes {
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
        None => drop(files::remove(choice_file)?),
    }
    Ok(())
}
