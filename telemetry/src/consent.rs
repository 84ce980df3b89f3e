//! Whether usage may be recorded, and which rule says so.
//!
//! Any refusal wins: the variables of the profile that refuse by being set (an empty value counts)
//! or by a value, the user's refusal for this program or for all, the administrator's for all users
//! of the machine, and a no in the project's file, or what may be one in a file that cannot be
//! understood. Where others can change what the user decides, nobody knows what that was, and it
//! counts as a refusal. Whoever may refuse for a user may also have usage stay on this machine.
//! Otherwise usage is recorded: explicitly with a yes of the project, else
//! implicitly. The user is told about it once, whoever has consented. Nothing here writes a file.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    choice::{ChoiceError, UserChoice},
    dirs::{Dirs, machine_choice_file},
    env::Env,
    mode::Mode,
    notice,
    ownership::{self, OwnershipError},
    profile::{Profile, ProjectFile},
    run_fact::Decider,
    statement::{ProjectFileError, Stated, project_statement},
};

/// The rule that decided.
#[derive(Debug)]
pub enum ConsentSource {
    /// This variable is set.
    Variable(String),
    /// This variable has this value.
    Value(String, String),
    /// The user's refusal, in this file.
    User(PathBuf),
    /// The user's refusal for all programs, in this file.
    UserForAll(PathBuf),
    /// The administrator's refusal for all users and programs, in this file.
    Machine(PathBuf),
    /// The file is there but says nothing legible: taken for the refusal it may be.
    ChoiceIllegible(ChoiceError),
    /// Others can change what the user decides, or it is not the user's: taken for a refusal.
    NotTheUsers(OwnershipError),
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
            Self::UserForAll(_) => "stated for all programs of this user".to_owned(),
            Self::Machine(_) => "stated for all users of this machine".to_owned(),
            Self::NotTheUsers(error) => format!("{}; taken for a refusal", error.without_path()),
            Self::Project(path) => format!("stated in the project's {}", name_of(path)),
            Self::ChoiceIllegible(_) => "the user's choice cannot be read; taken for a refusal".to_owned(),
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
            Self::UserForAll(path) => write!(f, "stated for all programs in {}", path.display()),
            Self::Machine(path) => write!(f, "stated for all users of this machine in {}", path.display()),
            Self::ChoiceIllegible(error) => write!(f, "{error}; taken for a refusal"),
            Self::NotTheUsers(error) => write!(f, "{error}; taken for a refusal"),
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
    /// Who has it stay on this machine.
    local: Option<ConsentSource>,
    /// Whether the user has said so for this program.
    is_users: bool,
    is_announced: bool,
    ignored: Option<ProjectFileError>,
}

impl Consent {
    fn new(granted: bool, source: ConsentSource) -> Self {
        Self { granted, source, local: None, is_users: false, is_announced: false, ignored: None }
    }

    /// What may become of usage.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.local {
            _ if !self.granted => Mode::Off,
            Some(_) => Mode::Local,
            None => Mode::On,
        }
    }

    /// Whether usage may be recorded.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.granted
    }

    /// Granted by nobody's objection only.
    #[must_use]
    pub fn is_implicit(&self) -> bool {
        self.granted && matches!(self.source, ConsentSource::Default)
    }

    /// Granted, of which this user has not been told yet. A yes in a project's file tells nobody:
    /// whoever clones the project has it, too.
    pub(crate) fn is_to_be_announced(&self) -> bool {
        self.granted && !self.is_announced
    }

    /// Which rule decided, for people to read.
    #[must_use]
    pub fn reason(&self) -> String {
        let local = self.local.as_ref().filter(|_| self.granted);
        local.unwrap_or(&self.source).to_string()
    }

    /// Who has said yes.
    pub(crate) fn decided_by(&self) -> Decider {
        match self.source {
            _ if self.is_users => Decider::User,
            ConsentSource::Project(_) => Decider::Project,
            _ => Decider::Nobody,
        }
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

/// What a person may have decided in, and whether that was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceFiles {
    own: PathBuf,
    for_all: PathBuf,
    notice: PathBuf,
    ownership: Result<(), OwnershipError>,
}

impl ChoiceFiles {
    /// Those of a program, in these folders.
    #[must_use]
    pub fn of(dirs: &Dirs) -> Self {
        Self {
            own: dirs.choice_file(),
            for_all: dirs.choice_file_for_all(),
            notice: dirs.notice_file(),
            ownership: dirs.own().into_iter().try_for_each(ownership::check),
        }
    }

    /// All in one folder.
    #[cfg(feature = "internals")]
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            own: folder.join("consent.toml"),
            for_all: folder.join("consent-for-all.toml"),
            notice: folder.join("notice.toml"),
            ownership: Ok(()),
        }
    }

    /// What the user has said for this program, and who has usage stay on this machine, unless
    /// somebody refuses.
    fn own_choice(&self) -> Result<(UserChoice, Option<ConsentSource>), ConsentSource> {
        let mut local = None;
        let mut heed = |file: &Path, source: fn(PathBuf) -> ConsentSource| {
            let choice = UserChoice::load(file).map_err(ConsentSource::ChoiceIllegible)?;
            match choice.consent {
                Some(Mode::Off) => return Err(source(file.to_owned())),
                Some(Mode::Local) => drop(local.get_or_insert(source(file.to_owned()))),
                Some(Mode::On) | None => {}
            }
            Ok(choice)
        };
        let own = heed(&self.own, ConsentSource::User)?;
        heed(&self.for_all, ConsentSource::UserForAll)?;
        if let Some(machine) = machine_choice_file() {
            heed(&machine, ConsentSource::Machine)?;
        }
        self.ownership.clone().map_err(ConsentSource::NotTheUsers)?;
        Ok((own, local))
    }
}

/// Decides for a command in `project_root` (its absolute path; `None` outside any project) under
/// what a person has decided in `files`.
///
/// Without `files` there is no home to keep a choice in, and no choice.
#[must_use]
pub fn decide(profile: &Profile, env: &Env, files: Option<&ChoiceFiles>, project_root: Option<&Path>) -> Consent {
    if let Some(source) = refusing_variable(profile, env) {
        return Consent::new(false, source);
    }
    let Some(files) = files else { return decide_for_project(profile.project_file, project_root) };
    let (choice, local) = match files.own_choice() {
        Ok(chosen) => chosen,
        Err(source) => return Consent::new(false, source),
    };
    // Whoever has decided knows.
    let is_users = choice.consent.is_some();
    let is_announced = is_users || notice::is_given(&files.notice);
    Consent { local, is_users, is_announced, ..decide_for_project(profile.project_file, project_root) }
}

fn decide_for_project(file: Option<ProjectFile>, project_root: Option<&Path>) -> Consent {
    let (Some(file), Some(project_root)) = (file, project_root) else {
        return Consent::new(true, ConsentSource::Default);
    };
    let path = project_root.join(file.name);
    match project_statement(file, &path) {
        Stated::Consent(granted) => Consent::new(granted, ConsentSource::Project(path)),
        Stated::NoFile => Consent::new(true, ConsentSource::Default),
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

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
