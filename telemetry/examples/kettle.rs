//! A program that tells whatever it may: every fact of a run, an event of each command, one that is
//! recorded of some users alone, and the releases of plugins.

use std::process::ExitCode;

use usage_telemetry::{Error, Profile, Program, RunFact, Standalone, Usage, UsageEvent, UsageWord};

#[derive(clap::Parser)]
enum Kettle {
    /// Boil water
    Boil {
        /// How much
        litres: u64,
        /// For what
        #[arg(long)]
        drink: Option<String>,
    },
    /// Cups
    #[command(subcommand)]
    Cup(Cup),
    /// Do a thing of one's own
    #[command(external_subcommand)]
    Own(Vec<String>),
}

#[derive(clap::Subcommand)]
enum Cup {
    /// Fill a cup; there are seven
    Fill { number: u8 },
}

#[derive(UsageEvent)]
enum Told {
    /// Water was boiled.
    WaterBoiled {
        /// How much is boiled at once.
        #[event(buckets = [1, 2, 5])]
        litres: u64,
        /// What it is boiled for.
        drink: Drink,
    },
    /// A cup was filled.
    CupFilled {
        /// Which cups are in use.
        number: u8,
    },
}

#[derive(UsageWord)]
enum Drink {
    Tea,
    Coffee,
    Other,
}

/// What the kettle says of itself, as a program with a configuration would.
struct Itself;

impl Program for Itself {
    fn plugins(&self) -> Vec<(String, String)> {
        [("kettle-timer", "1.4.0-beta+kitchen"), ("of-the-user", "0.1.0")]
            .map(|(name, version)| (name.into(), version.into()))
            .into()
    }

    fn start_again(&self, words: &[&str]) -> Result<(), Error> {
        Standalone.start_again(words)
    }
}

fn profile() -> Profile {
    Profile::new("kettle", env!("CARGO_PKG_VERSION"))
        .with_event_of_each_command("command_ended")
        .with_facts([
            RunFact::Outcome,
            RunFact::Duration,
            RunFact::Architecture,
            RunFact::Agent,
            RunFact::DecidedBy,
            RunFact::Command,
            RunFact::Plugins,
        ])
        .with_known_plugins(["kettle-timer", "kettle-lid"])
        .with_sampling("cup_filled", 2)
}

fn main() -> ExitCode {
    profile().run_in(Itself, work)
}

fn work(kettle: Kettle, usage: &mut Usage<Told>) -> Result<u8, String> {
    match kettle {
        Kettle::Boil { litres, drink } => {
            let drink = match drink.as_deref() {
                Some("tea") => Drink::Tea,
                Some("coffee") => Drink::Coffee,
                _ => Drink::Other,
            };
            usage.count(Told::WaterBoiled { litres, drink });
            assert!(litres < 100, "the kettle bursts");
            if litres > 9 { Err("the kettle is too small".to_owned()) } else { Ok(0) }
        }
        Kettle::Cup(Cup::Fill { number }) => {
            usage.count(Told::CupFilled { number });
            Ok(if number > 7 { 130 } else { 0 })
        }
        Kettle::Own(words) => Ok(words.is_empty().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever receives the events relies on them. After adding some, write them down by
    /// `EVENTS_UPDATE=1 cargo test --example kettle`.
    #[test]
    fn events_only_grow() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/kettle.events.json");
        profile().with_events(Told::EVENTS).json_schema().check(file).unwrap_or_else(|error| panic!("{error}"));
    }
}
