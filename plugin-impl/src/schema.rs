//! Every field of what is sent, once: its name, its type, an example, and why it is collected.
//!
//! Events are made of these fields alone, and their values are of types that hold nothing private:
//! command lines that have been masked, names that are known to be public. A field that is not in
//! this file cannot be sent. `telemetry schema` and the table in `docs/telemetry.md` are [`ROWS`].

use usage_telemetry::schema::{
    Count, FieldGroup, Fields, FieldsList, Flag, Given, GivenName, IdentityText, OptionalCount, OptionalText, Text,
};

use crate::{
    mask::MaskedLine,
    public::{DatasetType, ExamplePipeline, RuntimeName, Tools, ValidatorLibrary, Version},
};

/// The properties of events about a command.
pub const COMMAND_GROUP: FieldGroup = FieldGroup::new("command", "Of a command");
/// Those of events about a command that read the catalog.
pub const STATISTICS_GROUP: FieldGroup = FieldGroup::new("statistics", "Of a command that reads the catalog");
/// Those of events that other plugins raise.
pub const RAISED_GROUP: FieldGroup = FieldGroup::new("raised", "Of an event that another plugin raises");

usage_telemetry::field_kinds! {
    /// A command line that has been masked, behind the program's name.
    CommandLine<'a>(line: (&'a str, &'a MaskedLine<'a>)) as "string" => Text::json(&line.1.line(line.0));
    /// The first word of a command line that has been masked.
    MainCommand<'a>(line: (&'a str, &'a MaskedLine<'a>)) as "string" => Text::json(line.1.main_command(line.0));
    /// Tools that Kedro offers.
    ToolNames<'a>(tools: Tools) as "string" => Text::json(tools.as_str());
    /// Yes or no, as it was written.
    Answer<'a>(answer: ExamplePipeline) as "string or boolean" => answer.into_value();
    /// A version.
    VersionText<'a>(version: Version) as "string" => Text::json(version.as_str());
}

usage_telemetry::name_parts! {
    /// A dataset's class.
    OfDatasetType<'a>(class: DatasetType) => class.as_str();
    /// A validator's library.
    OfLibrary<'a>(library: ValidatorLibrary) => library.as_str();
    /// A runtime.
    OfRuntime<'a>(runtime: RuntimeName<'a>) => runtime.as_str();
}

usage_telemetry::fields! {
    /// Every field, in the order it is sent.
    pub ROWS;
    FieldGroup::ENVELOPE {
        APP_ID: Text = "app_id", "\"2388822444\"", "Whose analytics the event belongs to; set by the host or `HEAP_APPID_DEV`.";
        EVENT: Text = "event", "\"CLI command\"", "What happened: `CLI command`, `Kedro Project Statistics`, or the name that another plugin gives its event.";
        TIMESTAMP: Text = "timestamp", "\"2026-11-23T16:59:46.841525Z\"", "When, in UTC: to see use over time.";
        PROPERTIES: Fields = "properties", "{…}", "Holds the properties below.";
        IDENTITY: IdentityText = "identity", "\"28df3ee193734d9db5348fb9908981db\"", "The same as `username`, or `missing_user_identity`: to count users.";
        IDEMPOTENCY_KEY: Text = "idempotency_key", "\"8f1f9d0e-5f0c-4d0c-9f7e-2b8a5a3d1c11\"", "Random, new for each event: to count an event once that arrives twice.";
        EVENTS: FieldsList = "events", "[{…}, {…}]", "Several events in one request, each with all of the above but `app_id`.";
    }
    FieldGroup::EVERY {
        USERNAME: Text = "username", "\"28df3ee193734d9db5348fb9908981db\"", "A random number in Kedro's telemetry.toml, or in a file of another program's own, made once; empty when it cannot be kept. To count users without knowing them.";
        PROJECT_ID: OptionalText = "project_id", "\"489b…\" (128 hexadecimal digits)", "SHA-512 of a random number in pyproject.toml and the package's name: to count projects without knowing them. Not a secret: whoever has the project's files can compute it. Null outside a project, and in CI where the file has no such number.";
        PROJECT_VERSION: VersionText = "project_version", "\"1.7.0\"", "The host's version: which versions are in use.";
        TELEMETRY_VERSION: Text = "telemetry_version", "\"1.0.0\"", "This plugin's version: to read its events right.";
        RUNTIME_VERSION: VersionText, of OfRuntime = "<runtime>_version", "\"1.89.0\" (as rust_version)", "The version of the host's language or platform: which have to be supported. Words that do not belong to a version are masked.";
        OS: Text = "os", "\"linux\"", "The operating system: which have to be supported.";
        IS_CI_ENV: Flag = "is_ci_env", "false", "Whether one of the usual CI variables is set: to tell people from machines.";
        TOOLS: ToolNames = "tools", "\"Linting, Testing\"", "The tools that the project was made with, as `kedro new` names them; `custom` for any other. Which are of use.";
        EXAMPLE_PIPELINE: Answer = "example_pipeline", "\"False\"", "Whether the project was made with an example; `custom` for anything but yes and no. Whether they are of use.";
    }
    COMMAND_GROUP {
        COMMAND: CommandLine = "command", "\"kedro run --pipeline *****\"", "The commands and options that were typed, as far as the program knows them, and names of official starters; every other word is `*****`. Which are in use.";
        MAIN_COMMAND: MainCommand = "main_command", "\"run\"", "The first of these words.";
    }
    STATISTICS_GROUP {
        NUMBER_OF_DATASETS: Count = "number_of_datasets", "11", "How large projects are. Parameters do not count.";
        NUMBER_OF_NODES: OptionalCount = "number_of_nodes", "7", "Of the default pipeline: how large projects are. Null when it is not known.";
        NUMBER_OF_PIPELINES: OptionalCount = "number_of_pipelines", "4", "How large projects are. Null when it is not known.";
        DATASET_TYPE_COUNT: Count, of OfDatasetType = "dataset_type_count.<class>", "2 (as dataset_type_count.kedro_datasets.pandas.csv_dataset.CSVDataset)", "How many datasets are of a class, by the path of a class in Kedro's own libraries, or `custom`: which classes are of use.";
        NUMBER_OF_VALIDATED_DATASETS: Count = "number_of_validated_datasets", "1", "How many datasets have a validator. Absent when none has.";
        VALIDATOR_TYPE_COUNT: Count, of OfLibrary = "validator_type_count.<library>", "1 (as validator_type_count.pandera)", "How many validators are of a library: `pandera`, `pydantic`, `great_expectations`, `kedro`, `kedro_datasets` or `custom`.";
    }
    RAISED_GROUP {
        GIVEN: Given, of GivenName = "<property>", "\"catalog-config\" (as skill_id)", "Named and given by the plugin that raises the event, sent as it gives them: that plugin answers for what is in them. Never in place of a property of every event.";
    }
}

#[cfg(test)]
mod tests;
