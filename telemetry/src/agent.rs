//! Which coding agent runs the command, by variables that agents are known to set. Of what a variable
//! holds nothing is told but a word of this list.

use crate::env::Env;

/// An agent, and what it sets to something that does not say no.
///
/// From what agents document, as the lists of `@vercel/detect-agent` and `std-env` have it. The first
/// that is found is told: one that runs within another's terminal stands before it.
const AGENTS: [(&str, &[&str]); 15] = [
    ("cursor-cli", &["CURSOR_AGENT"]),
    ("gemini-cli", &["GEMINI_CLI"]),
    ("codex", &["CODEX_SANDBOX", "CODEX_THREAD_ID", "CODEX_CI"]),
    ("antigravity", &["ANTIGRAVITY_AGENT"]),
    ("augment", &["AUGMENT_AGENT"]),
    ("opencode", &["OPENCODE", "OPENCODE_CLIENT"]),
    ("claude-code", &["CLAUDECODE", "CLAUDE_CODE"]),
    ("cline", &["CLINE_ACTIVE"]),
    ("copilot-cli", &["COPILOT_CLI", "COPILOT_AGENT_SESSION_ID"]),
    ("goose", &["GOOSE_TERMINAL"]),
    ("trae", &["TRAE_AI_SHELL_ID"]),
    ("cursor", &["CURSOR_TRACE_ID"]),
    ("replit", &["REPL_ID"]),
    ("amp", &[]),
    ("devin", &[]),
];

/// Variables by which any agent may give its name; what else they hold is not told.
const NAMING: [&str; 2] = ["AI_AGENT", "AGENT"];
/// Is set by agents alone, whatever it holds.
const ANY_AGENT: &str = "AI_AGENT";

/// An agent that is not known by name.
const OTHER: &str = "other";
/// No agent.
const NONE: &str = "none";

/// Every word that may be told.
pub const WORDS: &[&str] = &words();

const fn words() -> [&'static str; AGENTS.len() + 2] {
    let mut words = [NONE; AGENTS.len() + 2];
    let mut index = 0;
    while index < AGENTS.len() {
        words[index + 1] = AGENTS[index].0;
        index += 1;
    }
    words[AGENTS.len() + 1] = OTHER;
    words
}

/// The agent that runs this, as a word of [`WORDS`].
pub fn agent(env: &Env) -> &'static str {
    let named = NAMING.iter().find_map(|name| env.text(name).and_then(|value| known(&value)));
    let set = || AGENTS.iter().find(|(_, names)| names.iter().any(|name| says_yes(env, name)));
    named.or_else(|| set().map(|(word, _)| *word)).unwrap_or(if says_yes(env, ANY_AGENT) { OTHER } else { NONE })
}

/// The word for an agent that gives this name, perhaps with a version behind it.
fn known(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase().replace('_', "-");
    let name = name.split(['/', '@', ' ']).next().unwrap_or_default();
    AGENTS.iter().map(|(word, _)| *word).find(|word| *word == name || (*word == "claude-code" && name == "claude"))
}

fn says_yes(env: &Env, name: &str) -> bool {
    let says_no = |value: String| ["", "0", "false", "no", "off"].contains(&value.trim().to_ascii_lowercase().as_str());
    env.text(name).is_some_and(|value| !says_no(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)]) -> &'static str {
        agent(&pairs.iter().copied().collect())
    }

    #[test]
    fn agents_are_known_by_what_they_set() {
        assert_eq!(told(&[("HOME", "/h"), ("AGENT", "build-host-7")]), "none");
        for (word, names) in AGENTS {
            for name in names {
                assert_eq!(told(&[(name, "1")]), word, "{name}");
                for no in ["", "0", "false"] {
                    assert_eq!(told(&[(name, no)]), "none", "{name}={no}");
                }
            }
            for name in NAMING {
                assert_eq!(told(&[(name, word)]), word, "{name}");
            }
        }
        assert_eq!(told(&[("AI_AGENT", "claude_code/2.1"), ("CLAUDECODE", "1")]), "claude-code");
        assert_eq!(told(&[("AGENT", "1"), ("GEMINI_CLI", "1")]), "gemini-cli");
    }

    #[test]
    fn what_a_variable_holds_is_not_told() {
        for secret in ["ada's laptop", "claude-codeword", "amp-secret", "s3cr3t"] {
            for name in ["AI_AGENT", "AGENT", "CLAUDECODE", "REPL_ID", "TRAE_AI_SHELL_ID", "CODEX_THREAD_ID"] {
                let told = told(&[(name, secret)]);
                assert!(WORDS.contains(&told), "{name}={secret}: {told}");
            }
        }
        assert_eq!(told(&[("AI_AGENT", "ada's laptop")]), "other");
    }
}
