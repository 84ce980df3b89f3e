//! The figures as a text file.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use super::counting::Counted;

/// Less than this part of an operation is not written down.
const LEAST: f64 = 0.01;

const HEAD: &str = "\
Instructions in user mode for one operation, by callgrind: within how many percent several runs were of
each other, and the functions that take 1 % or more, without those that they call.
`cargo xtask instructions` compares with this; `cargo xtask instructions --update` writes it.
";

/// What was counted, and with what.
#[derive(Debug, Default)]
pub struct Figures {
    /// Compiler, C library, and what else makes other figures.
    pub made_with: Vec<String>,
    names: Vec<String>,
    counted: BTreeMap<String, (Counted, f64)>,
}

impl Figures {
    /// Adds an operation and its spread in percent.
    pub fn add(&mut self, name: &str, mut counted: Counted, spread: f64) {
        counted.functions.retain(|(_, count)| *count >= counted.total * LEAST);
        self.names.push(name.to_owned());
        self.counted.insert(name.to_owned(), (counted, spread));
    }

    /// The figures of an operation.
    pub fn of(&self, name: &str) -> Option<&Counted> {
        self.counted.get(name).map(|(counted, _)| counted)
    }

    /// Reads what was written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut figures = Self::default();
        for line in text.strip_prefix(HEAD).ok_or("the head is another")?.lines().filter(|line| !line.is_empty()) {
            let wrong = || format!("`{line}` is not understood");
            if let Some(made_with) = line.strip_prefix("with ") {
                figures.made_with.push(made_with.to_owned());
            } else if line.starts_with(' ') {
                let (count, name) = line.trim_start().split_once(' ').ok_or_else(wrong)?;
                let last = figures.names.last().and_then(|name| figures.counted.get_mut(name)).ok_or_else(wrong)?;
                last.0.functions.push((name.trim_start().to_owned(), count.parse().map_err(|_| wrong())?));
            } else {
                let words: Vec<&str> = line.split_whitespace().collect();
                let [name, total, "within", spread, "%"] = words[..] else { return Err(wrong()) };
                let total = total.parse().map_err(|_| wrong())?;
                let counted = Counted { total, functions: Vec::new() };
                figures.add(name.trim_end_matches(':'), counted, spread.parse().map_err(|_| wrong())?);
            }
        }
        Ok(figures)
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        for made_with in &self.made_with {
            writeln!(f, "with {made_with}")?;
        }
        for name in &self.names {
            let Some((counted, spread)) = self.counted.get(name) else { continue };
            writeln!(f, "\n{name}: {:.1} within {spread:.2} %", counted.total)?;
            for (function, count) in &counted.functions {
                writeln!(f, "{count:>12.1}  {function}")?;
            }
        }
        Ok(())
    }
}
