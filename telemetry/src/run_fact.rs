//! What makers of programs ask of each run. None of it is told unless a profile asks for it.

use serde_json::Value;

use crate::{
    agent,
    outcome::Outcome,
    schema::{Count, FieldGroup, FieldKind, SchemaRow, Text, fields, name_parts},
};

/// A fact of each run, told by a profile that asks for it, see
/// [`Profile::with_facts`](crate::Profile::with_facts).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunFact {
    /// How the command has ended, by a [`Usage`](crate::Usage).
    Outcome,
    /// How long it took, in wide buckets, by a [`Usage`](crate::Usage).
    Duration,
    /// The architecture that the program was built for.
    Architecture,
    /// Whether a coding agent runs it, and which of some that are known.
    Agent,
    /// Who decided on consent.
    DecidedBy,
    /// The command's words as the program declares them to clap.
    Command,
    /// The versions of [known plugins](crate::Profile::with_known_plugins) that are in use.
    Plugins,
}

fields! {
    /// Each in the order of [`RunFact`], and what sampling adds.
    pub ROWS;
    FieldGroup::EVERY {
        OUTCOME: OutcomeWord = "outcome", "\"success\"", "How the command ended, and nothing else of its exit code: to see what fails.";
        DURATION: DurationBucket = "duration", "\"<1s\"", "How long the command took, roughly: to see what is slow.";
        ARCH: Text = "arch", "\"x86_64\"", "The architecture that the program was built for: which have to be supported.";
        AGENT: AgentWord = "agent", "\"none\"", "Whether a coding agent runs the command, by variables that agents are known to set, of which nothing else is sent: whom messages are read by.";
        DECIDED_BY: Decider = "decided_by", "\"nobody\"", "Who has said yes to usage being recorded, or nobody after the notice: how much the figures leave out.";
        COMMAND: Text = "command", "\"note add\"", "The command's words as the program declares them, and none that was typed: which are in use.";
        PLUGIN: Text, of KnownPlugin = "plugin_<name>", "\"1.2.0\" (as plugin_tidy)", "The release of a plugin in use, of those that the program's makers name: which fit together.";
        ONE_IN: Count = "one_in", "10", "There where the event is recorded of one user in so many: to reckon how many there are.";
    }
}

name_parts! {
    /// A plugin that the profile names.
    KnownPlugin<'a>(name: &'a str) => name;
}

impl RunFact {
    /// Its line of the schema.
    pub fn row(self) -> SchemaRow {
        ROWS[self as usize]
    }
}

/// What sampling adds to the schema.
pub fn sampling_row() -> SchemaRow {
    ROWS[ROWS.len() - 1]
}

/// How a command has ended.
#[derive(Debug)]
pub enum OutcomeWord {}

impl FieldKind for OutcomeWord {
    const NAME: &'static str = "string";
    const WORDS: &'static [&'static str] = Outcome::WORDS;
    type Value<'a> = Outcome;
    fn json(outcome: Outcome) -> Value {
        outcome.word().into()
    }
}

/// How long a command took.
#[derive(Debug)]
pub enum DurationBucket {}

/// The seconds below which each bucket but the last is, and its word.
const DURATIONS: [(f64, &str); 6] =
    [(0.1, "<100ms"), (1.0, "<1s"), (10.0, "<10s"), (60.0, "<1m"), (600.0, "<10m"), (3600.0, "<1h")];

const LONGEST: &str = ">=1h";

impl FieldKind for DurationBucket {
    const NAME: &'static str = "string";
    const WORDS: &'static [&'static str] = &["<100ms", "<1s", "<10s", "<1m", "<10m", "<1h", LONGEST];
    type Value<'a> = std::time::Duration;
    fn json(took: std::time::Duration) -> Value {
        let bucket = DURATIONS.iter().find(|(below, _)| took.as_secs_f64() < *below);
        bucket.map_or(LONGEST, |(_, word)| word).into()
    }
}

/// The agent that runs a command.
#[derive(Debug)]
pub enum AgentWord {}

impl FieldKind for AgentWord {
    const NAME: &'static str = "string";
    const WORDS: &'static [&'static str] = agent::WORDS;
    type Value<'a> = &'static str;
    fn json(agent: &'static str) -> Value {
        agent.into()
    }
}

/// Who has decided that usage is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decider {
    /// The user has said yes.
    User,
    /// The project has.
    Project,
    /// Nobody has said anything.
    Nobody,
}

impl FieldKind for Decider {
    const NAME: &'static str = "string";
    const WORDS: &'static [&'static str] = &["user", "project", "nobody"];
    type Value<'a> = Self;
    fn json(decider: Self) -> Value {
        Self::WORDS[decider as usize].into()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_fact_has_its_line() {
        use RunFact::{Agent, Architecture, Command, DecidedBy, Duration, Outcome, Plugins};
        let facts = [Outcome, Duration, Architecture, Agent, DecidedBy, Command, Plugins];
        let names = facts.map(|fact| fact.row().name);
        assert_eq!(names, ["outcome", "duration", "arch", "agent", "decided_by", "command", "plugin_<name>"]);
        assert_eq!(sampling_row().name, "one_in");
    }

    #[test]
    fn durations_are_told_roughly() {
        let word = |millis| DurationBucket::json(Duration::from_millis(millis));
        for (millis, expected) in
            [(0, "<100ms"), (100, "<1s"), (59_999, "<1m"), (3_599_999, "<1h"), (3_600_000, ">=1h")]
        {
            assert_eq!(word(millis), expected, "{millis}");
        }
        for (_, word) in DURATIONS {
            assert!(DurationBucket::WORDS.contains(&word));
        }
    }
}
