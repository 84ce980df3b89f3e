//! Every field of what is sent, once: its name, its type, an example, and why it is collected.
//!
//! [`Properties`], of which events are made, take values by these fields alone, and a [`Field`] can be made nowhere else. So a field that is
//! not in this file cannot be sent, nor a value of another type. `telemetry schema` and the table in `docs/telemetry.md` are [`ROWS`].
//!
//! Where a name holds `<…>`, the field stands for a family: the part in brackets is of the type that the field names.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::mask::Masked;
use crate::public::{DatasetType, ExamplePipeline, RuntimeName, Tools, ValidatorLibrary, Version};

/// Heap takes no longer name or value, in characters.
pub const MAX_TEXT: usize = 1024;
/// Heap takes no longer identity, in characters.
pub const MAX_IDENTITY: usize = 255;

/// In what a field occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Around the properties.
    Envelope,
    /// The properties of every event.
    Every,
    /// Those of events about a command.
    Command,
    /// Those of events about a command that read the catalog.
    Statistics,
    /// Those of events that other plugins raise.
    Raised,
}

impl Group {
    /// For a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Envelope => "Around the properties",
            Self::Every => "Properties of every event",
            Self::Command => "Of a command",
            Self::Statistics => "Of a command that reads the catalog",
            Self::Raised => "Of an event that another plugin raises",
        }
    }
}

/// A field as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    /// In what it occurs.
    pub group: Group,
    /// Its name; `<…>` stands for one of many words.
    pub name: &'static str,
    /// The type of its value in JSON.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// A value, as JSON.
    pub example: &'static str,
    /// Why it is collected, and what it says.
    pub why: &'static str,
}

impl Row {
    /// Whether a field of this `name` is meant by this row.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        match (self.name.find('<'), self.name.rfind('>')) {
            (Some(start), Some(end)) => {
                let (before, after) = (&self.name[..start], &self.name[end + 1..]);
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            }
            _ => name == self.name,
        }
    }
}

/// The type of a field's value.
pub trait Kind {
    /// As people see it.
    const NAME: &'static str;
    /// What the field is set to.
    type Value<'a>;
    /// What is sent.
    fn json(value: Self::Value<'_>) -> Value;
}

/// The type of the part of a family's name that differs.
pub trait Part {
    /// What names one field of the family.
    type Name<'a>;
    /// What is sent.
    fn text(name: Self::Name<'_>) -> &str;
}

macro_rules! kinds {
    ($($(#[$attr:meta])* $Kind:ident<$a:lifetime>($value:ident: $Value:ty) as $name:literal => $json:expr;)*) => {$(
        $(#[$attr])*
        #[derive(Debug, Clone, Copy)]
        pub enum $Kind {}

        impl Kind for $Kind {
            const NAME: &'static str = $name;
            type Value<$a> = $Value;
            fn json<$a>($value: $Value) -> Value {
                $json
            }
        }
    )*};
}

kinds! {
    /// Text, cut at [`MAX_TEXT`].
    Text<'a>(text: &'a str) as "string" => bounded(text, MAX_TEXT).into();
    /// Text, if known.
    OptionalText<'a>(text: Option<&'a str>) as "string or null" => text.map(|text| bounded(text, MAX_TEXT)).into();
    /// Who sends, cut at [`MAX_IDENTITY`].
    Identity<'a>(text: &'a str) as "string" => bounded(text, MAX_IDENTITY).into();
    /// A number of things.
    Count<'a>(count: u64) as "integer" => count.into();
    /// A number of things, if known.
    OptionalCount<'a>(count: Option<u64>) as "integer or null" => count.into();
    /// Yes or no.
    Flag<'a>(flag: bool) as "boolean" => flag.into();
    /// A command line that has been masked, behind the program's name.
    CommandLine<'a>(line: (&'a str, &'a Masked<'a>)) as "string" => bounded(&line.1.line(line.0), MAX_TEXT).into();
    /// The first word of a command line that has been masked.
    MainCommand<'a>(line: (&'a str, &'a Masked<'a>)) as "string" => bounded(line.1.main_command(line.0), MAX_TEXT).into();
    /// Tools that Kedro offers.
    ToolNames<'a>(tools: Tools) as "string" => bounded(tools.as_str(), MAX_TEXT).into();
    /// Yes or no, as it was written.
    Answer<'a>(answer: ExamplePipeline) as "string or boolean" => answer.into_value();
    /// A version.
    VersionText<'a>(version: Version) as "string" => bounded(version.as_str(), MAX_TEXT).into();
    /// What somebody else gives.
    Given<'a>(value: Scalar<'a>) as "string, number or boolean" => value.into_json();
    /// Holds other fields.
    Fields<'a>(fields: Properties) as "object" => fields.0.into();
    /// Holds several times other fields.
    FieldsList<'a>(list: Vec<Properties>) as "array" => list.into_iter().map(|fields| Value::from(fields.0)).collect();
}

macro_rules! parts {
    ($($(#[$attr:meta])* $Part:ident<$a:lifetime>($name:ident: $Name:ty) => $text:expr;)*) => {$(
        $(#[$attr])*
        #[derive(Debug, Clone, Copy)]
        pub enum $Part {}

        impl Part for $Part {
            type Name<$a> = $Name;
            fn text<$a>($name: Self::Name<$a>) -> &$a str {
                $text
            }
        }
    )*};
}

parts! {
    /// A dataset's class.
    OfDatasetType<'a>(class: DatasetType) => class.as_str();
    /// A validator's library.
    OfLibrary<'a>(library: ValidatorLibrary) => library.as_str();
    /// A runtime.
    OfRuntime<'a>(runtime: RuntimeName<'a>) => runtime.as_str();
    /// What somebody else names a property.
    OfGiven<'a>(name: &'a str) => bounded(name, MAX_TEXT);
}

/// A field, or a family of fields that are named by `P`.
#[derive(Debug)]
pub struct Field<K, P = ()> {
    name: &'static str,
    types: PhantomData<fn(K, P)>,
}

impl<K, P> Field<K, P> {
    const fn new(name: &'static str) -> Self {
        Self { name, types: PhantomData }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

macro_rules! fields {
    ($($Group:ident { $($NAME:ident: $Kind:ty $(, of $Part:ty)? = $name:literal, $example:literal, $why:literal;)* })*) => {
        $($(
            #[doc = $why]
            pub const $NAME: Field<$Kind $(, $Part)?> = Field::new($name);
        )*)*

        /// Every field, in the order it is sent.
        pub const ROWS: &[Row] = &[$($(
            Row { group: Group::$Group, name: $name, kind: <$Kind as Kind>::NAME, example: $example, why: $why },
        )*)*];
    };
}

fields! {
    Envelope {
        APP_ID: Text = "app_id", "\"2388822444\"", "Whose analytics the event belongs to; set by the host or `HEAP_APPID_DEV`.";
        EVENT: Text = "event", "\"CLI command\"", "What happened: `CLI command`, `Kedro Project Statistics`, or the name that another plugin gives its event.";
        TIMESTAMP: Text = "timestamp", "\"2026-11-23T16:59:46.841525Z\"", "When, in UTC: to see use over time.";
        PROPERTIES: Fields = "properties", "{…}", "Holds the properties below.";
        IDENTITY: Identity = "identity", "\"28df3ee193734d9db5348fb9908981db\"", "The same as `username`, or `missing_user_identity`: to count users.";
        IDEMPOTENCY_KEY: Text = "idempotency_key", "\"8f1f9d0e-5f0c-4d0c-9f7e-2b8a5a3d1c11\"", "Random, new for each event: to count an event once that arrives twice.";
        EVENTS: FieldsList = "events", "[{…}, {…}]", "Several events in one request, each with all of the above but `app_id`.";
    }
    Every {
        USERNAME: Text = "username", "\"28df3ee193734d9db5348fb9908981db\"", "A random number in telemetry.toml of Kedro's user configuration, made once; empty when it cannot be kept. To count users without knowing them.";
        PROJECT_ID: OptionalText = "project_id", "\"489b…\" (128 hexadecimal digits)", "SHA-512 of a random number in pyproject.toml and the package's name: to count projects without knowing them. Null outside a project.";
        PROJECT_VERSION: VersionText = "project_version", "\"1.7.0\"", "The host's version: which versions are in use.";
        TELEMETRY_VERSION: Text = "telemetry_version", "\"0.1.0\"", "This plugin's version: to read its events right.";
        RUNTIME_VERSION: VersionText, of OfRuntime = "<runtime>_version", "\"1.89.0\" (as rust_version)", "The version of the host's language or platform: which have to be supported. Words that are no version's are masked.";
        OS: Text = "os", "\"linux\"", "The operating system: which have to be supported.";
        IS_CI_ENV: Flag = "is_ci_env", "false", "Whether one of the usual CI variables is set: to tell people from machines.";
        TOOLS: ToolNames = "tools", "\"Linting, Testing\"", "The tools that the project was made with, as `kedro new` names them; `custom` for any other. Which are of use.";
        EXAMPLE_PIPELINE: Answer = "example_pipeline", "\"False\"", "Whether the project was made with an example; `custom` for anything but yes and no. Whether they are of use.";
    }
    Command {
        COMMAND: CommandLine = "command", "\"kedro run --pipeline *****\"", "The commands and options that were typed, as far as the program knows them, and names of official starters; every other word is `*****`. Which are in use.";
        MAIN_COMMAND: MainCommand = "main_command", "\"run\"", "The first of these words.";
    }
    Statistics {
        NUMBER_OF_DATASETS: Count = "number_of_datasets", "11", "How large projects are. Parameters do not count.";
        NUMBER_OF_NODES: OptionalCount = "number_of_nodes", "7", "Of the default pipeline: how large projects are. Null when it is not known.";
        NUMBER_OF_PIPELINES: OptionalCount = "number_of_pipelines", "4", "How large projects are. Null when it is not known.";
        DATASET_TYPE_COUNT: Count, of OfDatasetType = "dataset_type_count.<class>", "2 (as dataset_type_count.kedro_datasets.pandas.csv_dataset.CSVDataset)", "How many datasets are of a class, by the path of a class in Kedro's own libraries, or `custom`: which classes are of use.";
        NUMBER_OF_VALIDATED_DATASETS: Count = "number_of_validated_datasets", "1", "How many datasets have a validator. Absent when none has.";
        VALIDATOR_TYPE_COUNT: Count, of OfLibrary = "validator_type_count.<library>", "1 (as validator_type_count.pandera)", "How many validators are of a library: `pandera`, `pydantic`, `great_expectations`, `kedro`, `kedro_datasets` or `custom`.";
    }
    Raised {
        GIVEN: Given, of OfGiven = "<property>", "\"catalog-config\" (as skill_id)", "Named and given by the plugin that raises the event, sent as it gives them: that plugin answers for what is in them. Never in place of a property of every event.";
    }
}

/// A single value that somebody else gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; one that JSON does not have is sent as Python writes it.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
}

impl Scalar<'_> {
    fn into_json(self) -> Value {
        match self {
            Self::Bool(value) => value.into(),
            Self::Int(value) => value.into(),
            Self::Float(value) => match serde_json::Number::from_f64(value) {
                Some(number) => number.into(),
                None if value.is_nan() => "nan".into(),
                None if value > 0.0 => "inf".into(),
                None => "-inf".into(),
            },
            Self::Text(text) => bounded(&text, MAX_TEXT).into(),
        }
    }
}

/// At most the first `max` characters.
fn bounded(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

/// Fields with their values: what an event is made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Properties(Map<String, Value>);

impl Properties {
    /// Sets a field.
    pub fn set<K: Kind>(&mut self, field: Field<K>, value: K::Value<'_>) {
        self.0.insert(field.name.to_owned(), K::json(value));
    }

    /// Sets one field of a family.
    ///
    /// ```
    /// use kedro_telemetry::{public::DatasetType, schema::{DATASET_TYPE_COUNT, Properties}};
    ///
    /// let mut properties = Properties::default();
    /// properties.set_of(DATASET_TYPE_COUNT, DatasetType::of("our_company.OurDataset"), 2);
    /// assert_eq!(properties.as_map()["dataset_type_count.custom"], 2);
    /// ```
    ///
    /// There are no other fields than those of this module:
    ///
    /// ```compile_fail,E0624
    /// use kedro_telemetry::schema::{Field, Properties, Text};
    ///
    /// Properties::default().set(Field::<Text>::new("host_name"), "ada's laptop");
    /// ```
    ///
    /// Nor values of other types:
    ///
    /// ```compile_fail,E0308
    /// use kedro_telemetry::schema::{COMMAND, Properties};
    ///
    /// Properties::default().set(COMMAND, "not masked");
    /// ```
    pub fn set_of<K: Kind, P: Part>(&mut self, family: Field<K, P>, name: P::Name<'_>, value: K::Value<'_>) {
        self.0.insert(family_name(family.name, P::text(name)), K::json(value));
    }

    /// Sets all fields of `other`, which win.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The fields, in the order they are sent.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// As one JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Printing a map of values cannot fail.
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

fn family_name(pattern: &str, name: &str) -> String {
    let (before, rest) = pattern.split_once('<').unwrap_or((pattern, ""));
    let after = rest.split_once('>').map_or("", |(_, after)| after);
    format!("{before}{name}{after}")
}

/// All fields as a table in Markdown, as it stands in `docs/telemetry.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::new();
    let mut group = None;
    for row in ROWS {
        if group.replace(row.group) != Some(row.group) {
            let gap = if text.is_empty() { "" } else { "\n" };
            let head = "| field | type | example | what it says, and why it is collected |\n|---|---|---|---|";
            let _ = writeln!(text, "{gap}**{}**\n\n{head}", row.group.title());
        }
        let (value, note) = row.example.split_once(" (").map_or((row.example, ""), |(value, note)| (value, note));
        let note = if note.is_empty() { String::new() } else { format!(" ({note}") };
        let _ = writeln!(text, "| `{}` | {} | `{value}`{note} | {} |", row.name, row.kind, row.why);
    }
    text
}

impl fmt::Display for Row {
    /// Name and type, an example, and why, each on lines of its own, for a terminal of 100 columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WIDTH: usize = 94;
        writeln!(f, "  {}: {}\n      e.g. {}", self.name, self.kind, self.example)?;
        let mut line = String::new();
        for word in self.why.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                writeln!(f, "      {line}")?;
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        writeln!(f, "      {line}")
    }
}
