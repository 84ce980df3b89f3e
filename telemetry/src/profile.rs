//! What one program's telemetry is: its names, variables, folders, rules of consent, and schema.

mod project_file;
mod shared_identity;

use std::{
    borrow::Cow,
    fmt::Write,
    path::{Path, PathBuf},
};

use crate::{
    envelope::{ENVELOPE, STANDARD},
    run_fact::{RunFact, sampling_row},
    schema::{EventSchema, JsonSchema, SchemaRow},
};

pub use self::{
    project_file::{ProjectFile, ProjectStatement},
    shared_identity::SharedIdentity,
};

/// Refuses wherever it is set, whatever the program.
pub(crate) const DO_NOT_TRACK: &str = "DO_NOT_TRACK";

type Name = Cow<'static, str>;

/// What one program's telemetry is.
///
/// All names follow from the program's own: `notes` keeps its files in folders called
/// `notes-telemetry`, reads `NOTES_TELEMETRY_ENDPOINT`, `NOTES_TELEMETRY_APP_ID` and
/// `NOTES_TELEMETRY_DELIVERY`, and is refused by `NOTES_NO_TELEMETRY` and `DO_NOT_TRACK`. Each can
/// be set otherwise. No endpoint is set: without one, events stay on this machine.
///
/// ```
/// use usage_telemetry::Profile;
///
/// let profile = Profile::new("notes", env!("CARGO_PKG_VERSION")).with_app_id("1234567890");
/// ```
#[derive(Debug, Clone)]
pub struct Profile {
    pub(crate) program: Name,
    pub(crate) version: Name,
    pub(crate) library: Option<Name>,
    pub(crate) endpoint: Option<Name>,
    pub(crate) endpoint_variable: Name,
    pub(crate) app_id_variable: Name,
    pub(crate) delivery_variable: Name,
    pub(crate) refusing_variables: Vec<Name>,
    pub(crate) refusing_values: Vec<(Name, Name)>,
    pub(crate) app_id: Name,
    pub(crate) settings_owner: Name,
    pub(crate) project_file: Option<ProjectFile>,
    pub(crate) shared_identity: Option<SharedIdentity>,
    pub(crate) kept_by_purge: Option<Name>,
    pub(crate) fields: SchemaFields,
    pub(crate) events: &'static [EventSchema],
    pub(crate) event_of_each_command: Option<&'static str>,
    pub(crate) facts: Vec<RunFact>,
    pub(crate) known_plugins: Vec<Name>,
    pub(crate) samples: Vec<(Name, u32)>,
    pub(crate) previews: bool,
}

/// Where the fields of a profile come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SchemaFields {
    /// These, behind the standard ones.
    BehindStandard(&'static [SchemaRow]),
    /// These and no other.
    Only(&'static [SchemaRow]),
}

impl Profile {
    /// The telemetry of a program, by the name that its users type and its version.
    #[must_use]
    pub fn new(program: impl Into<Cow<'static, str>>, version: impl Into<Cow<'static, str>>) -> Self {
        let program = program.into();
        let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let prefix: String = program.chars().map(word).collect();
        Self {
            library: None,
            version: version.into(),
            endpoint: None,
            endpoint_variable: format!("{prefix}_TELEMETRY_ENDPOINT").into(),
            app_id_variable: format!("{prefix}_TELEMETRY_APP_ID").into(),
            delivery_variable: format!("{prefix}_TELEMETRY_DELIVERY").into(),
            refusing_variables: vec![DO_NOT_TRACK.into(), format!("{prefix}_NO_TELEMETRY").into()],
            refusing_values: Vec::new(),
            app_id: program.clone(),
            settings_owner: "program".into(),
            project_file: None,
            shared_identity: None,
            kept_by_purge: None,
            fields: SchemaFields::BehindStandard(&[]),
            events: &[],
            event_of_each_command: None,
            facts: Vec::new(),
            known_plugins: Vec::new(),
            samples: Vec::new(),
            previews: false,
            program,
        }
    }

    /// The library that several programs have their telemetry from: each program has folders of its
    /// own below those of this name, which endpoints are told, too.
    #[must_use]
    pub fn with_library(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.library = Some(name.into());
        self
    }

    /// Where events go unless a setting or a variable says otherwise, each of which may also say
    /// nowhere.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<Cow<'static, str>>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The variable that overrides the endpoint; set to nothing, events stay on this machine.
    #[must_use]
    pub fn with_endpoint_variable(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.endpoint_variable = name.into();
        self
    }

    /// The variable that overrides the application id.
    #[must_use]
    pub fn with_app_id_variable(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.app_id_variable = name.into();
        self
    }

    /// The variable that overrides how events are delivered.
    #[must_use]
    pub fn with_delivery_variable(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.delivery_variable = name.into();
        self
    }

    /// The variables that refuse by being set, be it to nothing, besides `DO_NOT_TRACK`.
    #[must_use]
    pub fn with_refusing_variables<N: Into<Cow<'static, str>>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.refusing_variables.truncate(1);
        self.refusing_variables.extend(names.into_iter().map(Into::into));
        self
    }

    /// A variable that refuses by having this very value, besides others.
    #[must_use]
    pub fn with_refusing_value(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.refusing_values.push((variable.into(), value.into()));
        self
    }

    /// The application id, unless it is set otherwise.
    #[must_use]
    pub fn with_app_id(mut self, app_id: impl Into<Cow<'static, str>>) -> Self {
        self.app_id = app_id.into();
        self
    }

    /// Whose settings [`Program::setting`](crate::Program::setting) gives: `the OWNER's setting`.
    #[must_use]
    pub fn with_settings_of(mut self, owner: impl Into<Cow<'static, str>>) -> Self {
        self.settings_owner = owner.into();
        self
    }

    /// The file by which a project states its consent. Without one, projects have no say.
    #[must_use]
    pub fn with_project_file(mut self, file: ProjectFile) -> Self {
        self.project_file = Some(file);
        self
    }

    /// Another program's identity file, in place of one of its own.
    #[must_use]
    pub fn with_shared_identity(mut self, identity: SharedIdentity) -> Self {
        self.shared_identity = Some(identity);
        self
    }

    /// What else telemetry has written that `purge` leaves as it is: `the id in notes.toml`.
    #[must_use]
    pub fn with_kept_by_purge(mut self, what: impl Into<Cow<'static, str>>) -> Self {
        self.kept_by_purge = Some(what.into());
        self
    }

    /// The program's own fields, behind the standard ones: version, operating system, and whether
    /// this is a CI machine.
    #[must_use]
    pub fn with_fields(mut self, fields: &'static [SchemaRow]) -> Self {
        self.fields = SchemaFields::BehindStandard(fields);
        self
    }

    /// All fields there are, with the envelope and those of every event; the latter are the
    /// program's to set.
    #[must_use]
    pub fn with_fields_only(mut self, fields: &'static [SchemaRow]) -> Self {
        self.fields = SchemaFields::Only(fields);
        self
    }

    /// Offers `telemetry preview`: the program's commands can be rehearsed, see
    /// [`CommandLine::with_rehearsal`](crate::CommandLine::with_rehearsal).
    #[must_use]
    pub fn with_previews(mut self) -> Self {
        self.previews = true;
        self
    }

    /// The events that a type of [`UsageEvent`](crate::UsageEvent) can be. One that is
    /// [started](Self::start) or run has them from the type of what it tells.
    #[must_use]
    pub fn with_events(mut self, events: &'static [EventSchema]) -> Self {
        self.events = events;
        self
    }

    /// Records an event of this name for each command, when it has ended or was not understood: for
    /// what is known of every run. Of a program that is [run](Self::run) with clap.
    #[must_use]
    pub fn with_event_of_each_command(mut self, name: &'static str) -> Self {
        self.event_of_each_command = Some(name);
        self
    }

    /// Tells these facts of each run, and has them in the schema with the reason. None is told
    /// otherwise.
    #[must_use]
    pub fn with_facts(mut self, facts: impl IntoIterator<Item = RunFact>) -> Self {
        for fact in facts {
            if !self.facts.contains(&fact) {
                self.facts.push(fact);
            }
        }
        self
    }

    /// The plugins whose release [`RunFact::Plugins`] tells where they are in use. Of others nothing
    /// is told, not even that they are there. What is in use is the program's to say, by
    /// [`Program::plugins`](crate::Program::plugins).
    #[must_use]
    pub fn with_known_plugins<N: Into<Cow<'static, str>>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.known_plugins.extend(names.into_iter().map(Into::into));
        self
    }

    /// Records the events of this name of one user in so many. A user is among them or is not, for
    /// all events with that number, by the random number that stands for the user; `telemetry status`
    /// says so. That number is made for it even where nothing is recorded then. Each such event says the
    /// number, to reckon by.
    #[must_use]
    pub fn with_sampling(mut self, event: impl Into<Cow<'static, str>>, one_in: u32) -> Self {
        self.samples.push((event.into(), one_in));
        self
    }

    /// Every field that can be sent, in the order it is sent.
    #[must_use]
    pub fn schema(&self) -> Vec<SchemaRow> {
        let of_events = self.events.iter().flat_map(|event| event.rows);
        self.common_rows().iter().chain(of_events).copied().collect()
    }

    /// The events as a document of JSON Schema, for whoever receives them, which a test of the
    /// program can [keep](JsonSchema::check).
    #[must_use]
    pub fn json_schema(&self) -> JsonSchema {
        JsonSchema::of(&self.program, &self.common_rows(), &self.all_events())
    }

    /// The fields that any event may have.
    fn common_rows(&self) -> Vec<SchemaRow> {
        let sampling = (!self.samples.is_empty()).then(sampling_row);
        let facts: Vec<_> = self.facts.iter().map(|fact| fact.row()).chain(sampling).collect();
        match self.fields {
            SchemaFields::BehindStandard(fields) => [ENVELOPE, STANDARD, &facts, fields].concat(),
            SchemaFields::Only(fields) => [fields, &facts].concat(),
        }
    }

    /// Every event that can be recorded, as far as events are types.
    pub(crate) fn all_events(&self) -> Vec<EventSchema> {
        const ABOUT: &str = "A command has ended, or was not understood.";
        let of_each = self.event_of_each_command.map(|name| EventSchema::declared(name, ABOUT, &[]));
        self.events.iter().copied().chain(of_each).collect()
    }

    /// What delivers events, as it tells endpoints.
    pub(crate) fn agent(&self) -> String {
        let name = self.library.clone().unwrap_or_else(|| self.own_folder().into());
        format!("{name}/{}", self.version)
    }

    /// Below the folders of configuration and of state: no other program's.
    pub(crate) fn folder(&self) -> PathBuf {
        match &self.library {
            Some(library) => Path::new(library.as_ref()).join(file_name(&self.program)),
            None => self.own_folder().into(),
        }
    }

    fn own_folder(&self) -> String {
        format!("{}-telemetry", file_name(&self.program))
    }
}

/// A program's name as that of a file. Two programs never share one, whatever they are called: what
/// is not a letter, a digit, `-` or `_` is written as its bytes.
fn file_name(program: &str) -> String {
    let mut name = String::new();
    for byte in program.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            name.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _ = write!(name, "%{byte:02x}");
        }
    }
    if name.is_empty() { "%".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_keep_their_files_apart_whatever_they_are_called() {
        let folder = |program: &'static str| Profile::new(program, "1").with_library("kedro-telemetry").folder();
        assert_eq!(folder("host-demo"), Path::new("kedro-telemetry/host-demo"));
        let names = ["", ".", "..", "a/b", "a b", "a_b", "a%20b", "notes", "../notes"];
        let folders: std::collections::HashSet<_> = names.into_iter().map(folder).collect();
        assert_eq!(folders.len(), names.len());
        for folder in folders {
            assert_eq!(folder.components().count(), 2, "{}", folder.display());
        }
        assert_eq!(Profile::new("notes", "1").folder(), Path::new("notes-telemetry"));
    }
}
