//! The options of `cargo xtask wheel`.

use std::path::PathBuf;

use super::platform::{self, Platform};

/// What may be given.
#[derive(Debug)]
pub struct Options {
    /// What wheels are for.
    pub platforms: Vec<&'static Platform>,
    /// Where events go unless their user says otherwise.
    pub endpoint: Option<String>,
    /// Where the wheels go.
    pub out: Option<PathBuf>,
    /// Whether each is looked at and run.
    pub is_checked: bool,
}

impl Options {
    /// An error says what is wrong with the words.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self { platforms: Vec::new(), endpoint: None, out: None, is_checked: false };
        let mut words = words.iter();
        while let Some(&word) = words.next() {
            let mut value = || words.next().copied().ok_or_else(|| format!("{word} needs a value"));
            match word {
                "--target" => options.platforms.push(platform::of_triple(value()?)?),
                "--endpoint" => options.endpoint = Some(endpoint(value()?)?),
                "--out" => options.out = Some(value()?.into()),
                "--check" => options.is_checked = true,
                _ => return Err(format!("there is no option {word}; `cargo xtask --help` shows all")),
            }
        }
        if options.platforms.is_empty() {
            options.platforms.push(platform::here());
        }
        Ok(options)
    }
}

fn endpoint(value: &str) -> Result<String, String> {
    if ["https://", "http://", "file:///"].iter().any(|scheme| value.starts_with(scheme)) {
        return Ok(value.to_owned());
    }
    Err(format!("`{value}` is no endpoint, such as https://telemetry.example/track"))
}
