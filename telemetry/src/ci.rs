//! Whether this is a CI machine.

use crate::env::Env;

/// Set to something by the usual CI services.
pub const VARIABLES: [&str; 8] = [
    "GITLAB_CI",
    "GITHUB_ACTION",
    "BITBUCKET_BUILD_NUMBER",
    "JENKINS_URL",
    "CODEBUILD_BUILD_ID",
    "CIRCLECI",
    "TRAVIS",
    "BUILDKITE",
];

/// Whether this is a CI machine: `CI=true`, or one of eight variables set to something.
#[must_use]
pub fn is_ci(env: &Env) -> bool {
    env.get("CI").is_some_and(|ci| ci == "true") || VARIABLES.iter().any(|name| env.is_non_empty(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_is_recognised_by_the_usual_variables() {
        let ci = |pairs: &[(&str, &str)]| is_ci(&pairs.iter().copied().collect::<Env>());
        assert!(!ci(&[]));
        assert!(ci(&[("CI", "true")]));
        for value in ["True", "TRUE", "1", "yes", "false", " true", "true ", ""] {
            assert!(!ci(&[("CI", value)]), "{value}");
            assert!(ci(&[("CI", value), ("TRAVIS", "0")]), "{value}");
        }
        for name in VARIABLES {
            for value in ["x", "true", "0", "false", " "] {
                assert!(ci(&[(name, value)]), "{name}={value}");
            }
            assert!(!ci(&[(name, "")]), "{name}");
        }
    }
}
