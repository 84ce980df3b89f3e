//! A plugin of `text_pipe`: two filters, and a last word when one of them took out lines.

mod interface;

use hookspec::{Error, Hooks, Host, Plugin, Result};
use interface::{Filter, FilterSource, Filters, LastWord, Summary};

struct Words;

impl Plugin for Words {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(Filters, |_, _| Ok(vec![Filter::new(Loud), Filter::new(Full)]));
        hooks.on(LastWord, |_, summary| Ok(last_word(summary)));
    }
}

fn last_word(summary: &Summary) -> Option<String> {
    let taken = summary.read().saturating_sub(summary.written());
    (taken > 0).then(|| format!("{taken} of {} lines were empty", summary.read()))
}

struct Loud;

impl FilterSource for Loud {
    fn name(&self) -> &str {
        "loud"
    }

    fn about(&self) -> &str {
        "Make every letter a capital"
    }

    fn line(&self, line: &str) -> Result<Option<String>, Error> {
        Ok(Some(line.to_uppercase()))
    }
}

struct Full;

impl FilterSource for Full {
    fn name(&self) -> &str {
        "full"
    }

    fn about(&self) -> &str {
        "Take out lines with nothing in them"
    }

    fn line(&self, line: &str) -> Result<Option<String>, Error> {
        Ok((!line.trim().is_empty()).then(|| line.to_owned()))
    }
}

hookspec::export_plugin!(Words, name = "words");
