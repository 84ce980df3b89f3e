//! What a command line itself answers to the question whether usage may be recorded: Kedro's
//! `new --telemetry no`.

/// Kedro's options, `--telemetry` and `-tc`, without dashes.
const OPTION: &str = "telemetry";
const SHORT: &str = "tc";
/// Shorter than this, an abbreviation would be one of `--tools`, too.
const SHORTEST: usize = 2;

/// Whether it refuses: whether one of its words is the option, abbreviated or with `no-` in front,
/// and the answer is anything but a yes. A command with another answer fails, and whoever gave it
/// did not say yes.
pub(crate) fn refuses<S: AsRef<str>>(args: &[S]) -> bool {
    let mut args = args.iter().map(AsRef::as_ref).peekable();
    while let Some(word) = args.next() {
        let Some(name) = word.strip_prefix('-') else { continue };
        let (name, value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
        let name = name.trim_start_matches('-').to_lowercase();
        if name.strip_prefix("no-").is_some_and(is_option) {
            return true;
        }
        if is_option(&name) && !value.or_else(|| args.peek().copied()).is_some_and(is_yes) {
            return true;
        }
    }
    false
}

fn is_option(name: &str) -> bool {
    name == SHORT || name.len() >= SHORTEST && OPTION.starts_with(name)
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> bool {
        refuses(&line.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn any_answer_but_a_yes_refuses_in_every_spelling_of_the_option() {
        for line in [
            "new --telemetry no",
            "new --telemetry=no",
            "new X --telemetry n",
            "new --telemetry NO --name X",
            "new -tc no",
            "new -tc=n",
            "new --telem no",
            "new --te=no",
            "new --Telemetry no",
            "new --telemetry maybe",
            "new --telemetry \"yes\"",
            "new --telemetry",
            "new --telemetry=",
            "new --no-telemetry",
            "new --telemetry yes --telemetry no",
            "new --telemetry --name X",
        ] {
            assert!(refused(line), "{line}");
        }
    }

    #[test]
    fn a_yes_and_other_words_do_not() {
        for line in [
            "",
            "new",
            "new --telemetry yes",
            "new --telemetry=YES",
            "new -tc y",
            "new --tools none -t no --name no",
            "new telemetry no",
            "run --params telemetry=no --tags no",
            "run -t no",
            "run --tag no --to-nodes no --to-outputs no",
        ] {
            assert!(!refused(line), "{line}");
        }
    }
}
