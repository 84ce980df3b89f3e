//! What is told of a run besides its event, where the profile asks for it.

use std::time::Duration;

use crate::{
    agent,
    consent::Consent,
    event::Event,
    facts::Facts,
    outcome::Outcome,
    profile::Profile,
    run_fact::{AGENT, ARCH, COMMAND, DECIDED_BY, DURATION, ONE_IN, OUTCOME, PLUGIN, RunFact},
    sampling::Sample,
};

/// Says of an event what is known when it begins.
pub fn begun(event: &mut Event, facts: &Facts, consent: &Consent) {
    let profile = facts.profile();
    for fact in &profile.facts {
        match fact {
            RunFact::Architecture => event.set(ARCH, std::env::consts::ARCH),
            RunFact::Agent => event.set(AGENT, agent::agent(facts.env())),
            RunFact::DecidedBy => event.set(DECIDED_BY, consent.decided_by()),
            RunFact::Plugins => plugins(event, facts),
            RunFact::Outcome | RunFact::Duration | RunFact::Command => {}
        }
    }
    if let Some(sample) = Sample::of(profile, event.name()) {
        event.set(ONE_IN, sample.one_in.into());
    }
}

fn plugins(event: &mut Event, facts: &Facts) {
    let known = &facts.profile().known_plugins;
    for (name, version) in facts.program().plugins() {
        if let Some(name) = known.iter().find(|known| known.as_ref() == name)
            && let Some(release) = release(&version)
        {
            event.set_of(PLUGIN, name, release);
        }
    }
}

/// The numbers that a version begins with, `1.2.0` of `1.2.0-rc.1+acme`: whatever else is in it may be
/// anybody's.
fn release(version: &str) -> Option<&str> {
    const LONGEST: usize = 20;
    let is_of_release = |letter: char| letter.is_ascii_digit() || letter == '.';
    let end = version.find(|letter| !is_of_release(letter)).unwrap_or(version.len());
    let release = version[..end].trim_end_matches('.');
    let is_release = release.starts_with(|first: char| first.is_ascii_digit()) && release.len() <= LONGEST;
    is_release.then_some(release)
}

/// What is known of a run that has ended.
#[derive(Debug)]
pub struct Ended<'a> {
    /// How.
    pub outcome: Option<Outcome>,
    /// After how long.
    pub took: Duration,
    /// The declared words of its command.
    pub command: Option<&'a str>,
}

impl Ended<'_> {
    /// Says it of an event.
    pub fn describe(&self, event: &mut Event, profile: &Profile) {
        for fact in &profile.facts {
            match (fact, self.outcome, self.command) {
                (RunFact::Outcome, Some(outcome), _) => event.set(OUTCOME, outcome),
                (RunFact::Duration, ..) => event.set(DURATION, self.took),
                (RunFact::Command, _, Some(command)) => event.set(COMMAND, command),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_version_only_numbers_are_told() {
        for (version, told) in [
            ("1.2.0", Some("1.2.0")),
            ("1.2.0-rc.1+acme", Some("1.2.0")),
            ("1.2.", Some("1.2")),
            ("v1", None),
            ("acme", None),
            ("", None),
            (".1", None),
            ("1.000000000000000000000000001", None),
        ] {
            assert_eq!(release(version), told, "{version}");
        }
    }
}
