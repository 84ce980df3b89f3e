//! Where ours differs from kedro-telemetry on purpose: the one list, and the table made of it for
//! `docs/telemetry.md`.

use crate::{
    case::{Case, Host, Start},
    compare::Row,
};

/// One of them.
pub struct Difference {
    /// What differs.
    what: &'static str,
    /// What kedro-telemetry does.
    theirs: &'static str,
    /// What ours does.
    ours: &'static str,
    /// Why.
    why: &'static str,
    /// Whether this is what a row shows; `None` for what no comparison of bodies and files can
    /// show.
    explains: Option<fn(&Row<'_>) -> bool>,
}

/// All of them.
pub const DIFFERENCES: [Difference; 30] = [
    Difference {
        what: "`timestamp`",
        theirs: "local time, with the `Z` of UTC behind it",
        ours: "UTC",
        why: "A `Z` says that it is UTC.",
        explains: Some(|row| row.property == "timestamp" && is_utc(row)),
    },
    Difference {
        what: "`idempotency_key`",
        theirs: "not sent",
        ours: "a random UUID for each event",
        why: "Heap drops an event that arrives twice, so nothing is lost or doubled when a sender is killed.",
        explains: Some(|row| row.property == "idempotency_key" && row.theirs.is_none()),
    },
    Difference {
        what: "`telemetry_version`",
        theirs: "0.9.0",
        ours: "this plugin's version",
        why: "It is the version of what recorded the event.",
        explains: Some(|row| row.property == "properties.telemetry_version"),
    },
    Difference {
        what: "`<runtime>_version`",
        theirs: "`python_version`",
        ours: "`python_version` under a host that runs on Python, `rust_version` under one in Rust",
        why: "It is the host's runtime; there may be no Python.",
        explains: Some(|row| {
            row.host == Host::Demo && ["properties.python_version", "properties.rust_version"].contains(&&*row.property)
        }),
    },
    Difference {
        what: "`command`, `main_command`, `project_version`",
        theirs: "Kedro's",
        ours: "the host's own: its name and commands, and its version",
        why: "The host need not be Kedro. Under a host that says it is Kedro they are the same.",
        explains: Some(|row| {
            let names = ["properties.command", "properties.main_command", "properties.project_version"];
            row.host == Host::Demo && names.contains(&&*row.property)
        }),
    },
    Difference {
        what: "ids made anew",
        theirs: "random",
        ours: "random, and kept where kedro-telemetry keeps them",
        why: "Each reads the ids that the other has made, so they stay the same when one replaces the other.",
        explains: None,
    },
    Difference {
        what: "`command` when the line starts with `-h`, `--help`, `--version`, `-v` or an empty word",
        theirs: "sent whole, as typed",
        ours: "masked behind that word",
        why: "What is typed is private: `kedro -h my_secret`.",
        explains: Some(|row| row.property == "properties.command" && starts_unmasked(row.case)),
    },
    Difference {
        what: "an argument that equals the name of a positional parameter, as `name` in `registry describe name`",
        theirs: "kept; with another argument behind it, the command itself fails with a `TypeError` and nothing is sent",
        ours: "masked, and the command goes on",
        why: "The name of a parameter is not a word of a command line, and masking must never stop a command.",
        explains: Some(|row| {
            ["properties.command", "event", "exit code"].contains(&&*row.property) && names_parameter(row.case)
        }),
    },
    Difference {
        what: "`run -h`",
        theirs: "the command fails, with \"No such option '-h'\": masking asks each command for its options, and click keeps the first one's help option",
        ours: "the help is shown",
        why: "Telemetry must change nothing of what a command does.",
        explains: Some(|row| row.property == "exit code" && is_short_help(row.case)),
    },
    Difference {
        what: "`DO_NOT_TRACK` or `KEDRO_DISABLE_TELEMETRY` set to nothing",
        theirs: "does not refuse",
        ours: "refuses",
        why: "Whoever sets one of them means it.",
        explains: Some(|row| {
            let refuses = |(name, value): &(String, String)| {
                value.is_empty() && ["DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY"].contains(&&**name)
            };
            row.ours.as_ref().is_none_or(serde_json::Value::is_null) && row.case.variables.iter().any(refuses)
        }),
    },
    Difference {
        what: "a `.telemetry` that speaks of consent, but not by a plain boolean: `consent: 'no'`, `consent: n`, `consent:false`, `Consent: False`, `\"consent: false\"`, `consent: \"yes\"`",
        theirs: "counts as no statement: recorded",
        ours: "refused only here; `telemetry status` shows what the file says. Silent is a file without the word, and without a word for no as its only word or beside one for telemetry",
        why: "Only a boolean that says yes is a yes, and a \"no\" must not be missed for its spelling.",
        explains: Some(|row| is_refused_only_here(row) && row.case.name.to_lowercase().contains("consent")),
    },
    Difference {
        what: "a `.telemetry` that says no and nothing else, or says it of telemetry by another name: `false`, `telemetry: off`",
        theirs: "counts as no statement: recorded",
        ours: "refused only here",
        why: "Nobody writes it there for anything else.",
        explains: Some(is_refused_only_here),
    },
    Difference {
        what: "a command that answers a question for consent with anything but a yes: `new --telemetry no`",
        theirs: "the event of that very command is sent",
        ours: "not recorded",
        why: "The answer is a refusal.",
        explains: Some(|row| row.property == "event" && is_null(row.ours.as_ref()) && answers_no(row.case)),
    },
    Difference {
        what: "ids of user and project in CI, and where else no person is",
        theirs: "made, and written to `telemetry.toml` and `pyproject.toml`",
        ours: "those that are there are sent; none is made, and no file of the project is touched",
        why: "What is thrown away afterwards is no user, and no job may change what it builds.",
        explains: Some(|row| is_id(&row.property) && is_unattended(row.case)),
    },
    Difference {
        what: "a `.telemetry` that is not YAML, not text, or not a file",
        theirs: "the command itself fails, and nothing is sent",
        ours: "the command goes on. The file counts as no statement, or as a refusal if it may hold one: where `consent` or a word for no is in it",
        why: "Telemetry must never stop a command, and a \"no\" must not be missed.",
        explains: Some(|row| {
            let is_affected = ["event", "exit code"].contains(&&*row.property);
            is_affected && row.case.name.starts_with(".telemetry: ") && row.has_failed
        }),
    },
    Difference {
        what: "a `telemetry.toml` that is valid TOML without an identity",
        theirs: "overwritten",
        ours: "the identity is added, the rest is kept",
        why: "The file may hold something of the user's.",
        explains: Some(|row| {
            row.property == "telemetry.toml"
                && row.case.start == Start::Same
                && is_text(row.theirs.as_ref())
                && is_text(row.ours.as_ref())
        }),
    },
    Difference {
        what: "`project_id` in `pyproject.toml`",
        theirs: "appended to the file in place",
        ours: "appended in place by one write under a lock, and taken back if that did not get in whole; left alone when a table cannot be appended and read back",
        why: "Two commands at once give one id, and neither a full disk nor a table of another shape leaves a broken file.",
        explains: Some(|row| row.case.name == "pyproject.toml: project id without id"),
    },
    Difference {
        what: "a dataset class that Kedro's own libraries do not have",
        theirs: "counted by its path if that begins like theirs: `kedro_datasets.acme_secret.AcmeDataset`",
        ours: "counted as `custom`; their classes are known by a list",
        why: "A fork's class names are its owner's.",
        explains: None,
    },
    Difference {
        what: "`tools` that `kedro new` does not offer",
        theirs: "sent as they are written in `pyproject.toml`",
        ours: "`custom` in their place",
        why: "Whoever edits the file may write anything there.",
        explains: Some(|row| row.property == "properties.tools" && has_custom(row)),
    },
    Difference {
        what: "`example_pipeline` that is neither yes nor no",
        theirs: "sent as it is written in `pyproject.toml`",
        ours: "`custom`",
        why: "As for `tools`.",
        explains: None,
    },
    Difference {
        what: "words in `project_version` and `<runtime>_version` that are not a version's",
        theirs: "sent",
        ours: "`*****`",
        why: "A build of one's own may have the name of a branch or a company in it: `1.7.0+acme`.",
        explains: None,
    },
    Difference {
        what: "several projects in one process, as in a notebook",
        theirs: "each event has the id of the first, and counts of datasets that only an earlier one had",
        ours: "each event is about its own project",
        why: "An event must say what is so.",
        explains: None,
    },
    Difference {
        what: "several commands in one process, or a session after one",
        theirs: "once an event was sent, no later command sends a `CLI command`, and each event has the words of the last command",
        ours: "each command is an event, and a session outside of a command has no command's words",
        why: "Each was typed, and an event must say what is so.",
        explains: Some(|row| {
            let is_later = row.event > 0 || row.property == "number of events";
            let names = ["run: several commands", "run: a session after a command"];
            is_later && names.contains(&row.case.name.as_str())
        }),
    },
    Difference {
        what: "an event that another plugin raises about one project while the command works on another that refuses",
        theirs: "sent",
        ours: "refused",
        why: "A refusal counts for all that happens in the command.",
        explains: None,
    },
    Difference {
        what: "a class path or a text longer than Heap takes",
        theirs: "sent as it is",
        ours: "what is not a class path counts as `custom`; texts end after 1,024 characters",
        why: "Heap would refuse the event.",
        explains: None,
    },
    Difference {
        what: "where events go",
        theirs: "Heap, always",
        ours: "to the configured `endpoint`, or the one that whoever packed the wheel built in (`cargo xtask wheel --endpoint URL`); without one they stay on the machine",
        why: "No host must pour into another's analytics unasked.",
        explains: None,
    },
    Difference {
        what: "when events go",
        theirs: "one request while the command waits, for up to 10 seconds",
        ours: "queued in a file, sent by a process of its own; several at once in Heap's bulk form",
        why: "A command never waits for telemetry.",
        explains: None,
    },
    Difference {
        what: "an event that cannot be sent",
        theirs: "lost",
        ours: "kept and tried again later, within bounds of number and age; deleted when telemetry is refused meanwhile",
        why: "A machine is not always connected, and a refusal also covers queued events.",
        explains: None,
    },
    Difference {
        what: "the notice of implicit consent",
        theirs: "on every command",
        ours: "once per user and program, whatever the project states, to somebody who may read it, and not in CI or where else no person is; its event waits for the next command",
        why: "Who has read it need not read it again.",
        explains: None,
    },
    Difference {
        what: "a refusal for the whole machine",
        theirs: "a variable in every shell, or a file in every project",
        ours: "also `telemetry off`, which is remembered, for one program or for all",
        why: "One \"no\" is enough.",
        explains: None,
    },
];

impl Difference {
    /// Whether it is the reason why the row's sides differ.
    pub fn explains(&self, row: &Row<'_>) -> bool {
        self.explains.is_some_and(|explains| explains(row))
    }

    /// Whether some row has to show it.
    pub fn is_observable(&self) -> bool {
        self.explains.is_some()
    }

    /// What differs.
    pub fn what(&self) -> &'static str {
        self.what
    }
}

fn is_utc(row: &Row<'_>) -> bool {
    let text = row.ours.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    text.len() == "2026-11-23T16:59:46.841525Z".len() && text.ends_with('Z')
}

fn is_text(value: Option<&serde_json::Value>) -> bool {
    value.is_some_and(serde_json::Value::is_string)
}

fn is_null(value: Option<&serde_json::Value>) -> bool {
    value.is_none_or(serde_json::Value::is_null)
}

fn is_refused_only_here(row: &Row<'_>) -> bool {
    row.property == "event" && row.case.name.starts_with(".telemetry: ") && is_null(row.ours.as_ref())
}

/// Whether a word is the option, or begins like it, and no yes is behind it.
fn answers_no(case: &Case) -> bool {
    let words = case.text_argv();
    words.iter().enumerate().any(|(index, word)| {
        let (name, value) = word.split_once('=').unwrap_or((word, words.get(index + 1).map_or("", String::as_str)));
        (name.starts_with("--te") || name == "-tc") && !["yes", "y"].contains(&&*value.to_lowercase())
    })
}

fn is_id(property: &str) -> bool {
    ["identity", "properties.username", "properties.project_id", "telemetry.toml", "pyproject.toml"].contains(&property)
}

fn is_unattended(case: &Case) -> bool {
    let variables = case.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    usage_telemetry::internals::is_unattended(&variables.collect())
}

fn has_custom(row: &Row<'_>) -> bool {
    let text = row.ours.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    text.split(", ").any(|word| word == "custom")
}

fn starts_unmasked(case: &Case) -> bool {
    let starts: [&[u8]; 5] = [b"-h", b"--help", b"--version", b"-v", b""];
    case.argv.len() > 1 && starts.contains(&&*case.argv[0])
}

fn names_parameter(case: &Case) -> bool {
    let words = case.text_argv();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words[..], ["registry", "describe", "name", ..] | ["pipeline", "create" | "delete", "name", ..])
}

fn is_short_help(case: &Case) -> bool {
    case.text_argv().get(1).is_some_and(|word| word == "-h")
}

/// Whether ours masks the case's command line otherwise, on purpose.
pub fn is_masked_otherwise(case: &Case) -> bool {
    starts_unmasked(case) || names_parameter(case)
}

const BEGIN: &str = "<!-- differences: begin -->";
const END: &str = "<!-- differences: end -->";

/// The table, as it stands in the document.
fn table() -> String {
    let mut table = "| what | kedro-telemetry 0.9.0 | here | why |\n|---|---|---|---|\n".to_owned();
    for Difference { what, theirs, ours, why, .. } in &DIFFERENCES {
        for part in ["| ", what, " | ", theirs, " | ", ours, " | ", why, " |\n"] {
            table.push_str(part);
        }
    }
    table
}

/// `document` with the table of today between its markers; `None` when it has no markers.
pub fn documented(document: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}{END}{after}", table()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_the_list_of_differences() {
        let file = ::tests::workspace().join("docs/telemetry.md");
        let document = std::fs::read_to_string(&file).unwrap();
        assert_eq!(Some(&document), documented(&document).as_ref(), "run `cargo xtask conformance --update`");
    }
}
