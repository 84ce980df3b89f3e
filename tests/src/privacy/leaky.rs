//! Masking a second time, with a hole in it where one is asked for: what is looked for must be
//! found through each.

use kedro_telemetry_internals::internals::{KnownCommand, MASK, STARTERS};
use serde_json::Value;

use super::{case::Case, secret::Kind};

/// What is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// A kind of word of the command line.
    Words(Kind),
    /// The classes of datasets: whatever begins like a public one, as in the original.
    Classes,
    /// The libraries of validators: whatever begins like a public one.
    Validators,
    /// The tools, as in the original.
    Tools,
    /// The example pipeline, as in the original.
    Example,
    /// The host's version, as in the original.
    HostVersion,
    /// The runtime's version, as in the original.
    RuntimeVersion,
    /// A part of an address, or a setting, in what people are told.
    Told(Kind),
    /// The same in the log.
    Logged(Kind),
    /// What a record holds that is damaged, in the log.
    Damaged,
}

/// Every hole.
const HOLES: [Hole; 38] = [
    Hole::Words(Kind::LongEquals),
    Hole::Words(Kind::ShortEquals),
    Hole::Words(Kind::LongSpace),
    Hole::Words(Kind::ShortSpace),
    Hole::Words(Kind::ShortGlued),
    Hole::Words(Kind::UnknownLong),
    Hole::Words(Kind::UnknownShort),
    Hole::Words(Kind::UnknownEquals),
    Hole::Words(Kind::UnknownSpace),
    Hole::Words(Kind::AfterDashes),
    Hole::Words(Kind::Positional),
    Hole::Words(Kind::Command),
    Hole::Words(Kind::AfterGlobal),
    Hole::Words(Kind::Starter),
    Hole::Classes,
    Hole::Validators,
    Hole::Tools,
    Hole::Example,
    Hole::HostVersion,
    Hole::RuntimeVersion,
    Hole::Told(Kind::EndpointUser),
    Hole::Told(Kind::EndpointPassword),
    Hole::Told(Kind::EndpointPath),
    Hole::Told(Kind::EndpointQuery),
    Hole::Told(Kind::EndpointFragment),
    Hole::Told(Kind::EndpointUnusable),
    Hole::Told(Kind::Proxy),
    Hole::Told(Kind::Setting),
    Hole::Logged(Kind::EndpointUser),
    Hole::Logged(Kind::EndpointPassword),
    Hole::Logged(Kind::EndpointPath),
    Hole::Logged(Kind::EndpointQuery),
    Hole::Logged(Kind::EndpointFragment),
    Hole::Logged(Kind::EndpointFile),
    Hole::Logged(Kind::EndpointUnusable),
    Hole::Logged(Kind::Proxy),
    Hole::Logged(Kind::Setting),
    Hole::Damaged,
];

impl Hole {
    /// Every hole.
    #[must_use]
    pub fn all() -> [Self; 38] {
        HOLES
    }

    /// The kinds of secrets that get through it.
    #[must_use]
    pub fn kinds(self) -> Vec<Kind> {
        match self {
            Self::Words(Kind::UnknownSpace) => vec![Kind::UnknownSpace, Kind::Positional],
            Self::Words(kind) | Self::Told(kind) | Self::Logged(kind) => vec![kind],
            Self::Classes => vec![Kind::ClassFork],
            Self::Validators => vec![Kind::Validator],
            Self::Tools => vec![Kind::Tools],
            Self::Example => vec![Kind::Example],
            Self::HostVersion => vec![Kind::HostVersion],
            Self::RuntimeVersion => vec![Kind::RuntimeVersion],
            Self::Damaged => vec![Kind::Folder],
        }
    }

    /// Adds to what people are told, or to the log, what is kept from them otherwise.
    pub fn tear_texts(self, case: &Case, told: &mut String, log: &mut String) {
        let values = |kind| case.addresses.values(&case.secrets, kind).concat();
        match self {
            Self::Told(kind) => *told += &values(kind),
            Self::Logged(kind) => *log += &values(kind),
            Self::Damaged => log.extend(case.project.iter().map(|project| project.path.as_str())),
            _ => {}
        }
    }

    /// Undoes the masking of one kind in a body that is whole otherwise.
    pub fn tear(self, case: &Case, tools: Option<&str>, body: &mut Value) {
        let properties = &mut body["properties"];
        match self {
            Self::Words(kind) => {
                let words = mask(&super::vocabulary::VOCABULARY, &case.args, Some(kind));
                properties["command"] = format!("kedro {}", words.join(" ")).into();
            }
            Self::Classes => {
                for (_, class) in case.catalog.iter().flat_map(|catalog| &catalog.datasets) {
                    if ["kedro_datasets.", "kedro.io."].iter().any(|prefix| class.starts_with(prefix)) {
                        properties[format!("dataset_type_count.{class}")] = 1.into();
                    }
                }
            }
            Self::Validators => {
                for (_, class) in case.catalog.iter().flat_map(|catalog| &catalog.validators) {
                    if class.starts_with("pandera") || class.starts_with("pydantic") {
                        properties[format!("validator_type_count.{class}")] = 1.into();
                    }
                }
            }
            Self::Tools => properties["tools"] = tools.unwrap_or_default().into(),
            Self::Example => {
                let text = case.project.as_ref().map(|project| project.pyproject.as_str()).unwrap_or_default();
                let line = text.lines().find_map(|line| line.strip_prefix("example_pipeline = "));
                properties["example_pipeline"] = line.unwrap_or_default().into();
            }
            Self::HostVersion => properties["project_version"] = case.version.as_str().into(),
            Self::RuntimeVersion => properties["python_version"] = case.runtime_version.as_str().into(),
            Self::Told(_) | Self::Logged(_) | Self::Damaged => {}
        }
    }
}

/// What masking should give, written from its description and not from its code; `hole` is the kind
/// of word that it forgets.
pub fn mask(root: &KnownCommand, args: &[String], hole: Option<Kind>) -> Vec<String> {
    let masked = |kind: Kind, word: &str| if hole == Some(kind) { word.to_owned() } else { MASK.to_owned() };
    let Some((first, rest)) = args.split_first() else { return Vec::new() };
    if ["-h", "--help", "-v", "--version", ""].contains(&first.as_str()) {
        let rest = rest.iter().map(|word| masked(Kind::AfterGlobal, word));
        return std::iter::once(first.clone()).chain(rest).collect();
    }
    let mut kept = Vec::new();
    let mut command = root;
    let mut words = args;
    while let Some((word, rest)) = words.split_first() {
        let Some(next) = command.commands.iter().find(|next| next.name == *word) else { break };
        kept.push(word.clone());
        (command, words) = (next, rest);
    }
    if kept.is_empty() {
        return vec![masked(Kind::Command, first)];
    }

    let mut before: Option<&str> = None;
    let mut is_after_dashes = false;
    for word in words {
        let is_known = |option: &str| command.options.iter().any(|known| known == option);
        let is_starter = |option: Option<&str>, value: &str| {
            matches!(option, Some("--starter" | "-s"))
                && (STARTERS.contains(&value)
                    || (hole == Some(Kind::Starter) && STARTERS.iter().any(|starter| value.contains(starter))))
        };
        let is_long = word.starts_with("--");
        let previous = before.take();
        if is_after_dashes && hole == Some(Kind::AfterDashes) {
            kept.push(word.clone());
        } else if let Some((option, value)) = word.split_once('=').filter(|_| word.starts_with('-')) {
            let kind = match (is_known(option), is_long) {
                (true, true) => Kind::LongEquals,
                (true, false) => Kind::ShortEquals,
                (false, _) => Kind::UnknownEquals,
            };
            if is_known(option) {
                kept.push(option.to_owned());
                before = Some(option);
            }
            let whole = if kind == Kind::UnknownEquals { word.as_str() } else { value };
            kept.push(if is_starter(Some(option), value) { value.to_owned() } else { masked(kind, whole) });
        } else if is_known(word) && word.starts_with('-') {
            kept.push(word.clone());
            before = Some(word);
        } else if word.starts_with('-') {
            let starts_known = command.options.iter().any(|known| !known.starts_with("--") && word.starts_with(known));
            let kind = match (is_long, starts_known) {
                (true, _) => Kind::UnknownLong,
                (false, true) => Kind::ShortGlued,
                (false, false) => Kind::UnknownShort,
            };
            is_after_dashes |= word == "--";
            kept.push(masked(kind, word));
        } else {
            let kind = match previous {
                Some(option) if option.starts_with("--") => Kind::LongSpace,
                Some(_) => Kind::ShortSpace,
                None if hole == Some(Kind::UnknownSpace) => Kind::UnknownSpace,
                None => Kind::Positional,
            };
            kept.push(if is_starter(previous, word) { word.clone() } else { masked(kind, word) });
        }
    }
    kept
}
