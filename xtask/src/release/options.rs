//! The options of `cargo xtask release`.

use super::platform::{self, PLATFORMS, Platform};

/// What an archive is made for, of the words; an error says what is wrong with them.
pub fn parse(words: &[&str]) -> Result<Vec<&'static Platform>, String> {
    let (mut platforms, mut is_dry) = (Vec::new(), false);
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        match word {
            "--dry-run" => is_dry = true,
            "--all" => platforms = PLATFORMS.iter().collect(),
            "--target" => {
                let triple = words.next().ok_or("--target needs a value")?;
                platforms.push(platform::of_triple(triple)?);
            }
            _ => return Err(format!("there is no option {word}; `cargo xtask --help` shows all")),
        }
    }
    if !is_dry {
        return Err("nothing is published from here; `cargo xtask release --dry-run` makes all and tries it".to_owned());
    }
    if platforms.is_empty() {
        platforms.push(platform::here());
    }
    Ok(platforms)
}
